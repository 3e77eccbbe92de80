import { amrOf, type FactorKind, type Level, reaches } from '../assurance/level.js'
import { hasProved } from '../delivery/has-proved.js'
import { withoutSent } from '../delivery/send-budget.js'
import { type Elevation, elevationsCap } from '../elevation/elevation.js'
import { revoke } from '../elevation/revoke.js'
import type { Factor, ProvedFactor } from '../factor/usable-factors.js'
import { fits } from '../outbox/outbox.js'
import type { Subject } from '../subject/subject.js'
import { bySubject, type Tell } from '../subject/tell.js'
import { changed, record, type Transition, unchanged } from '../subject/transition.js'
import { type Lock, withFailure, withSuccess } from '../throttle/throttle.js'
import { type Answerable, answerable } from './answerable.js'
import { askForOwnCode } from './ask-for.js'
import type { Challenge } from './challenge.js'
import { closeChallenge } from './close-challenge.js'

/** What was typed, beside what the challenge asks for. An earlier code, and one that is over, are told to who has them, and cost a try. */
export type Verdict =
  | Readonly<{ is: 'right' | 'wrong' | 'malformed' }>
  | Readonly<{ is: 'earlier-code'; sentAt: Date }>
  | Readonly<{ is: 'code-expired'; expiredAt: Date }>

/** A typed code; ids and messages that may be needed were made before the decision. */
export type Answer = Readonly<{
  challengeId: string
  session: string
  judge(challenge: Challenge): Verdict
  elevationId: string
  /** The level of these factors together. */
  levelOf(proved: readonly ProvedFactor[]): Level
  /** The factor to go on with after these, where the level needs one more. */
  next(subject: Subject, challenge: Challenge, proved: readonly ProvedFactor[]): Factor | undefined
  /** What follows from the first proof of a contact. */
  afterProof(subject: Subject, challenge: Challenge, now: Date): Subject
  tell: Tell
}>

export type Answered =
  | Readonly<{ outcome: 'passed'; elevation: Elevation; epoch: number }>
  | Readonly<{ outcome: 'more-needed'; challenge: Challenge }>
  | Readonly<{ outcome: 'wrong'; attemptsLeft: number }>
  | Readonly<{ outcome: 'earlier-code'; attemptsLeft: number; sentAt: Date }>
  | Readonly<{ outcome: 'code-expired'; attemptsLeft: number; expiredAt: Date }>
  | Exclude<Answerable, { outcome: 'live' }>
  | Readonly<{ outcome: 'malformed' }>
  | Readonly<{ outcome: 'full' }>

/** Entries that an answer may put into the outbox, a place left for a revocation: a first proof ends what others left behind, too. */
function room({ contacts }: Subject): number {
  const first = !hasProved(contacts)
  return 8 + contacts.length + (first ? 2 : 0)
}

/**
 * A wrong answer costs an attempt and a piece of the subject's budget; a right one becomes an elevation, or the question
 * for a second factor. All in the commit that records them; where that commit has no room for its record, nothing
 * is compared.
 *
 * ```mermaid
 * stateDiagram-v2
 *   [*] --> live: open
 *   live --> live: wrong code, resend, first of two factors
 *   live --> answered: right code
 *   live --> used_up: fifth wrong code
 *   live --> expired: its time passed
 *   live --> cancelled: the person
 *   live --> replaced: a fourth challenge, or the security code that it asks for has given way
 *   live --> revoked: lock, sign-out, "not me"
 * ```
 */
export function answerChallenge(subject: Subject, answer: Answer, now: Date): Transition<Answered> {
  const found = answerable(subject, answer, now)
  if (found.outcome !== 'live') return unchanged(found)
  if (!fits(subject.outbox, room(subject), 'kept')) return unchanged({ outcome: 'full' })

  const { challenge } = found
  const verdict = answer.judge(challenge)
  if (verdict.is === 'malformed') return unchanged({ outcome: 'malformed' })
  return verdict.is === 'right'
    ? rightAnswer(subject, challenge, answer, now)
    : wrongAnswer(subject, challenge, answer, verdict, now)
}

function rightAnswer(subject: Subject, challenge: Challenge, answer: Answer, now: Date): Transition<Answered> {
  const factors = [...challenge.proved, provedBy(challenge)]
  const level = answer.levelOf(factors)
  const known = proved(subject, challenge, answer, now)
  if (reaches(level, challenge.level)) return passed(known, challenge, answer, { level, factors }, now)
  return goOn(known, challenge, answer, factors, now)
}

function provedBy({ factor, contact }: Challenge): ProvedFactor {
  return contact === undefined ? { kind: factor } : { kind: factor, contact }
}

