import type { AuditEvent } from '../audit/audit-event.js'
import { codeOf } from '../code/code-state.js'
import { hasCode, revokeCode, stopWaitingCode } from '../code/revoke-code.js'
import type { Contact } from '../delivery/contact.js'
import { openAddress } from '../delivery/new-contact.js'
import { revoke } from '../elevation/revoke.js'
import type { Effect } from '../outbox/effect.js'
import { type UndoableChange, undoableChange, undoContactChange } from '../registration/contact-undo.js'
import { stopContactChange } from '../registration/waiting-change.js'
import { changePrepared } from '../subject/change.js'
import { newSubject, type Subject } from '../subject/subject.js'
import { applicationIdOf } from '../subject/subject-id.js'
import { changed, unchanged, withEffects } from '../subject/transition.js'
import type { Whom } from './countersign.js'
import type { NotMeReport, NotMeState } from './door.js'
import { type Engine, orUnavailable, requireRunning } from './engine.js'
import type { NotMe, NotMeEvent } from './links.js'
import { callEffect } from './notices.js'
import { challengeOf, waitsFor, whatBecameOf } from './what-became-of.js'

/** A token about a challenge for who looks at its page now; made by us, so that it needs no look at the store. */
export function notMeToken({ links, identityOf, changes }: Engine, whom: Whom, challenge: string): string {
  const { subject } = identityOf(whom)
  return links.notMeToken({ subject, askedAt: changes.subjects.now(), challenge })
}

/** What a person may not have done himself. What time, an administrator or a "this was not me" brought about is nobody's doing. */
const stoppable: ReadonlySet<string> = new Set<AuditEvent['type']>([
  'challenge.opened',
  'challenge.wrong-answer',
  'elevation.granted',
  'throttle.locked',
  'contact.change-asked',
  'contact.changed',
  'contact.added',
  'contact.removed',
  'code.issued',
  'code.asked',
  'code.shown',
  'code.activated',
  'code.wrong-entry',
  'code.revoked',
])

/** A token about something that happened, for who finds it among the latest activity; none where nobody could have done it in his name, or when it is too long ago. */
export function notMeTokenAbout(
  { links, identityOf, changes }: Engine,
  whom: Whom,
  event: AuditEvent,
): string | undefined {
  if (!('actor' in event) || event.actor !== 'subject' || !stoppable.has(event.type)) return undefined
  const about = {
    subject: identityOf(whom).subject,
    askedAt: event.at,
    challenge: 'challenge' in event ? event.challenge : undefined,
    change: 'change' in event ? event.change : undefined,
    code: event.type === 'code.asked' ? event.code : undefined,
    event: 'challenge' in event ? undefined : eventOf(event),
  }
  return links.isNotMeOver(about, changes.subjects.now()) ? undefined : links.notMeToken(about)
}

function eventOf(event: AuditEvent): NotMeEvent {
  return {
    type: event.type,
    destination: 'destination' in event ? event.destination : undefined,
    was: 'was' in event ? event.was : undefined,
  }
}

