import { withoutCodeOver } from '../code/without-code-over.js'
import { type Contact, contactsCap } from '../delivery/contact.js'
import { revoke } from '../elevation/revoke.js'
import { fits } from '../outbox/outbox.js'
import type { Subject } from '../subject/subject.js'
import type { Tell } from '../subject/tell.js'
import { changed, record, type Transition, unchanged } from '../subject/transition.js'
import { stopContactChange } from './change-contact.js'

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

export type ReplacementOutcome = Readonly<{ outcome: 'replaced' | 'unchanged' | 'full' }>

/**
 * The document follows the application: its address takes the place of the first one of its kind, live challenges and
 * elevations end, the old address is told. Said again it changes nothing; a proof is taken over, never taken back.
 */
export function replaceContact(subject: Subject, replacement: Replacement, now: Date): Transition<ReplacementOutcome> {
  const { contact } = replacement
  const same = subject.contacts.find(({ id }) => id === contact.id)
  if (same) return confirmed(subject, same, contact)
  if (!fits(subject.outbox, 4 + subject.contacts.length, 'ordinary')) return unchanged({ outcome: 'full' })

  const old = replacedBy(subject, replacement)
  return changed(old ? replaced(subject, old, replacement, now) : added(subject, contact, now), { outcome: 'replaced' })
}

/** The first of its kind that the application names no longer; a proved one gives way to a proved one only. */
function replacedBy({ contacts }: Subject, { contact, session, keeps = [] }: Replacement): Contact | undefined {
  const follows = session !== undefined
  return contacts.find(
    ({ id, kind, provedAt }) =>
      kind === contact.kind && !keeps.includes(id) && !(follows && provedAt && !contact.provedAt),
  )
}

function confirmed(subject: Subject, same: Contact, { provedAt }: Contact): Transition<ReplacementOutcome> {
  if (same.provedAt || !provedAt) return unchanged({ outcome: 'unchanged' })
  const contacts = subject.contacts.map((one) => (one === same ? { ...same, provedAt } : one))
  return changed({ ...subject, contacts }, { outcome: 'unchanged' })
}

function added(subject: Subject, contact: Contact, now: Date): Subject {
  const { masked: destination, provedAt } = contact
  const known = { ...subject, contacts: [...subject.contacts, contact].slice(0, contactsCap) }
  const fact = { type: 'contact.learned', destination, proved: provedAt !== undefined } as const
  return record(known, now, { actor: 'application' }, fact)
}

function replaced(subject: Subject, old: Contact, { id, contact, session, tell }: Replacement, now: Date): Subject {
  const by = { actor: 'application' } as const
  const told = tell(subject, { kind: 'contact-changed', destination: contact.masked, was: old.masked }, now)
  const alone = withoutCodeOver(stopContactChange(told, 'replaced', now), old.id)
  const contacts = alone.contacts.map((one) => (one.id === old.id ? { ...contact, since: now } : one))
  const recorded = record({ ...alone, contacts }, now, by, {
    type: 'contact.changed',
    change: id,
    destination: contact.masked,
    was: old.masked,
  })
  return revoke(recorded, { ...(session !== undefined && { except: session }), reason: 'contact-change', by }, now)
}
