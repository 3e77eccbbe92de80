import type { Subject } from '../subject/subject.js'
import type { Challenge } from './challenge.js'

/** A subject's challenge of that session; another session's is as unknown as none. */
export function findChallenge(subject: Subject, id: string, session: string): Challenge | undefined {
  return subject.challenges.find((challenge) => challenge.id === id && challenge.session === session)
}

/** Why and when it ended, also when its time passed and nobody wrote that down yet. */
export function endOf({ closed, expiresAt }: Challenge, now: Date): Challenge['closed'] {
  return closed ?? (expiresAt <= now ? { why: 'expired', at: expiresAt } : undefined)
}

/** Challenges that can still be answered. */
export function liveChallenges(subject: Subject, now: Date): readonly Challenge[] {
  return subject.challenges.filter((challenge) => !endOf(challenge, now))
}
