import type { SecurityStatus } from '../pages/page.js'
import type { BankParts } from './bank-parts.js'

/** Events that are looked through for the last code that was used. */
const lately = 100

/** How a customer can confirm, for the pages; `undefined` while nobody can say, since the account itself is to be seen all the same. */
export async function securityStatus(
  { countersign }: Pick<BankParts, 'countersign'>,
  subject: string,
): Promise<SecurityStatus | undefined> {
  const [status, listed, activity] = await Promise.all([
    countersign.codes.status({ subject }),
    countersign.contacts.list({ subject }),
    countersign.subjects.activity({ subject, limit: lately }),
  ])
  if (status.outcome !== 'found' || listed.outcome !== 'found' || activity.outcome !== 'found') return undefined
  const [contact] = listed.contacts
  const lastUse = activity.events.findLast(({ type }) => type === 'elevation.granted')?.at
  return {
    code: status.code,
    ...(contact && { contact }),
    ...(listed.pending && { pending: listed.pending.masked }),
    ...(lastUse && { lastUse }),
  }
}
