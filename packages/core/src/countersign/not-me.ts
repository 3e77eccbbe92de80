import type { AuditEvent } from '../audit/audit-event.js'
import type { Challenge } from '../challenge/challenge.js'
import { endOf } from '../challenge/find-challenge.js'
import { hasCode, revokeCode } from '../code/revoke-code.js'
import { openAddress } from '../delivery/new-contact.js'
import { revoke } from '../elevation/revoke.js'
import type { Effect } from '../outbox/effect.js'
import { fits } from '../outbox/outbox.js'
import { stopContactChange, waitingChange } from '../registration/change-contact.js'
import { type UndoableChange, undoableChange, undoContactChange } from '../registration/contact-undo.js'
import { changePrepared } from '../subject/change.js'
import { newSubject, type Subject } from '../subject/subject.js'
import { applicationIdOf } from '../subject/subject-id.js'
import { changed, unchanged, withEffects } from '../subject/transition.js'
import type { NotMeReport, NotMeState } from './door.js'
import { type Engine, orUnavailable, requireRunning } from './engine.js'
import type { NotMe } from './links.js'
import { callEffect } from './notices.js'

/** What a "this was not me" link is about; looking changes nothing. */
export async function readNotMe(engine: Engine, token: string): Promise<NotMeState> {
  return orUnavailable(engine, async () => {
    const about = engine.links.readNotMe(token, engine.changes.subjects.now())
    if (!about) return { outcome: 'not-found' }
    const { subject = newSubject(about.subject), now } = await engine.changes.subjects.load(about.subject)
    const challenge = challengeOf(subject, about)
    const confirmedAt = confirmation(subject, about, now, await recordedAt(engine, subject, about, now))
    const stoppedAt = stoppedBefore(subject, about, now)
    return {
      outcome: 'found',
      subject: applicationIdOf(about.subject).subject,
      askedAt: about.askedAt,
      ...(challenge && { action: challenge.action }),
      ...(confirmedAt && { confirmedAt }),
      ...(stoppedAt && !confirmedAt && { stoppedAt }),
      endsSessions: engine.checked.parts.endSessions !== undefined && !about.onlyChange,
    }
  })
}

/**
 * Stops what the link is about and ends all elevations of the person, once: a link from before the last "this was not me" stops
 * nothing more, so that whoever finds an old message cannot sign its owner out again. Where it was carried out already, says when.
 */
export async function stopNotMe(engine: Engine, token: string): Promise<NotMeReport> {
  requireRunning(engine)
  return orUnavailable(engine, async () => {
    const about = engine.links.readNotMe(token, engine.changes.subjects.now())
    if (!about) return { outcome: 'not-found' }
    const prepare = (subject: Subject, now: Date) => recordedAt(engine, subject, about, now)
    return changePrepared(engine.changes, about.subject, prepare, (subject, now, recorded) => {
      const confirmedAt = confirmation(subject, about, now, recorded)
      const report: NotMeReport = confirmedAt ? { outcome: 'already-confirmed', confirmedAt } : { outcome: 'stopped' }
      const idle = !about.onlyChange && stoppedBefore(subject, about, now) !== undefined
      return idle ? unchanged(report) : changed(stopped(engine, subject, about, now), report)
    })
  })
}

function challengeOf({ challenges }: Subject, { challenge }: NotMe): Challenge | undefined {
  return challenges.find(({ id }) => id === challenge)
}

/** When what the link is about came to its end by a link like it; `undefined` while there is something to stop. */
function stoppedBefore(subject: Subject, about: NotMe, now: Date): Date | undefined {
  if (about.onlyChange) return waitsFor(subject, about, now) ? undefined : now
  if (undoableChange(subject, about.change, now)) return undefined
  return subject.notMeAt && subject.notMeAt >= about.askedAt ? subject.notMeAt : undefined
}

/** Events of a person that are looked through for what a link is about, and of which kinds. */
const eventsRead = 1000
const tellingEvents = ['challenge.closed', 'contact.changed', 'contact.added', 'contact.removed'] as const

