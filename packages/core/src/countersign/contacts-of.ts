import { canonicalAddress } from '../delivery/address.js'
import type { Contact } from '../delivery/contact.js'
import { newContact } from '../delivery/new-contact.js'
import { CountersignError, StoreUnavailable } from '../errors.js'
import { contactsCap } from '../registration/learn-contacts.js'
import { applicationIdOf, type SubjectId } from '../subject/subject-id.js'
import type { Engine } from './engine.js'

/**
 * The contacts that the application's own table has for a subject.
 * @throws StoreUnavailable when the application's look-up failed: refused now, asked again next time.
 */
export async function contactsOf(
  { checked, keys }: Engine,
  subject: SubjectId,
  now: Date,
): Promise<readonly Contact[]> {
  const { subject: id, tenant } = applicationIdOf(subject)
  const known = await Promise.resolve(checked.parts.contactsOf?.(id, tenant)).catch((cause: unknown) => {
    throw new StoreUnavailable('contactsOf() failed; see its cause.', { cause })
  })
  if (!known) return []
  return known.slice(0, contactsCap).map(({ kind, address, proved }) => {
    const canonical = canonicalAddress({ kind, address })
    if (!canonical)
      throw new CountersignError(
        'ERR_COUNTERSIGN_CONTACT',
        `contactsOf() gave something of kind "${kind}" that is no address of that kind. Give { kind: 'email', address, proved }.`,
      )
    return newContact(keys, subject, canonical, proved ? now : undefined)
  })
}
