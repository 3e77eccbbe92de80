import type { Contact } from '../delivery/contact.js'
import { fits } from '../outbox/outbox.js'
import type { Subject } from '../subject/subject.js'
import { record } from '../subject/transition.js'

/** What one change did to the contacts. */
export type ContactStep = Readonly<{
  /** The contact that went, as it was; or as it stood there before it was proved. */
  went?: Contact
  /** Id of the contact that came. */
  came?: string
}>

/** A change of contacts that can still be taken back. */
export type UndoableChange = ContactStep &
  Readonly<{
    /** Id of the change; the links in its notices name it. */
    id: string
    /** What goes back with it, oldest first. Each step has a contact that is there, so there are no more than contacts. */
    also?: readonly ContactStep[]
    until: Date
  }>

/** a day at least. */
const undoSeconds = 86_400
const undosCap = 4

/** Whether one more change can be remembered, beside one that waits. More in a day are refused, so that none can push out the one that its owner takes back. */
export function mayChange({ contactUndos = [], contactChange }: Subject): boolean {
  return contactUndos.length + (contactChange ? 1 : 0) < undosCap
}

/** How many more there is room for now. */
export function changesLeft({ contactUndos = [] }: Subject, now: Date): number {
  return undosCap - contactUndos.filter(({ until }) => until > now).length
}

/**
 * The id under which a change of the application is taken back. The application is never refused, and the list never
 * forgets: where it is full, the change joins the last one, and is taken back with it and with every earlier one.
 */
export function undoIdOf(subject: Subject, id: string): string {
  return mayChange(subject) ? id : (subject.contactUndos?.at(-1)?.id ?? id)
}

/** The subject with one more change that can be taken back; under the id of the last one it joins that one. */
export function withUndo(subject: Subject, undo: Omit<UndoableChange, 'until'>, now: Date): Subject {
  const { contactUndos: undos = [] } = subject
  const until = new Date(now.getTime() + undoSeconds * 1000)
  const last = undos.at(-1)
  const contactUndos =
    last?.id === undo.id
      ? [...undos.slice(0, -1), { ...stepsOf(undo).reduce(joined, last), until }]
      : [...undos, { ...undo, until }]
  return withTimers({ ...subject, contactUndos })
}

/** What takes the place of something that came by the same change has come in that one's place. */
function joined(change: UndoableChange, { went, came }: ContactStep): UndoableChange {
  const [first = {}, ...also] = stepsOf(change)
  const replaces = (step: ContactStep) => went !== undefined && step.came === went.id
  const inPlace = (step: ContactStep) => (replaces(step) ? stepOf(step.went, came) : step)
  const { id, until } = change
  if ([first, ...also].some(replaces)) return { id, until, ...inPlace(first), also: also.map(inPlace) }
  return { id, until, ...first, also: [...also, stepOf(went, came)] }
}

function stepOf(went: Contact | undefined, came: string | undefined): ContactStep {
  return { ...(went && { went }), ...(came !== undefined && { came }) }
}

/** What a change did, oldest first. */
function stepsOf({ went, came, also = [] }: ContactStep & Pick<UndoableChange, 'also'>): readonly ContactStep[] {
  return [stepOf(went, came), ...also]
}

/** The change of that id, while it can be taken back. */
export function undoableChange(
  { contactUndos = [] }: Subject,
  id: string | undefined,
  now: Date,
): UndoableChange | undefined {
  return contactUndos.find((undo) => undo.id === id && undo.until > now)
}

/** Takes a change back, and all that came after it, the latest first: what went is there again, what came is gone. Always possible; each has its event where the outbox has room. */
export function undoContactChange(subject: Subject, { id }: Pick<UndoableChange, 'id'>, now: Date): Subject {
  const undos = subject.contactUndos ?? []
  const first = undos.findIndex((undo) => undo.id === id)
  const undone = first < 0 ? [] : undos.slice(first)
  if (undone.length === 0) return subject
  const contacts = undone.flatMap(stepsOf).reduceRight(takenBack, subject.contacts)
  const restored = withTimers({ ...subject, contacts, contactUndos: undos.slice(0, first) })
  return undone.reduceRight(
    (one, undo) =>
      fits(one.outbox, 1, 'kept') ? record(one, now, { actor: 'subject' }, restoredFact(subject, undo)) : one,
    restored,
  )
}

/** Names the contact that is there again, or the one that is gone. */
function restoredFact({ contacts }: Subject, { id: change, went, came }: UndoableChange) {
  const destination = went?.masked ?? contacts.find((contact) => contact.id === came)?.masked ?? ''
  return { type: 'contact.restored', change, destination } as const
}

function takenBack(contacts: readonly Contact[], { went, came }: ContactStep): readonly Contact[] {
  const stayed = contacts.filter((contact) => contact.id !== came && contact.id !== went?.id)
  return went ? [...stayed, went] : stayed
}

/** A contact as it is, or as it was when it went: its messages are counted also where it comes again. */
export function contactBefore({ contacts, contactUndos = [] }: Subject, id: string): Contact | undefined {
  const went = contactUndos.flatMap(stepsOf).flatMap((step) => step.went ?? [])
  return contacts.find((one) => one.id === id) ?? went.findLast((one) => one.id === id)
}

/** Contacts that are gone and can be brought back, each until then. */
export function removedContacts(
  { contacts, contactUndos = [] }: Subject,
  now: Date,
): readonly Readonly<{ contact: Contact; until: Date }>[] {
  return contactUndos
    .filter(({ until }) => until > now)
    .flatMap((undo) => stepsOf(undo).flatMap(({ went }) => (went ? [{ contact: went, until: undo.until }] : [])))
    .filter(({ contact }) => !contacts.some(({ id }) => id === contact.id))
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