/** When it was carried out, by the record: the document forgets a challenge after a quarter of an hour, the log does not. */
async function recordedAt({ checked }: Engine, subject: Subject, about: NotMe, now: Date): Promise<Date | undefined> {
  if (challengeOf(subject, about) || waitsFor(subject, about, now) || undoableChange(subject, about.change, now))
    return undefined
  const unsent = subject.outbox.flatMap((effect) => (effect.kind === 'audit' ? [effect.event] : []))
  const events = [...(await checked.parts.store.audit.read(subject.id, eventsRead, tellingEvents)), ...unsent]
  return events.find((event) => tellsOf(event, about))?.at
}

const changesOfContacts: readonly string[] = ['contact.changed', 'contact.added', 'contact.removed']

function tellsOf(event: AuditEvent, { challenge, change }: NotMe): boolean {
  if (event.type === 'challenge.closed') return event.challenge === challenge && event.why === 'answered'
  return changesOfContacts.includes(event.type) && 'change' in event && event.change === change
}

function waitsFor(subject: Subject, { change }: NotMe, now: Date): boolean {
  return change !== undefined && waitingChange(subject, change, now) !== undefined
}

/** When it was confirmed, unless what it earned can still be taken back unspent. */
function confirmation(subject: Subject, about: NotMe, now: Date, recorded: Date | undefined): Date | undefined {
  const challenge = challengeOf(subject, about)
  const end = challenge && endOf(challenge, now)
  if (!challenge || end?.why !== 'answered') return recorded
  const unspent = subject.elevations.some(
    ({ mode, usedAt, binding, session, at }) =>
      mode === 'once' &&
      !usedAt &&
      binding === challenge.binding &&
      session === challenge.session &&
      at.getTime() === end.at.getTime(),
  )
  return unspent ? undefined : end.at
}

/** Any waiting change stops, whoever asked for it; one that was carried out within the day is taken back, the security code ends. The rest of this incident (recovery, review) comes with later floors. */
function stopped(engine: Engine, subject: Subject, about: NotMe, now: Date): Subject {
  const waiting = about.onlyChange ? waitsFor(subject, about, now) : subject.contactChange !== undefined
  const without = waiting && fits(subject.outbox, 2, 'kept') ? stopContactChange(subject, 'not-me', now) : subject
  if (about.onlyChange) return without
  const undo = undoableChange(without, about.change, now)
  const restored = undo ? takenBack(engine, without, undo, now) : without
  const by = { actor: 'subject' } as const
  const codeless = hasCode(restored)
    ? revokeCode(restored, { reason: 'not-me', by, tell: engine.tellFor({}) }, engine.code.life, now)
    : restored
  const ended = revoke({ ...codeless, notMeAt: now }, { reason: 'not-me', by }, now)
  const calls =
    engine.checked.parts.endSessions && fits(ended.outbox, 1, 'kept')
      ? [callEffect(engine.keys, 'endSessions', subject.id, { reason: 'not-me' }, now)]
      : []
  return withEffects(ended, ...calls)
}

/** The contacts are as they were; the application's table follows. */
function takenBack(engine: Engine, subject: Subject, undo: UndoableChange, now: Date): Subject {
  const restored = undoContactChange(subject, undo, now)
  return fits(restored.outbox, 2, 'kept') ? withEffects(restored, ...undoCalls(engine, subject, undo, now)) : restored
}

function undoCalls(
  { keys, checked }: Engine,
  subject: Subject,
  { went, came }: UndoableChange,
  now: Date,
): readonly Effect[] {
  if (!checked.parts.contactChanged) return []
  const added = subject.contacts.find(({ id }) => id === came)
  const wentTo = went && openAddress(keys, subject.id, { contact: went.id, address: went.address })?.reveal()
  const cameAs = added && openAddress(keys, subject.id, { contact: added.id, address: added.address })?.reveal()
  const content =
    went && wentTo !== undefined
      ? {
          kind: went.kind,
          address: wentTo,
          ...(cameAs !== undefined && { was: cameAs }),
          proved: went.provedAt !== undefined,
        }
      : added && cameAs !== undefined
        ? { kind: added.kind, address: cameAs, proved: false, removed: true }
        : undefined
  return content ? [callEffect(keys, 'contactChanged', subject.id, content, now)] : []
}
