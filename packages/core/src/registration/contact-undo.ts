import type { Contact } from '../delivery/contact.js'
import { fits } from '../outbox/outbox.js'
import type { Subject } from '../subject/subject.js'
import { record } from '../subject/transition.js'

/** A change of contacts that can still be taken back. */
export type UndoableChange = Readonly<{
  /** Id of the change; the links in its notices name it. */
  id: string
  /** The contacts as they were before it. */
  before: readonly Contact[]
  until: Date
}>

/** a day at least. */
const undoSeconds = 86_400
const undosCap = 4

/** Whether one more change can be remembered, beside one that waits. More in a day are refused, so that none can push out the one that its owner takes back. */
export function mayChange({ contactUndos = [], contactChange }: Subject): boolean {
  return contactUndos.length + (contactChange ? 1 : 0) < undosCap
}

/** How many more there is room for now; what waits has its place. */
export function changesLeft({ contactUndos = [], contactChange }: Subject, now: Date): number {
  const waiting = contactChange && contactChange.expiresAt > now ? 1 : 0
  return undosCap - waiting - contactUndos.filter(({ until }) => until > now).length
}

/**
 * The id under which a change of the application is taken back. The application is never refused, and the list never
 * forgets: where it is full, the change joins the last one, and is taken back with it and with every earlier one.
 */
export function undoIdOf(subject: Subject, id: string): string {
  return mayChange(subject) ? id : (subject.contactUndos?.at(-1)?.id ?? id)
}

/** The subject with one more change that can be taken back, and the contacts before it; under the id of the last one it joins that one. */
export function withUndo(subject: Subject, { id, before }: Pick<UndoableChange, 'id' | 'before'>, now: Date): Subject {
  const { contactUndos: undos = [] } = subject
  const until = new Date(now.getTime() + undoSeconds * 1000)
  const last = undos.at(-1)
  const contactUndos = last?.id === id ? [...undos.slice(0, -1), { ...last, until }] : [...undos, { id, before, until }]
  return withTimers({ ...subject, contactUndos })
}

/** The change of that id, while it can be taken back. */
export function undoableChange(
  { contactUndos = [] }: Subject,
  id: string | undefined,
  now: Date,
): UndoableChange | undefined {
  return contactUndos.find((undo) => undo.id === id && undo.until > now)
}

/** Takes a change back, and all that came after it: the contacts are as they were before it. Always possible; each change has its event where the outbox has room. */
export function undoContactChange(subject: Subject, { id }: Pick<UndoableChange, 'id'>, now: Date): Subject {
  const undos = subject.contactUndos ?? []
  const first = undos.findIndex((undo) => undo.id === id)
  const undone = first < 0 ? [] : undos.slice(first)
  const [oldest] = undone
  if (!oldest) return subject
  const contacts = oldest.before.map((contact) => asKeptNow(contact, subject))
  const restored = withTimers({ ...subject, contacts, contactUndos: undos.slice(0, first) })
  return undone.reduceRight((one, undo, index) => {
    const fact = restoredFact(undo, undone[index + 1]?.before ?? subject.contacts)
    return fits(one.outbox, 1, 'kept') ? record(one, now, { actor: 'subject' }, fact) : one
  }, restored)
}

/** As it was, with its messages counted and its address sealed as they are by now. */
function asKeptNow(contact: Contact, { contacts }: Subject): Contact {
  const own = contacts.find(({ id }) => id === contact.id)
  return own ? { ...contact, sent: own.sent, address: own.address, digest: own.digest } : contact
}

/** Names the contact that is there again, or the one that is gone. */
function restoredFact({ id: change, before }: UndoableChange, after: readonly Contact[]) {
  const isIn = (contacts: readonly Contact[]) => (one: Contact) => contacts.some(({ id }) => id === one.id)
  const went = before.find((one) => !isIn(after)(one))
  const came = after.find((one) => !isIn(before)(one))
  return { type: 'contact.restored', change, destination: (went ?? came ?? before.at(-1))?.masked ?? '' } as const
}

/** A contact as it is, or as it was when it went: its messages are counted also where it comes again. */
export function contactBefore({ contacts, contactUndos = [] }: Subject, id: string): Contact | undefined {
  const known = contactUndos.flatMap(({ before }) => before)
  return contacts.find((one) => one.id === id) ?? known.findLast((one) => one.id === id)
}

/** Contacts that are gone and can be brought back, each until then. */
export function removedContacts(
  { contacts, contactUndos = [] }: Subject,
  now: Date,
): readonly Readonly<{ contact: Contact; until: Date }>[] {
  const gone = contactUndos
    .filter(({ until }) => until > now)
    .flatMap(({ before, until }) => before.map((contact) => ({ contact, until })))
    .filter(({ contact }) => !contacts.some(({ id }) => id === contact.id))
  return [...new Map(gone.map((one) => [one.contact.id, one])).values()]
}

/** What time does: an address that went is forgotten when nobody can bring it back any more. */
export function expireUndos(subject: Subject, now: Date): Subject {
  const { contactUndos = [] } = subject
  if (contactUndos.every(({ until }) => until > now)) return subject
  return withTimers({ ...subject, contactUndos: contactUndos.filter(({ until }) => until > now) })
}

function withTimers(subject: Subject): Subject {
  const kind = 'contact-undo-expiry' as const
  const timers = (subject.contactUndos ?? []).map(({ id, until }) => ({ kind, about: id, due: until }))
  return { ...subject, timers: [...subject.timers.filter((timer) => timer.kind !== kind), ...timers] }
}
