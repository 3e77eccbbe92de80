import type { Subject } from '../subject/subject.js'
import { type CodeLife, type CodeRecord, codeNumbers, daysAfter, type HeldCode } from './code-record.js'

/** What a person may know of the code. A code that was superseded is no state of the person: the next one is. */
export type CodeState = 'none' | 'issued' | 'active' | 'expiring' | 'expired' | 'revoked'

/**
 * The state of a subject's code. While a new one waits, the one that works decides.
 *
 * ```mermaid
 * stateDiagram-v2
 *   none --> issued: issue
 *   issued --> issued: issue again, show
 *   issued --> none: not picked up or entered in time
 *   issued --> active: done, or entered
 *   active --> expiring: 14 days before its end
 *   active --> superseded: the next one is activated
 *   expiring --> superseded: the next one is activated
 *   expiring --> expired: its end
 *   expired --> superseded: the next one is activated
 *   active --> revoked: person, administrator, "this was not me"
 *   expiring --> revoked
 *   issued --> none: revoked before it was ever active
 *   expired --> revoked
 *   revoked --> issued: issue
 *   superseded --> [*]
 * ```
 */
export function codeStateOf({ held, waiting }: CodeRecord, now: Date): CodeState {
  if (held && works(held, now)) return isEnding(held, now) ? 'expiring' : 'active'
  if (waiting && waiting.expiresAt > now) return 'issued'
  if (!held) return 'none'
  return held.ended?.why === 'revoked' ? 'revoked' : 'expired'
}

/** Whether it was activated, is not over and not revoked. */
export function works({ ended, expiresAt }: HeldCode, now: Date): boolean {
  return !ended && expiresAt > now
}

function isEnding({ expiresAt }: HeldCode, now: Date): boolean {
  return expiresAt <= daysAfter(now, Math.max(...codeNumbers.reminders))
}

/** Whether it may be replaced as a code that its person has: while it works, and for the grace after its end. */
export function isReplaceable({ held }: CodeRecord, { graceDays }: CodeLife, now: Date): boolean {
  if (!held || held.ended?.why === 'revoked') return false
  return daysAfter(held.expiresAt, graceDays) > now
}

/** The record of a subject, empty where nothing was ever issued. */
export function codeOf({ code = {} }: Pick<Subject, 'code'>): CodeRecord {
  return code
}
