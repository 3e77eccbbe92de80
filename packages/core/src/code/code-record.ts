import type { Language } from '../delivery/message.js'
import type { SlowDigest } from '../secret/slow-digest.js'

/** What a subject's document holds about the security code: never the code itself. */
export type CodeRecord = Readonly<{
  /** The code that works, or the last one that did. */
  held?: HeldCode
  /** A code that waits to take its place. */
  waiting?: WaitingCode
}>

/** How the person is written to when time brings something up: as he was when he asked for the code. */
export type CodeWriting = Readonly<{ language: Language; timeZone: string }>

export type HeldCode = Readonly<{
  /** 128 random bits. */
  id: string
  /** Gone when it was revoked, or when its grace has passed. */
  digest?: SlowDigest
  /** Contacts that the code was sent over: it shares their channel. None where it was picked up. */
  over: readonly string[]
  activatedAt: Date
  expiresAt: Date
  /** The latest reminder, in days before the end. */
  remindedDays?: number
  ended?: Readonly<{ why: 'expired' | 'revoked'; at: Date }>
  writing: CodeWriting
}>

export type WaitingCode = Readonly<{
  /** 128 random bits. */
  id: string
  issuedAt: Date
  /** Until when it can be picked up, or has to be entered. */
  expiresAt: Date
  delivery: CodeDelivery
  /**
   * From when it may be picked up. None where nobody who has the code that works has asked for it: it was made ready on
   * schedule or by an administrator, and its person asks for it first.
   */
  from?: Date
  /** Where it was asked for without the code before it: whether the day until `from` still runs, or its end was told. */
  wait?: 'running' | 'over'
  /** In which session the code before it was typed for it: it is shown there, and begins to work there, alone. */
  askedIn?: string
  over: readonly string[]
  /** There is one once the code was made: when it was sent, or when it was shown. */
  digest?: SlowDigest
  /** In which session it was shown, and until when it has to be confirmed. */
  shown?: Readonly<{ session: string; until: Date }>
  writing: CodeWriting
}>

/** How a code comes to its person: shown once in his session after a one-time code, or written in the message. */
export type CodeDelivery = 'pickup' | 'direct'

/** How long things last. */
export type CodeLife = Readonly<{
  validDays: number
  graceDays: number
  /** So many days before the end a new code is made ready without being asked for; never without. */
  renewDays?: number
}>

/** Numbers of a security code. Entry within 24 h: SP 800-63B-4, 4.2.1.2, codes by e-mail. Reminders in time: ASVS 5.0, 6.4.5. */
export const codeNumbers = {
  validDays: { default: 365, floor: 1, cap: 1095 },
  graceDays: { default: 30, floor: 0, cap: 90 },
  /** Days before the end. */
  reminders: [14, 7, 1],
  pickupDays: 30,
  /** A code in place of one that its person could not show: told to everybody, picked up after a day, for so many days. */
  waitSeconds: 86_400,
  pickupDaysAfterWait: 7,
  entrySeconds: 86_400,
} as const

const day = 86_400_000

/** The moment so many days later; before it, with a negative number. */
export function daysAfter(moment: Date, days: number): Date {
  return new Date(moment.getTime() + days * day)
}
