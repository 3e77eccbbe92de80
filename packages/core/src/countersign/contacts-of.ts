import { canonicalAddress } from '../delivery/address.js'
import type { Contact } from '../delivery/contact.js'
import { newContact } from '../delivery/new-contact.js'
import { StoreUnavailable } from '../errors.js'
import type { Actions } from '../policy/action.js'
import { contactsCap } from '../registration/learn-contacts.js'
import { applicationIdOf, type SubjectId } from '../subject/subject-id.js'
import type { Engine } from './engine.js'
import type { KnownContacts, Parts } from './parts.js'

/**
 * The contacts that the application's own table has for a subject.
 * @throws StoreUnavailable when the application's look-up failed: refused now, asked again next time.
 */
export async function contactsOf(
  { checked, keys }: Engine,
  subject: SubjectId,
  now: Date,
): Promise<readonly Contact[]> {
  const known = await asked(checked.parts, subject)
  if (!known) return []
  return known.slice(0, contactsCap).flatMap(({ kind, address, proved }) => {
    const canonical = canonicalAddress({ kind, address })
    if (!canonical) {
      checked.log.error(
        { subject, kind, code: 'ERR_COUNTERSIGN_CONTACT' },
        "contactsOf() gave something that is no address of its kind; it is left out. Give { kind: 'email', address, proved }.",
      )
      return []
    }
    return [newContact(keys, subject, canonical, proved ? now : undefined)]
  })
}

async function asked({ contactsOf }: Parts<Actions>, id: SubjectId): Promise<KnownContacts> {
  const { subject, tenant } = applicationIdOf(id)
  try {
    return await contactsOf?.(subject, tenant)
  } catch (cause) {
    throw new StoreUnavailable('contactsOf() failed; see its cause.', { cause })
  }
}