/** What a "this was not me" link is about; looking changes nothing. */
export async function readNotMe(engine: Engine, token: string): Promise<NotMeState> {
  return orUnavailable(engine, async () => {
    const about = engine.links.readNotMe(token, engine.changes.subjects.now())
    if (!about) return { outcome: 'not-found' }
    const { subject = newSubject(about.subject), now } = await engine.changes.subjects.load(about.subject)
    const challenge = challengeOf(subject, about)
    const { confirmedAt, takenBackAt } = await whatBecameOf(engine, subject, about, now)
    const stoppedAt = takenBackAt ?? stoppedBefore(subject, about, now)
    return {
      outcome: 'found',
      subject: applicationIdOf(about.subject).subject,
      askedAt: about.askedAt,
      ...(challenge && { action: challenge.action }),
      ...(about.event && { event: about.event }),
      ...(confirmedAt && { confirmedAt }),
      ...(stoppedAt && !confirmedAt && { stoppedAt, ...(takenBackAt && { takenBack: true }) }),
      ...(stoppedAt && codeEndedWith(subject) && { codeEnded: true }),
      ...(about.challenge === undefined && about.change === undefined && { whole: true }),
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
    const prepare = (subject: Subject, now: Date) => whatBecameOf(engine, subject, about, now)
    return changePrepared(engine.changes, about.subject, prepare, (subject, now, { confirmedAt }) => {
      const report: NotMeReport = confirmedAt ? { outcome: 'already-confirmed', confirmedAt } : { outcome: 'stopped' }
      const idle = !about.onlyChange && (isErased(subject) || stoppedBefore(subject, about, now) !== undefined)
      return idle ? unchanged(report) : changed(stopped(engine, subject, about, now), report)
    })
  })
}

/** Nothing is there that could be stopped: who is erased is not written about again. */
function isErased({ contacts, challenges, elevations }: Subject): boolean {
  return contacts.length === 0 && challenges.length === 0 && elevations.length === 0
}

/** Whether the last "this was not me" ended a security code. */
function codeEndedWith(subject: Subject): boolean {
  const { ended } = codeOf(subject).held ?? {}
  return ended?.why === 'revoked' && ended.at.getTime() === subject.notMeAt?.getTime()
}

/** When what the link is about came to its end by a link like it; `undefined` while there is something to stop. */
function stoppedBefore(subject: Subject, about: NotMe, now: Date): Date | undefined {
  if (about.onlyChange) return waitsFor(subject, about, now) ? undefined : now
  if (undoableChange(subject, about.change, now) || isAlive(subject, about.code)) return undefined
  const { notMeAt, stoppedCodes = [] } = subject
  const alone = stoppedCodes.find(({ code }) => code === about.code)?.at
  return alone ?? (notMeAt && notMeAt >= about.askedAt ? notMeAt : undefined)
}

/** Whether the code that was asked for without the one before it still waits, or works by now. */
function isAlive(subject: Subject, code: string | undefined): boolean {
  const { held, waiting } = codeOf(subject)
  return code !== undefined && (waiting?.id === code || (held?.id === code && !held.ended))
}

/**
 * Any waiting change stops, whoever asked for it; one that was carried out within the day is taken back, the security code
 * ends. Nothing of it depends on room in the outbox: calls go in beyond it, since a link acts once. The rest of this incident
 * (recovery, review) comes with later floors.
 */
function stopped(engine: Engine, subject: Subject, about: NotMe, now: Date): Subject {
  if (about.onlyChange && !waitsFor(subject, about, now)) return subject
  const without = stopContactChange(subject, 'not-me', now)
  if (about.onlyChange) return without
  const undo = undoableChange(without, about.change, now)
  const restored = undo ? takenBack(engine, without, undo, now) : without
  const by = { actor: 'subject' } as const
  const codeless = withoutCode(engine, restored, about, now)
  const noted = isAboutWaiting(restored, about) ? withStopped(codeless, about, now) : { ...codeless, notMeAt: now }
  const ended = revoke(noted, { reason: 'not-me', by }, now)
  const calls = engine.checked.parts.endSessions
    ? [callEffect(engine.keys, 'endSessions', subject.id, { reason: 'not-me' }, now)]
    : []
  return withEffects(ended, ...calls)
}

/** A link works for a week, and four codes are asked for so in a day at most; one that was forgotten is stopped as everything is. */
const stoppedKept = 8

function withStopped(subject: Subject, { code = '' }: NotMe, now: Date): Subject {
  return { ...subject, stoppedCodes: [...(subject.stoppedCodes ?? []), { code, at: now }].slice(-stoppedKept) }
}

/** Whether the link is about a code that waits and was asked for without the one before it: it stops that one alone, and leaves older links their power. */
function isAboutWaiting(subject: Subject, { code }: NotMe): boolean {
  return code !== undefined && code === codeOf(subject).waiting?.id
}

/** The code ends; where the link is about one that was asked for without the code that works, that one alone does. */
function withoutCode({ code: { life }, tellFor }: Engine, subject: Subject, about: NotMe, now: Date): Subject {
  const by = { actor: 'subject' } as const
  if (isAboutWaiting(subject, about)) return stopWaitingCode(subject, by, life, now)
  return hasCode(subject) ? revokeCode(subject, { reason: 'not-me', by, tell: tellFor({}) }, life, now) : subject
}

/** The contacts are as they were; the application's table follows. */
function takenBack(engine: Engine, subject: Subject, undo: UndoableChange, now: Date): Subject {
  const restored = undoContactChange(subject, undo, now)
  return withEffects(restored, ...restoredCalls(engine, subject, restored, now))
}

/** One call for each contact that is there again or is as it was before, in the place of one that is gone where there is one; and one for each that is only gone. */
function restoredCalls({ keys, checked }: Engine, before: Subject, after: Subject, now: Date): readonly Effect[] {
  if (!checked.parts.contactChanged) return []
  const gone = before.contacts.filter(({ id }) => !after.contacts.some((one) => one.id === id))
  const isAsItWas = (one: Contact) =>
    before.contacts.some(({ id, provedAt }) => id === one.id && !provedAt === !one.provedAt)
  const restored = after.contacts.filter((one) => !isAsItWas(one))
  const addressOf = (contact: Contact | undefined) =>
    contact && openAddress(keys, before.id, { contact: contact.id, address: contact.address })?.reveal()
  const contents = [
    ...restored.map((contact, index) => {
      const was = addressOf(gone[index])
      const { kind, provedAt } = contact
      return { kind, address: addressOf(contact), ...(was !== undefined && { was }), proved: provedAt !== undefined }
    }),
    ...gone
      .slice(restored.length)
      .map((contact) => ({ kind: contact.kind, address: addressOf(contact), proved: false, removed: true })),
  ]
  return contents
    .filter(({ address }) => address !== undefined)
    .map((content) => callEffect(keys, 'contactChanged', before.id, content, now))
}
