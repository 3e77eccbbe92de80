import { factorKinds } from '../assurance/level.js'
import { mayNotify } from '../delivery/notice-budget.js'
import { withoutSent } from '../delivery/send-budget.js'
import { type Elevation, elevationsCap } from '../elevation/elevation.js'
import { revoke } from '../elevation/revoke.js'
import type { Effect } from '../outbox/effect.js'
import { fits } from '../outbox/outbox.js'
import type { Subject } from '../subject/subject.js'
import { changed, record, type Transition, unchanged, withEffects } from '../subject/transition.js'
import { type Lock, lockedUntil, withFailure, withSuccess } from '../throttle/throttle.js'
import type { Challenge, EarlierCode } from './challenge.js'
import { closeChallenge } from './close-challenge.js'
import { endOf, findChallenge } from './find-challenge.js'

/** A typed code, as what it matches; ids and messages that may be needed were made before the decision. */
export type Answer = Readonly<{
  challengeId: string
  session: string
  /** Whether it is the code that was sent; what it was sent over stands in `sent` where it is not the challenge's own. */
  matches(challenge: Challenge, sent: EarlierCode): boolean
  elevationId: string
  /** What the application wants to hear of when this answer proves the contact. */
  provedEffects(subject: Subject, challenge: Challenge, now: Date): readonly Effect[]
  /** What the person is told of a lock. */
  lockedEffects(subject: Subject, lock: Lock, now: Date): readonly Effect[]
}>

export type Answered =
  | Readonly<{ outcome: 'passed'; elevation: Elevation; epoch: number }>
  | Readonly<{ outcome: 'wrong'; attemptsLeft: number }>
  | Readonly<{ outcome: 'earlier-code'; attemptsLeft: number; sentAt: Date }>
  | Readonly<{ outcome: 'closed' } & NonNullable<Challenge['closed']>>
  | Readonly<{ outcome: 'locked'; retryAt: Date }>
  | Readonly<{ outcome: 'not-found' }>
  | Readonly<{ outcome: 'full' }>

/** Entries that an answer may put into the outbox, one place left for a revocation. */
const room = 9

/**
 * A wrong answer costs an attempt and a piece of the subject's budget; a right one becomes an elevation. Both in the
 * commit that records them; where that commit has no room for its record, nothing is compared.
 *
 * ```mermaid
 * stateDiagram-v2
 *   [*] --> live: open
 *   live --> live: wrong code, resend
 *   live --> answered: right code
 *   live --> used_up: fifth wrong code
 *   live --> expired: its time passed
 *   live --> cancelled: the person
 *   live --> replaced: a fourth challenge
 *   live --> revoked: lock, sign-out, "not me"
 * ```
 */
export function answerChallenge(subject: Subject, answer: Answer, now: Date): Transition<Answered> {
  const challenge = findChallenge(subject, answer.challengeId, answer.session)
  if (!challenge) return unchanged({ outcome: 'not-found' })
  const retryAt = lockedUntil(subject.throttle, now)
  if (retryAt) return unchanged({ outcome: 'locked', retryAt })
  const end = endOf(challenge, now)
  if (end) return unchanged({ outcome: 'closed', ...end })
  if (!fits(subject.outbox, room, 'kept')) return unchanged({ outcome: 'full' })

  if (answer.matches(challenge, challenge.code)) return rightAnswer(subject, challenge, answer, now)
  return wrongAnswer(subject, challenge, answer, now)
}

function rightAnswer(subject: Subject, challenge: Challenge, answer: Answer, now: Date): Transition<Answered> {
  const by = { actor: 'subject', session: challenge.session } as const
  const elevation = elevationFrom(challenge, answer.elevationId, now)
  const closed = closeChallenge(subject, challenge, 'answered', by, now)
  const passed = {
    ...proved(closed, challenge, answer, now),
    throttle: withSuccess(subject.throttle),
    elevations: [...subject.elevations, elevation].slice(-elevationsCap),
  }
  const { id, action, binding, mode } = elevation
  const granted = record(passed, now, by, {
    type: 'elevation.granted',
    elevation: id,
    challenge: challenge.id,
    action,
    binding,
    mode,
  })
  return changed(granted, { outcome: 'passed', elevation, epoch: subject.revocation.epoch })
}

function elevationFrom(
  { action, session, binding, mode, level, factor, elevationSeconds }: Challenge,
  id: string,
  now: Date,
): Elevation {
  const expiresAt = new Date(now.getTime() + elevationSeconds * 1000)
  return { id, action, session, binding, mode, level, amr: factorKinds[factor].amr, at: now, expiresAt }
}

/** The first right answer proves the contact, and the answered message gives its place back. */
function proved(subject: Subject, challenge: Challenge, answer: Answer, now: Date): Subject {
  const contact = subject.contacts.find(({ id }) => id === challenge.contact)
  if (!contact) return subject
  const answered = {
    ...contact,
    sent: withoutSent(contact.sent, challenge.code.sentAt),
    provedAt: contact.provedAt ?? now,
  }
  const known = { ...subject, contacts: subject.contacts.map((one) => (one === contact ? answered : one)) }
  if (contact.provedAt) return known

  const by = { actor: 'subject', session: challenge.session } as const
  const told = record(known, now, by, { type: 'contact.proved', destination: contact.masked })
  return withEffects(told, ...answer.provedEffects(subject, challenge, now))
}

function wrongAnswer(subject: Subject, challenge: Challenge, answer: Answer, now: Date): Transition<Answered> {
  const by = { actor: 'subject', session: challenge.session } as const
  const attemptsLeft = challenge.attemptsLeft - 1
  const { throttle, lock } = withFailure(subject.throttle, now)
  const spent = {
    ...subject,
    throttle,
    challenges: subject.challenges.map((one) => (one === challenge ? { ...one, attemptsLeft } : one)),
  }
  const told = record(spent, now, by, {
    type: 'challenge.wrong-answer',
    challenge: challenge.id,
    action: challenge.action,
    attemptsLeft,
  })
  const ended = attemptsLeft > 0 ? told : closeChallenge(told, challenge, 'used-up', by, now)
  return changed(lock ? locked(ended, lock, answer, now) : ended, wrongOutcome(challenge, answer, attemptsLeft))
}

function wrongOutcome(challenge: Challenge, answer: Answer, attemptsLeft: number): Answered {
  const earlier = challenge.earlier.find((sent) => answer.matches(challenge, sent))
  return earlier
    ? { outcome: 'earlier-code', attemptsLeft, sentAt: earlier.sentAt }
    : { outcome: 'wrong', attemptsLeft }
}

/** A lock ends the elevations that live, and the person hears of it. */
function locked(subject: Subject, lock: Lock, answer: Answer, now: Date): Subject {
  const by = { actor: 'system' } as const
  const told = record(subject, now, by, {
    type: 'throttle.locked',
    until: lock.until,
    repeats: subject.throttle.locks.length,
  })
  const notified = mayNotify(subject.notices, 'locked', now)
    ? withNotice(told, answer.lockedEffects(subject, lock, now), now)
    : told
  return revoke(notified, { reason: 'lock', by }, now)
}

function withNotice(subject: Subject, effects: readonly Effect[], now: Date): Subject {
  return withEffects({ ...subject, notices: [...subject.notices, { kind: 'locked', at: now }] }, ...effects)
}