type Reached = Readonly<{ level: Level; factors: readonly ProvedFactor[] }>

function passed(
  subject: Subject,
  challenge: Challenge,
  answer: Answer,
  { level, factors }: Reached,
  now: Date,
): Transition<Answered> {
  const by = { actor: 'subject', session: challenge.session } as const
  const elevation = elevationFrom(challenge, answer.elevationId, { level, factors }, now)
  const closed = closeChallenge(subject, challenge, 'answered', by, now)
  const raised = {
    ...closed,
    throttle: withSuccess(closed.throttle),
    elevations: [...closed.elevations, elevation].slice(-elevationsCap),
  }
  const { id, action, binding, mode } = elevation
  const granted = record(raised, now, by, {
    type: 'elevation.granted',
    elevation: id,
    challenge: challenge.id,
    action,
    binding,
    mode,
  })
  return changed(granted, { outcome: 'passed', elevation, epoch: granted.revocation.epoch })
}

function elevationFrom(challenge: Challenge, id: string, { level, factors }: Reached, now: Date): Elevation {
  const { action, session, binding, mode, elevationSeconds } = challenge
  const expiresAt = new Date(now.getTime() + elevationSeconds * 1000)
  return { id, action, session, binding, mode, level, amr: amrOf(kindsOf(factors)), at: now, expiresAt }
}

function kindsOf(factors: readonly ProvedFactor[]): readonly FactorKind[] {
  return factors.map(({ kind }) => kind)
}

/** The first of two: the same challenge asks for the second, with the tries that it has left. Nothing to go on with ends it. */
function goOn(
  subject: Subject,
  challenge: Challenge,
  answer: Answer,
  factors: readonly ProvedFactor[],
  now: Date,
): Transition<Answered> {
  const by = { actor: 'subject', session: challenge.session } as const
  const next = answer.next(subject, challenge, factors)
  if (next?.kind !== 'security-code')
    return changed(closeChallenge(subject, challenge, 'revoked', by, now), {
      outcome: 'closed',
      why: 'revoked',
      at: now,
    })

  const { factor, contact: _contact, code: _code, delivery: _delivery, ...rest } = challenge
  const asking = askForOwnCode(subject, { ...rest, proved: factors, earlier: [] }, next)
  const told = record(asking.subject, now, by, {
    type: 'challenge.half-answered',
    challenge: challenge.id,
    action: challenge.action,
    factor,
  })
  return changed(told, { outcome: 'more-needed', challenge: asking.challenge })
}

/** The first right answer proves the contact, and the answered message gives its place back. */
function proved(subject: Subject, challenge: Challenge, answer: Answer, now: Date): Subject {
  const contact = subject.contacts.find(({ id }) => id === challenge.contact)
  if (!contact || !challenge.code) return subject
  const sent = withoutSent(contact.sent, challenge.code.sentAt)
  // Beside a proved one an address is proved by its own message alone, which all contacts hear of.
  if (hasProved(subject.contacts)) return withContact(subject, { ...contact, sent })

  const known = withContact(subject, { ...contact, sent, provedAt: now })
  const fact = { type: 'contact.proved', destination: contact.masked } as const
  return answer.afterProof(record(known, now, bySubject(answer.tell, challenge.session), fact), challenge, now)
}

function withContact(subject: Subject, contact: Subject['contacts'][number]): Subject {
  return { ...subject, contacts: subject.contacts.map((one) => (one.id === contact.id ? contact : one)) }
}

function wrongAnswer(
  subject: Subject,
  challenge: Challenge,
  answer: Answer,
  verdict: Verdict,
  now: Date,
): Transition<Answered> {
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
  return changed(lock ? lockedBy(ended, lock, answer.tell, now) : ended, wrongOutcome(verdict, attemptsLeft))
}

function wrongOutcome(verdict: Verdict, attemptsLeft: number): Answered {
  if (verdict.is === 'earlier-code') return { outcome: verdict.is, attemptsLeft, sentAt: verdict.sentAt }
  if (verdict.is === 'code-expired') return { outcome: verdict.is, attemptsLeft, expiredAt: verdict.expiredAt }
  return { outcome: 'wrong', attemptsLeft }
}

/** A lock ends the elevations that live, and the person hears of it. */
export function lockedBy(subject: Subject, lock: Lock, tell: Tell, now: Date): Subject {
  const by = { actor: 'system' } as const
  const recorded = record(subject, now, by, {
    type: 'throttle.locked',
    until: lock.until,
    repeats: subject.throttle.locks.length,
  })
  const told = tell(recorded, { kind: 'locked', until: lock.until }, now)
  return revoke(told, { reason: 'lock', by }, now)
}
