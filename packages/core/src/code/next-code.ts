import type { Subject } from '../subject/subject.js'
import { type CodeDelivery, codeNumbers, daysAfter, type WaitingCode } from './code-record.js'
import { codeOf, works } from './code-state.js'

/** Who asks for the next code: its person with the code that works or without it, or nobody who could show it. */
export type AskedBy = 'with-code' | 'without-code' | 'administrator' | 'schedule'

/** How the next code comes to its person. */
export type NextCode = Pick<WaitingCode, 'delivery' | 'from' | 'wait' | 'expiresAt'>

/**
 * A first code is there at once. One in the place of another is there at once for who shows that one, and after a
 * day that everybody was told of for who cannot: a thief of a session and a mailbox would else give himself the
 * second factor. What waits so goes on waiting, whoever asks again.
 *
 * A code that was not asked for with the one before it is picked up, also where codes are sent: none lies in a mailbox for
 * the day.
 */
export function nextCode(subject: Subject, by: AskedBy, delivery: CodeDelivery, now: Date): NextCode {
  const { held, waiting } = codeOf(subject)
  if (by === 'with-code' && held && works(held, now))
    return { delivery, from: now, expiresAt: secondsAfter(now, codeNumbers.entrySeconds) }
  if (waiting && goesOn(waiting, by, now)) return waiting
  if (!held) return { delivery, from: now, expiresAt: endOfFirst(delivery, now) }
  if (by !== 'without-code' && works(held, now))
    return { delivery: 'pickup', expiresAt: daysAfter(now, codeNumbers.pickupDays) }
  const from = secondsAfter(now, codeNumbers.waitSeconds)
  return { delivery: 'pickup', from, wait: 'running', expiresAt: daysAfter(from, codeNumbers.pickupDaysAfterWait) }
}

/** A session alone makes nothing void that was asked for with the code before it, or was shown and waits to be confirmed. */
function goesOn({ expiresAt, wait, askedIn, shown }: WaitingCode, by: AskedBy, now: Date): boolean {
  if (expiresAt <= now) return false
  return wait !== undefined || (by === 'without-code' && (askedIn !== undefined || (shown?.until ?? now) > now))
}

/** Whether it may be picked up, or entered. */
export function isOpen({ from }: WaitingCode, now: Date): boolean {
  return from !== undefined && from <= now
}

/** Whether it may be picked up, or entered, in that session: who holds another one did not type the code before it. */
export function isOpenIn(waiting: WaitingCode, session: string, now: Date): boolean {
  const { askedIn = session } = waiting
  return askedIn === session && isOpen(waiting, now)
}

function endOfFirst(delivery: CodeDelivery, now: Date): Date {
  return delivery === 'pickup' ? daysAfter(now, codeNumbers.pickupDays) : secondsAfter(now, codeNumbers.entrySeconds)
}

function secondsAfter(moment: Date, seconds: number): Date {
  return new Date(moment.getTime() + seconds * 1000)
}
