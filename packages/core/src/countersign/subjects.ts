import type { Contact } from '../delivery/contact.js'
import { openAddress } from '../delivery/new-contact.js'
import { fits } from '../outbox/outbox.js'
import { removedContacts } from '../registration/contact-undo.js'
import { eraseSubject } from '../registration/erase-subject.js'
import { change } from '../subject/change.js'
import { newSubject, type Subject } from '../subject/subject.js'
import { applicationIdOf, type SubjectRef, subjectIdOf } from '../subject/subject-id.js'
import { changed, record, unchanged } from '../subject/transition.js'
import { withUnlock } from '../throttle/throttle.js'
import { codeView } from './code-view.js'
import type { ActivityOutcome, EraseOutcome, ExportOutcome, PersonalData, UnlockOutcome } from './countersign.js'
import { requireDecider } from './decider.js'
import { type Engine, orUnavailable, requireRunning, unavailable } from './engine.js'
import { withoutEvidence } from './identities.js'
import { callEffect } from './notices.js'

type Decided = Readonly<{ subject: SubjectRef; by: string }>

/** Ends a pause and the hard stop, with an event that names who decided. */
export function unlock(engine: Engine, { subject: ref, by }: Decided): Promise<UnlockOutcome> {
  requireRunning(engine)
  requireDecider('subjects.unlock', by)
  return orUnavailable(engine, () =>
    change(engine.changes, subjectIdOf(ref), (subject, now) => {
      if (!fits(subject.outbox, 1, 'kept')) return unchanged<UnlockOutcome>(unavailable)
      const unlocked = { ...subject, throttle: withUnlock(subject.throttle) }
      const told = record(unlocked, now, { actor: 'application' }, { type: 'throttle.unlocked', by })
      return changed<UnlockOutcome>(told, { outcome: 'unlocked' })
    }),
  )
}

const eventsShown = { default: 50, cap: 1000 } as const

/** What happened lately, events that still wait for the log included. */
export function activity(
  engine: Engine,
  { subject: ref, limit = eventsShown.default }: Readonly<{ subject: SubjectRef; limit?: number }>,
): Promise<ActivityOutcome> {
  const id = subjectIdOf(ref)
  return orUnavailable(engine, async () => {
    const { subject = newSubject(id) } = await engine.changes.subjects.load(id)
    return { outcome: 'found', events: await eventsOf(engine, subject, clamped(limit)) }
  })
}

/** A number that makes no sense shows the usual number. */
function clamped(limit: number): number {
  return limit >= 1 ? Math.min(Math.floor(limit), eventsShown.cap) : eventsShown.default
}

async function eventsOf({ checked }: Engine, { id, outbox }: Subject, limit: number): Promise<PersonalData['events']> {
  const logged = await checked.parts.store.audit.read(id, limit)
  const known = new Set(logged.map((event) => event.id))
  const unsent = outbox.flatMap((effect) =>
    effect.kind === 'audit' && !known.has(effect.event.id) ? [effect.event] : [],
  )
  return [...logged, ...unsent].slice(-limit)
}

/** A person's copy: addresses in full, nothing that could be used to answer. */
export function exportOf(engine: Engine, { subject: ref }: Readonly<{ subject: SubjectRef }>): Promise<ExportOutcome> {
  const id = subjectIdOf(ref)
  return orUnavailable(engine, async () => {
    const { subject = newSubject(id), now } = await engine.changes.subjects.load(id)
    const { life } = engine.code
    const { missing: _, ...securityCode } = codeView(subject, { life, registration: {} }, now)
    const events = await eventsOf(engine, subject, eventsShown.cap)
    const eventsLeftOut = leftOutOf(subject, events)
    const data: PersonalData = {
      subject: applicationIdOf(id).subject,
      contacts: contactsIn(engine, subject),
      ...keptAddresses(engine, subject, now),
      ...(subject.identity && { identity: withoutEvidence(subject.identity) }),
      securityCode,
      events,
      ...(eventsLeftOut > 0 && { eventsLeftOut }),
    }
    return { outcome: 'found', data }
  })
}

function contactsIn({ keys }: Engine, { id, contacts }: Subject): PersonalData['contacts'] {
  return contacts.map(({ id: contact, kind, address, masked, provedAt, since }) => ({
    kind,
    address: openAddress(keys, id, { contact, address })?.reveal() ?? masked,
    proved: provedAt !== undefined,
    ...(since && { since }),
  }))
}

/** Addresses that are no contacts: the one that waits, and those that can still be brought back. */
function keptAddresses({ keys }: Engine, subject: Subject, now: Date): Pick<PersonalData, 'pending' | 'removed'> {
  const kept = (
    contact: string,
    { kind, address, masked }: Pick<Contact, 'kind' | 'address' | 'masked'>,
    until: Date,
  ) => ({
    kind,
    address: openAddress(keys, subject.id, { contact, address })?.reveal() ?? masked,
    until,
  })
  const { contactChange: waiting } = subject
  return {
    ...(waiting && waiting.expiresAt > now && { pending: kept(waiting.contact, waiting, waiting.expiresAt) }),
    removed: removedContacts(subject, now).map(({ contact, until }) => kept(contact.id, contact, until)),
  }
}

/** Every event of the subject has a number; only a full list leaves some out. */
function leftOutOf({ id, events: newest }: Subject, shown: PersonalData['events']): number {
  return shown.length < eventsShown.cap ? 0 : newest - shown.filter((event) => event.id.startsWith(`${id}#`)).length
}

/** Erases what is kept of a person; sessions, elevations and open questions end. */
export function erase(engine: Engine, { subject: ref, by }: Decided): Promise<EraseOutcome> {
  requireRunning(engine)
  requireDecider('subjects.erase', by)
  const id = subjectIdOf(ref)
  return orUnavailable(engine, () =>
    change(engine.changes, id, (subject, now) => {
      const calls = engine.checked.parts.endSessions
        ? [callEffect(engine.keys, 'endSessions', id, { reason: 'erased' }, now)]
        : []
      return eraseSubject(subject, { by, calls }, now)
    }),
  )
}
