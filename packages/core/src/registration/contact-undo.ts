import type { Contact } from '../delivery/contact.js'
import { fits } from '../outbox/outbox.js'
import type { Subject } from '../subject/subject.js'
import { record } from '../subject/transition.js'

/** A change of contacts that can still be taken back. */
export type UndoableChange = Readonly<{
  /** Id of the change; the links in its notices name it. */
  id: string
  /** The contact that went, as it was. */
  went?: Contact
  /** Id of the contact that came. */
  came?: string
  until: Date
}>

/** a day at least. */
const undoSeconds = 86_400
const undosCap = 4

/** Whether one more change can be remembered. More in a day are refused, so that none can push out the one that its owner takes back. */
export function mayChange({ contactUndos = [] }: Subject): boolean {
  return contactUndos.length < undosCap
}

/** How many more there is room for now. */
export function changesLeft({ contactUndos = [] }: Subject, now: Date): number {
  return undosCap - contactUndos.filter(({ until }) => until > now).length
}

/** The subject with one more change that can be taken back. */
export function withUndo(subject: Subject, undo: Omit<UndoableChange, 'until'>, now: Date): Subject {
  const undoable = { ...undo, until: new Date(now.getTime() + undoSeconds * 1000) }
  return withTimers({ ...subject, contactUndos: [...(subject.contactUndos ?? []), undoable] })
}

/** The change of that id, while it can be taken back. */
export function undoableChange(
  { contactUndos = [] }: Subject,
  id: string | undefined,
  now: Date,
): UndoableChange | undefined {
  return contactUndos.find((undo) => undo.id === id && undo.until > now)
}

/** Takes a change back, and all that came after it, the latest first: what went is there again, what came is gone. Each has its event. */
export function undoContactChange(subject: Subject, { id }: UndoableChange, now: Date): Subject {
  const undos = subject.contactUndos ?? []
  const first = undos.findIndex((undo) => undo.id === id)
  const undone = first < 0 ? [] : undos.slice(first)
  if (undone.length === 0 || !fits(subject.outbox, undone.length, 'kept')) return subject
  const contacts = undone.reduceRight(takenBack, subject.contacts)
  const restored = withTimers({ ...subject, contacts, contactUndos: undos.slice(0, first) })
  return undone.reduceRight(
    (one, undo) => record(one, now, { actor: 'subject' }, restoredFact(subject, undo)),
    restored,
  )
}

/** Names the contact that is there again, or the one that is gone. */
function restoredFact({ contacts }: Subject, { id: change, went, came }: UndoableChange) {
  const destination = went?.masked ?? contacts.find((contact) => contact.id === came)?.masked ?? ''
  return { type: 'contact.restored', change, destination } as const
}

function takenBack(contacts: readonly Contact[], { went, came }: UndoableChange): readonly Contact[] {
  const stayed = contacts.filter((contact) => contact.id !== came && contact.id !== went?.id)
  return went ? [...stayed, went] : stayed
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
