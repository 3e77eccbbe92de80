import { digest } from '../secret/digest.js'
import { type KeyRing, keyedDigest, matchesDigest } from '../secret/key-ring.js'
import { type Sealed, seal, unseal } from '../secret/seal.js'
import { Secret } from '../secret/secret.js'
import { maskAddress } from './address.js'
import type { Contact, ContactAddress } from './contact.js'

/**
 * A contact of a subject as it is kept; the address has to be canonical. Its id is the same whenever it is made anew
 * under the same key; one that is known already keeps the id that it has.
 */
export function newContact(
  keys: KeyRing,
  subject: string,
  canonical: ContactAddress,
  { id: known, provedAt }: Readonly<{ id?: string; provedAt?: Date }> = {},
): Contact {
  const contactDigest = keyedDigest(keys, 'contact', [canonical.kind, canonical.address])
  const id = known ?? `f${digest(['contact', subject, contactDigest]).slice(0, 16)}`
  return {
    id,
    kind: canonical.kind,
    address: seal(keys, 'seal', addressContext(subject, id), canonical.address),
    digest: contactDigest,
    masked: maskAddress(canonical),
    ...(provedAt && { provedAt }),
    sent: [],
  }
}

/** Whether a contact is over this canonical address, under whichever key of the ring it was made. */
export function isContactOver(keys: KeyRing, contact: Contact, { kind, address }: ContactAddress): boolean {
  return contact.kind === kind && matchesDigest(keys, 'contact', contact.digest, [kind, address])
}

/** The address in a contact or a message, or `undefined` when no key opens it. */
export function openAddress(
  keys: KeyRing,
  subject: string,
  { contact, address }: Readonly<{ contact: string; address: Sealed }>,
): Secret<string> | undefined {
  const opened = unseal(keys, 'seal', addressContext(subject, contact), address)
  return opened === undefined ? undefined : new Secret(opened)
}

function addressContext(subject: string, contact: string): readonly string[] {
  return ['address', subject, contact]
}
