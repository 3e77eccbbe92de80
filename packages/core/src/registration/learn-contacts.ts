import { type Contact, contactsCap } from '../delivery/contact.js'
import { fits } from '../outbox/outbox.js'
import type { Subject } from '../subject/subject.js'
import type { Tell } from '../subject/tell.js'
import { record } from '../subject/transition.js'
import { replaceContact } from './replace-contact.js'

/** Sessions for which the application was asked. */
const askedForCap = 8

/** What the application's own table said when it was asked for a session. */
export type Learned = Readonly<{
  session: string
  contacts: readonly Contact[]
  /** For whom contacts are known already: names what changes, and whether what differs takes the place of ours. */
  changes?: Readonly<{ id: string; tell: Tell; follow: boolean }>
}>

/** Whether the application has to be asked: nobody knows a contact yet, or this session asks for the first time. */
export function hasToAsk({ contacts, contactsAskedFor }: Subject, session: string): boolean {
  return contacts.length === 0 || !contactsAskedFor.includes(session)
}

/**
 * Takes over what the application said, where we knew nothing; else our document stays the authority and the
 * difference becomes an event. A proof that the application vouches for is taken over, never taken back.
 */
export function learnContacts(subject: Subject, learned: Learned, now: Date): Subject {
  const { session, contacts } = learned
  if (contacts.length === 0) return subject
  const asked = {
    ...subject,
    contactsAskedFor: [...subject.contactsAskedFor.filter((one) => one !== session), session].slice(-askedForCap),
  }
  return subject.contacts.length === 0 ? tookOver(asked, contacts, now) : compared(asked, learned, now)
}

function tookOver(subject: Subject, contacts: readonly Contact[], now: Date): Subject {
  return contacts
    .slice(0, contactsCap)
    .reduce<Subject>(
      (one, { masked, provedAt }) =>
        told(one, { type: 'contact.learned', destination: masked, proved: provedAt !== undefined }, now),
      { ...subject, contacts: contacts.slice(0, contactsCap) },
    )
}

function compared(subject: Subject, learned: Learned, now: Date): Subject {
  const { contacts, changes } = learned
  const known = { ...subject, contacts: subject.contacts.map((own) => renewed(own, contacts)) }
  return contacts.reduce<Subject>((one, contact) => {
    const isOurs = subject.contacts.some(({ id }) => id === contact.id)
    const noted = isOurs ? one : told(one, { type: 'contact.differs', destination: contact.masked }, now)
    return isOurs || changes?.follow ? followed(noted, contact, learned, now) : noted
  }, known)
}

/** A proof of an address that is ours is taken over; so is, where we follow, an address that is not. */
function followed(subject: Subject, contact: Contact, { session, contacts, changes }: Learned, now: Date): Subject {
  if (!changes) return subject
  const { id, tell } = changes
  const keeps = contacts.map((one) => one.id)
  return replaceContact(subject, { id, tell, contact, session, keeps }, now).subject ?? subject
}

/** Digest and seal under a newer key are taken over, so that an older key can be retired. */
function renewed(own: Contact, contacts: readonly Contact[]): Contact {
  const named = contacts.find(({ id }) => id === own.id)
  if (!named || own.digest === named.digest) return own
  const { address, digest } = named
  return { ...own, address, digest }
}

/** An outbox without room loses no event of ours: what is learned is learned again, with its event, at the next session. */
function told(
  subject: Subject,
  fact: Readonly<
    { type: 'contact.learned'; destination: string; proved: boolean } | { type: 'contact.differs'; destination: string }
  >,
  now: Date,
): Subject {
  return fits(subject.outbox, 1, 'ordinary') ? record(subject, now, { actor: 'application' }, fact) : subject
}
