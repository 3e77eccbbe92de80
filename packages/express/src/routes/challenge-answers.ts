import type { AnswerOutcome, ChallengeView, GrantedElevation, OpenOutcome, ResendOutcome } from '@countersign/core'
import { problem } from '../answering/problem.js'
import { type Refusal, secondsUntil } from '../answering/respond.js'
import { lockedRefusal, malformedRefusal, unavailableRefusal } from '../guard/refusals.js'
import type { Parts } from '../parts.js'

/** Any outcome of a challenge verb that refuses. */
export type RefusedOutcome = Exclude<
  OpenOutcome | ResendOutcome | AnswerOutcome,
  { outcome: 'opened' | 'sent' | 'passed' | 'more-needed' }
>

/** A challenge as JSON has it. */
export function challengeJson(challenge: ChallengeView): object {
  const { id, action, factor, destination, shown, sentAt, expiresAt, attemptsLeft, resendAt, delivery } = challenge
  const { proved, closed } = challenge
  return {
    challenge: {
      id,
      action,
      factor,
      destination,
      shown,
      sentAt,
      expiresAt,
      attemptsLeft,
      resendAt,
      delivery,
      ...(proved && { proved }),
      ...(closed && { closed }),
    },
  }
}

/** An elevation as JSON has it. */
export function elevationJson({ token, action, mode, expiresAt }: GrantedElevation): object {
  return { elevation: { token, action, mode, expiresAt } }
}

/** What a program hears when a challenge verb refuses. A page form is answered by a redirect instead. */
export function refusalOf(outcome: RefusedOutcome, { door, home }: Parts): Refusal {
  const dead = { page: 'too-late', startAgain: home } as const
  switch (outcome.outcome) {
    case 'used-up':
      return { problem: problem('ticket-used-up'), page: dead }
    case 'factor-not-available':
      return { problem: problem('factor-not-available'), page: dead }
    case 'too-many-messages':
      return tooManyMessages(outcome, door.now(), home)
    case 'wrong':
      return { problem: problem('wrong-code', { attemptsLeft: outcome.attemptsLeft }), page: dead }
    case 'earlier-code':
      return {
        problem: problem('earlier-code', { attemptsLeft: outcome.attemptsLeft, sentAt: outcome.sentAt }),
        page: dead,
      }
    case 'code-expired':
      return {
        problem: problem('security-code-expired', {
          attemptsLeft: outcome.attemptsLeft,
          expiredAt: outcome.expiredAt,
        }),
        page: dead,
      }
    case 'closed':
      return {
        problem: problem('challenge-closed', { why: outcome.why, at: outcome.at }),
        page: outcome.why === 'revoked' ? { page: 'ended', startAgain: home } : dead,
      }
    case 'malformed':
      return malformedRefusal(home)
    case 'locked':
      return lockedRefusal(outcome.retryAt, { back: home, now: door.now() }, 423)
    case 'not-found':
      return { problem: problem('not-found'), page: dead }
    case 'unavailable':
      return unavailableRefusal(outcome.retryAfterSeconds, home)
  }
}

function tooManyMessages(
  { retryAt, challenge }: Readonly<{ retryAt: Date; challenge?: ChallengeView }>,
  now: Date,
  tryAgain: string,
): Refusal {
  return {
    problem: problem('too-many-messages', { retryAt, ...(challenge && challengeJson(challenge)) }),
    page: { page: 'too-many-requests', retryAt, tryAgain },
    retryAfterSeconds: secondsUntil(retryAt, now),
  }
}
