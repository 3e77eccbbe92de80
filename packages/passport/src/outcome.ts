import type { AnswerOutcome, GrantedElevation } from '@countersign/core'
import { type ProblemName, problem } from '@countersign/express/door'

/** What a right answer earned: good for `action`, in this session, until `expiresAt`. `token` is what a client brings along. */
export type EarnedElevation = Pick<GrantedElevation, 'token' | 'action' | 'mode' | 'expiresAt'>

/** The `info` beside the user, after a right answer. */
export type SecurityCodePassed = Readonly<{ outcome: 'passed'; elevation: EarnedElevation }>

/** Why nobody passed: nobody is signed in, or what came of the answer. */
export type Refusal =
  | Readonly<{ outcome: 'not-signed-in' }>
  | Exclude<AnswerOutcome, { outcome: 'passed' | 'unavailable' }>

/** The `info` of a refusal: the outcome with its facts, and a sentence for `failureMessage` and `failureFlash`. */
export type SecurityCodeRefusal = Refusal & Readonly<{ message: string }>

/** The problem that the Express door answers the same outcome with: status and words are the same at both. */
const problems: Readonly<Record<Refusal['outcome'], ProblemName>> = {
  'not-signed-in': 'not-signed-in',
  malformed: 'malformed',
  'not-found': 'not-found',
  wrong: 'wrong-code',
  'earlier-code': 'earlier-code',
  'code-expired': 'security-code-expired',
  // The first of two factors was right: the same challenge goes on, and nobody has passed yet.
  'more-needed': 'step-up-required',
  closed: 'challenge-closed',
  locked: 'step-up-locked',
}

/** Every outcome of a refusal. */
export const refusals = Object.keys(problems) as readonly Refusal['outcome'][]

/** A refusal as Passport is told of it. */
export function refusalInfo(refusal: Refusal): SecurityCodeRefusal {
  return { ...refusal, message: problem(problems[refusal.outcome]).title }
}

/** The HTTP status of a refusal. The challenge routes say 423 of a lock, where a guard says 403. */
export function statusOf({ outcome }: Refusal): number {
  return outcome === 'locked' ? 423 : problem(problems[outcome]).status
}

/** What of an elevation its session is told. */
export function earned({ token, action, mode, expiresAt }: GrantedElevation): EarnedElevation {
  return { token, action, mode, expiresAt }
}
