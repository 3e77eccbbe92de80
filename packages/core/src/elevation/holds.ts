import type { Subject } from '../subject/subject.js'
import type { TokenClaims } from './elevation-token.js'

/** Whether a windowed elevation stands in the document: the answer when the feed is not fresh enough to vouch for its token. */
export function holds(subject: Subject, { epoch, elevation }: TokenClaims, now: Date): boolean {
  const own = subject.elevations.find(({ id }) => id === elevation.id)
  return own !== undefined && own.expiresAt > now && subject.revocation.epoch === epoch
}
