import type { Subject } from '../subject/subject.js'
import { type CodeLife, daysAfter } from './code-record.js'
import { codeOf } from './code-state.js'
import { withCode } from './code-timer.js'

/** The code that works ends in so many days at the latest, as an administrator wants it; never later than it would. */
export function endSooner(subject: Subject, days: number, life: CodeLife, now: Date): Subject {
  const { held, waiting } = codeOf(subject)
  const end = daysAfter(now, days)
  if (!held || held.ended || held.expiresAt <= end) return subject
  return withCode(subject, { held: { ...held, expiresAt: end }, ...(waiting && { waiting }) }, life)
}
