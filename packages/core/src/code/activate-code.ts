import { lockedBy } from '../challenge/answer-challenge.js'
import { closeForOtherCodes } from '../challenge/close-challenge.js'
import { revoke } from '../elevation/revoke.js'
import { fits } from '../outbox/outbox.js'
import type { SlowDigest } from '../secret/slow-digest.js'
import type { Subject } from '../subject/subject.js'
import { bySubject, type Tell } from '../subject/tell.js'
import { type By, changed, record, type Transition, unchanged } from '../subject/transition.js'
import { lockedUntil, withFailure, withSuccess } from '../throttle/throttle.js'
import { type CodeLife, daysAfter, type HeldCode, type WaitingCode } from './code-record.js'
import { codeOf } from './code-state.js'
import { withCode } from './code-timer.js'
import { withoutSentCode } from './issue-code.js'
import { isOpenIn } from './next-code.js'

/** How the waiting code is confirmed: by what was typed, or, without, by the session that was shown it. */
export type Activating = Readonly<{
  session: string
  typed?: Readonly<{ id: string; matches: boolean }>
  tell: Tell
}>

export type ActivateOutcome =
  | Readonly<{ outcome: 'activated'; expiresAt: Date }>
  | Readonly<{ outcome: 'wrong' }>
  | Readonly<{ outcome: 'locked'; retryAt: Date }>
  | Readonly<{ outcome: 'nothing-waiting' }>
  | Readonly<{ outcome: 'full' }>

/** A waiting code that was made, by being shown or sent, whose time has not passed, and that may begin to work in that session. */
export function codeToActivate(
  subject: Subject,
  session: string,
  now: Date,
): (WaitingCode & { digest: SlowDigest }) | undefined {
  const { waiting } = codeOf(subject)
  if (
    !waiting?.digest ||
    !isOpenIn(waiting, session, now) ||
    waiting.expiresAt <= now ||
    (waiting.shown && waiting.shown.until <= now)
  )
    return undefined
  return { ...waiting, digest: waiting.digest }
}

/** The waiting code becomes the one that works, and the one before it ends, in one commit: at no time two, at no time none. */
export function activateCode(
  subject: Subject,
  activating: Activating,
  life: CodeLife,
  now: Date,
): Transition<ActivateOutcome> {
  const waiting = codeToActivate(subject, activating.session, now)
  if (!waiting) return unchanged({ outcome: 'nothing-waiting' })
  const retryAt = lockedUntil(subject.throttle, now)
  if (retryAt) return unchanged({ outcome: 'locked', retryAt })
  if (!fits(subject.outbox, 9 + subject.contacts.length, 'kept')) return unchanged({ outcome: 'full' })

  const { typed, session } = activating
  if (typed)
    return typed.matches && typed.id === waiting.id
      ? activated(subject, waiting, activating, life, now)
      : wrong(subject, activating, now)
  if (waiting.shown?.session !== session) return unchanged({ outcome: 'nothing-waiting' })
  return activated(subject, waiting, activating, life, now)
}

function activated(
  subject: Subject,
  waiting: WaitingCode & { digest: SlowDigest },
  { session, typed, tell }: Activating,
  life: CodeLife,
  now: Date,
): Transition<ActivateOutcome> {
  const { id, digest, over, writing } = waiting
  const expiresAt = daysAfter(now, life.validDays)
  const held: HeldCode = { id, digest, over, activatedAt: now, expiresAt, writing }
  const by = bySubject(tell, session)
  const before = stillKnown(codeOf(subject).held)
  const throttle = typed ? withSuccess(subject.throttle) : subject.throttle
  const taken = withCode(withoutSentCode({ ...subject, throttle }), { held }, life)
  const recorded = record(taken, now, by, { type: 'code.activated', code: id })
  const ended = closeForOtherCodes(before ? superseded(recorded, before, session, by, now) : recorded, id, by, now)
  const told = tell(ended, { kind: before ? 'code-rotated' : 'code-activated', until: expiresAt }, now)
  return changed(told, { outcome: 'activated', expiresAt })
}

/** A code whose digest is gone was revoked, or is over for longer than its grace: nothing takes its place. */
function stillKnown(held: HeldCode | undefined): HeldCode | undefined {
  return held?.digest === undefined ? undefined : held
}

/** What the code before it was worth ends with it; the questions of this session go on, but for those that ask for that code. */
function superseded(subject: Subject, { id }: HeldCode, session: string, by: By, now: Date): Subject {
  const recorded = record(subject, now, by, { type: 'code.superseded', code: id })
  return revoke(recorded, { except: session, reason: 'code-rotated', by }, now)
}

/** It counts in the one budget of the subject. */
function wrong(subject: Subject, { session, tell }: Activating, now: Date): Transition<ActivateOutcome> {
  const { throttle, lock } = withFailure(subject.throttle, now)
  const told = record({ ...subject, throttle }, now, bySubject(tell, session), { type: 'code.wrong-entry' })
  return changed(lock ? lockedBy(told, lock, tell, now) : told, { outcome: 'wrong' })
}
