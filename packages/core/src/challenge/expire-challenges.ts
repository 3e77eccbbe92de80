import { fits } from '../outbox/outbox.js'
import type { Subject } from '../subject/subject.js'
import { challengeLimits } from './challenge.js'
import { closeChallenge, remembered } from './close-challenge.js'

/** What time does to challenges: those whose code ended are closed with an event, long closed ones go. */
export function expireChallenges(subject: Subject, now: Date): Subject {
  const expired = subject.challenges.filter(({ closed, expiresAt }) => !closed && expiresAt <= now)
  const closed = expired.reduce(
    (one, challenge) =>
      fits(one.outbox, 1, 'ordinary') ? closeChallenge(one, challenge, 'expired', { actor: 'system' }, now) : one,
    subject,
  )
  const forgotten = now.getTime() - challengeLimits.closedSeconds * 1000
  const challenges = remembered(
    closed.challenges.filter((challenge) => !challenge.closed || challenge.closed.at.getTime() > forgotten),
  )
  return challenges.length === closed.challenges.length ? closed : { ...closed, challenges }
}
