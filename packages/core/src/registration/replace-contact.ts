import { withoutCodeOver } from '../code/without-code-over.js'
import { type Contact, contactsCap } from '../delivery/contact.js'
import { hasProved } from '../delivery/has-proved.js'
import { revoke } from '../elevation/revoke.js'
import { fits } from '../outbox/outbox.js'
import type { Subject } from '../subject/subject.js'
import type { Tell } from '../subject/tell.js'
import { changed, record, type Transition, unchanged } from '../subject/transition.js'
import { contactBefore, undoIdOf, withUndo } from './contact-undo.js'
import { stopContactChange } from './waiting-change.js'

/** An address that the application has put into its own table. */
export type Replacement = Readonly<{
  id: string
  contact: Contact
  /** The session that asks meanwhile: its own open question goes on. */
  session?: string
  /** Ids of contacts that the application names beside it: they stay. */
  keeps?: readonly string[]
  tell: Tell
}>

export type ReplacementOutcome = Readonly<{ outcome: 'replaced' | 'unchanged' | 'unproved' | 'full' }>

const application = { actor: 'application' } as const

/**
 * The document follows the application: its address takes the place of the first one of its kind, live challenges and
 * elevations end, the old address is told and can take it back. Said again it changes nothing; a proof is taken over, never
 * taken back. Where any contact is proved, an unproved one neither replaces it nor stands beside it: it has to be proved.
 */
export function replaceContact(subject: Subject, replacement: Replacement, now: Date): Transition<ReplacementOutcome> {
  const { contact } = replacement
  const same = subject.contacts.find(({ id }) => id === contact.id)
  if (same && (same.provedAt || !contact.provedAt)) return unchanged({ outcome: 'unchanged' })
  if (hasProved(subject.contacts) && !contact.provedAt) return unchanged({ outcome: 'unproved' })
  if (!fits(subject.outbox, 4 + subject.contacts.length, 'ordinary')) return unchanged({ outcome: 'full' })

  if (same) return changed(vouchedFor(subject, same, replacement, now), { outcome: 'unchanged' })
  const old = replacedBy(subject, replacement)
  if (!old && subject.contacts.length >= contactsCap) return unchanged({ outcome: 'unchanged' })
  const after = old ? replaced(subject, old, replacement, now) : added(subject, replacement, now)
  return changed(after, { outcome: 'replaced' })
}

/** The first of its kind that the application names no longer. */
function replacedBy({ contacts }: Subject, { contact, keeps = [] }: Replacement): Contact | undefined {
  return contacts.find(({ id, kind }) => kind === contact.kind && !keeps.includes(id))
}

/** The application says that what stands there is proved. */
function vouchedFor(subject: Subject, same: Contact, replacement: Replacement, now: Date): Subject {
  const contact = { ...same, provedAt: now }
  const others = subject.contacts.filter((one) => one !== same)
  if (!hasProved(subject.contacts))
    return { ...subject, contacts: subject.contacts.map((one) => (one === same ? contact : one)) }
  return beside(subject, { contact, others }, replacement, now)
}

/** What the application names first is the person's; another one comes beside it. */
function added(subject: Subject, replacement: Replacement, now: Date): Subject {
  const { contact } = replacement
  const { masked: destination, provedAt, id } = contact
  const { contacts: others } = subject
  const sent = contactBefore(subject, id)?.sent ?? []
  if (others.length > 0) return beside(subject, { contact: { ...contact, sent }, others }, replacement, now)
  const fact = { type: 'contact.learned', destination, proved: provedAt !== undefined } as const
  return record({ ...subject, contacts: [contact] }, now, application, fact)
}

type Beside = Readonly<{ contact: Contact; others: readonly Contact[] }>

/** The others are told of it and can take it back; for a day it is new. */
function beside(subject: Subject, { contact, others }: Beside, { id, tell }: Replacement, now: Date): Subject {
  const { masked: destination } = contact
  const change = undoIdOf(subject, id)
  const told = tell(subject, { kind: 'contact-added', destination, change }, now)
  const known = { ...told, contacts: [...others, { ...contact, since: now }] }
  const undoable = hasProved(subject.contacts) ? withUndo(known, { id: change, before: subject.contacts }, now) : known
  return record(undoable, now, application, { type: 'contact.added', change, destination })
}

function replaced(subject: Subject, old: Contact, { id, contact, session, tell }: Replacement, now: Date): Subject {
  const { masked: destination, id: came } = contact
  const change = undoIdOf(subject, id)
  const told = tell(subject, { kind: 'contact-changed', destination, was: old.masked, change }, now)
  const alone = withoutCodeOver(stopContactChange(told, 'replaced', now), old.id)
  const sent = contactBefore(subject, came)?.sent ?? []
  const contacts = alone.contacts.map((one) => (one.id === old.id ? { ...contact, sent, since: now } : one))
  const known = { ...alone, contacts }
  const undoable = hasProved(subject.contacts) ? withUndo(known, { id: change, before: subject.contacts }, now) : known
  const recorded = record(undoable, now, application, { type: 'contact.changed', change, destination, was: old.masked })
  const except = session !== undefined && { except: session }
  return revoke(recorded, { ...except, reason: 'contact-change', by: application }, now)
}
