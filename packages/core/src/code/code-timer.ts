import type { Subject } from '../subject/subject.js'
import {
  type CodeLife,
  type CodeRecord,
  codeNumbers,
  daysAfter,
  type HeldCode,
  type WaitingCode,
} from './code-record.js'

/** What the timer of the code is about. */
export const codeTimer = 'code'

/** The subject with this record, and one timer at the next moment that changes something of it. */
export function withCode(subject: Subject, code: CodeRecord, life: CodeLife): Subject {
  const others = subject.timers.filter(({ kind }) => kind !== codeTimer)
  const due = nextMoment(code, life)
  return { ...subject, code, timers: due ? [...others, { kind: codeTimer, about: codeTimer, due }] : others }
}

/** When time next changes something of it. */
function nextMoment({ held, waiting }: CodeRecord, life: CodeLife): Date | undefined {
  const moments = [...(waiting ? momentsOfWaiting(waiting) : []), ...(held ? momentsOfHeld(held, life, waiting) : [])]
  return moments.length > 0 ? new Date(Math.min(...moments.map((moment) => moment.getTime()))) : undefined
}

function momentsOfWaiting({ expiresAt, shown, from, wait }: WaitingCode): readonly Date[] {
  return [expiresAt, ...(shown ? [shown.until] : []), ...(from && wait === 'running' ? [from] : [])]
}

function momentsOfHeld(
  held: HeldCode,
  { graceDays, renewDays }: CodeLife,
  waiting: WaitingCode | undefined,
): readonly Date[] {
  const { expiresAt, ended, digest } = held
  if (ended) return digest ? [daysAfter(expiresAt, graceDays)] : []
  const renewal = renewDays === undefined || waiting ? [] : [daysAfter(expiresAt, -renewDays)]
  return [expiresAt, ...renewal, ...remindersAhead(held).map((days) => daysAfter(expiresAt, -days))]
}

/** Reminders that were not sent yet, the next one first. */
export function remindersAhead({ remindedDays = Number.POSITIVE_INFINITY }: HeldCode): readonly number[] {
  return codeNumbers.reminders.filter((days) => days < remindedDays)
}
