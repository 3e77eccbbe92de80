import type { ClosedWhy } from '../audit/audit-event.js'
import type { Subject } from '../subject/subject.js'
import { type By, record } from '../subject/transition.js'
import { type Challenge, challengeLimits } from './challenge.js'

/** The subject with this challenge ended: its timer and its unsent messages go, the event tells why. */
export function closeChallenge(
  subject: Subject,
  { id, action }: Challenge,
  why: ClosedWhy,
  by: By,
  now: Date,
): Subject {
  const ended = {
    ...subject,
    challenges: remembered(
      subject.challenges.map((one) => (one.id === id ? { ...one, closed: { why, at: now } } : one)),
    ),
    timers: subject.timers.filter(({ about }) => about !== id),
    outbox: withoutMessagesOf(subject, id),
  }
  return record(ended, now, by, { type: 'challenge.closed', challenge: id, action, why })
}

/** The subject without open questions for a security code that is another one than this: what they asked for is gone. */
export function closeForOtherCodes(subject: Subject, code: string | undefined, by: By, now: Date): Subject {
  const asking = subject.challenges.filter(
    ({ closed, ownCode }) => !closed && ownCode !== undefined && ownCode !== code,
  )
  return asking.reduce((one, challenge) => closeChallenge(one, challenge, 'replaced', by, now), subject)
}

/** The outbox without messages that carry a code of this challenge. */
export function withoutMessagesOf({ outbox }: Subject, challenge: string): Subject['outbox'] {
  return outbox.filter((effect) => !(effect.kind === 'message' && effect.challenge === challenge))
}

/** All live ones and the newest closed ones. */
export function remembered(challenges: readonly Challenge[]): readonly Challenge[] {
  const surplus = challenges.filter(({ closed }) => closed).length - challengeLimits.closedCap
  if (surplus <= 0) return challenges
  const oldest = challenges.filter(({ closed }) => closed).slice(0, surplus)
  return challenges.filter((challenge) => !oldest.includes(challenge))
}
