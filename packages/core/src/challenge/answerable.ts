import type { Subject } from '../subject/subject.js'
import { lockedUntil } from '../throttle/throttle.js'
import type { Challenge } from './challenge.js'
import { endOf, findChallenge } from './find-challenge.js'

/** A challenge that an answer may be compared for, or why not. */
export type Answerable =
  | Readonly<{ outcome: 'live'; challenge: Challenge }>
  | Readonly<{ outcome: 'not-found' }>
  | Readonly<{ outcome: 'locked'; retryAt: Date }>
  | Readonly<{ outcome: 'closed' } & NonNullable<Challenge['closed']>>

/** Whether this session's challenge can be answered now. Asked before a slow hash is computed, and again by the decision. */
export function answerable(
  subject: Subject,
  { challengeId, session }: Readonly<{ challengeId: string; session: string }>,
  now: Date,
): Answerable {
  const challenge = findChallenge(subject, challengeId, session)
  if (!challenge) return { outcome: 'not-found' }
  const retryAt = lockedUntil(subject.throttle, now)
  if (retryAt) return { outcome: 'locked', retryAt }
  const end = endOf(challenge, now)
  return end ? { outcome: 'closed', ...end } : { outcome: 'live', challenge }
}
