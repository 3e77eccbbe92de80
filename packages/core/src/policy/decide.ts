import type { Requirement } from './action.js'

/** What is known of a request when its action's rule is read. */
export type Circumstances = Readonly<{
  /** A window that holds for it. */
  held: boolean
  /** Until when codes pause. */
  lockedUntil?: Date
  /** How many factors the subject could answer with. */
  factors: number
}>

/** What the rule says of the request, and why. */
export type Decision =
  | Readonly<{ verdict: 'allow'; reason: 'nothing required' | 'window holds' }>
  | Readonly<{ verdict: 'challenge'; reason: 'no elevation' }>
  | Readonly<{ verdict: 'deny'; reason: 'locked'; until: Date }>
  | Readonly<{ verdict: 'deny'; reason: 'no factor' }>

/** Pure: an action's requirement and the circumstances to a decision. A one-shot is never allowed here, only by the commit that spends it. */
export function decide(requires: Requirement, { held, lockedUntil, factors }: Circumstances): Decision {
  if (requires === 'nothing') return { verdict: 'allow', reason: 'nothing required' }
  if (held && requires.mode === 'window') return { verdict: 'allow', reason: 'window holds' }
  if (lockedUntil) return { verdict: 'deny', reason: 'locked', until: lockedUntil }
  if (factors === 0) return { verdict: 'deny', reason: 'no factor' }
  return { verdict: 'challenge', reason: 'no elevation' }
}
