import { canonicalAddress } from '../delivery/address.js'
import { type Contact, contactsCap } from '../delivery/contact.js'
import { isContactOver, newContact } from '../delivery/new-contact.js'
import { StoreUnavailable } from '../errors.js'
import type { Actions } from '../policy/action.js'
import { inTime } from '../subject/in-time.js'
import type { Subject } from '../subject/subject.js'
import { applicationIdOf, type SubjectId } from '../subject/subject-id.js'
import type { Engine } from './engine.js'
import type { KnownContacts, Parts } from './parts.js'

/** How long the application may take to look somebody up, in milliseconds: the decision has to be committed within 3 s. */
const patience = 2500

/**
 * The contacts that the application's own table has for a subject, each under the id that it has in our document, if
 * it stands there: also under an older key.
 * @throws StoreUnavailable when the application's look-up failed or took too long: refused now, asked again next time.
 */
export async function contactsOf(
  { checked, keys }: Engine,
  { id: subject, contacts }: Pick<Subject, 'id' | 'contacts'>,
  now: Date,
): Promise<readonly Contact[]> {
  const known = await inTime(asked(checked.parts, subject), patience, 'contactsOf() gave no answer in time.')
  if (!known) return []
  const read = known.slice(0, contactsCap).flatMap(({ kind, address, proved }) => {
    const canonical = canonicalAddress({ kind, address })
    if (!canonical) {
      checked.log.error(
        { subject, kind, code: 'ERR_COUNTERSIGN_CONTACT' },
        "contactsOf() gave something that is no address of its kind; it is left out. Give { kind: 'email', address, proved }.",
      )
      return []
    }
    const own = contacts.find((one) => isContactOver(keys, one, canonical))
    return [newContact(keys, subject, canonical, { ...(proved && { provedAt: now }), ...(own && { id: own.id }) })]
  })
  return read.filter(({ id }, index) => read.findIndex((one) => one.id === id) === index)
}

async function asked({ contactsOf }: Parts<Actions>, id: SubjectId): Promise<KnownContacts> {
  const { subject, tenant } = applicationIdOf(id)
  try {
    return await contactsOf?.(subject, tenant)
  } catch (cause) {
    throw new StoreUnavailable('contactsOf() failed; see its cause.', { cause })
  }
}
