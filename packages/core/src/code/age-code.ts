import { fits } from '../outbox/outbox.js'
import type { Subject } from '../subject/subject.js'
import type { Tell } from '../subject/tell.js'
import { record } from '../subject/transition.js'
import { type CodeLife, type CodeRecord, daysAfter, type HeldCode, type WaitingCode } from './code-record.js'
import { remindersAhead, withCode } from './code-timer.js'
import { isOpen, nextCode } from './next-code.js'

const bySystem = { actor: 'system' } as const

/** What time does to a code needs: how long things last, how its person is written to, and the id of a code made ready by itself. */
export type Ageing = Readonly<{ life: CodeLife; newCodeId(): string; tellIn(writing: HeldCode['writing']): Tell }>

/** What time does to a security code: reminders, its end, the end of its grace, and the end of one that nobody took. */
export function ageCode(subject: Subject, ageing: Ageing, now: Date): Subject {
  const { code } = subject
  if (!code || !isDue(subject, now) || !fits(subject.outbox, 4 + 2 * subject.contacts.length, 'ordinary'))
    return subject
  const aged = agedHeld(agedWaiting(subject, code, ageing, now), ageing, now)
  return withCode(aged, aged.code ?? {}, ageing.life)
}

/** The timer says when; everything else is as it was. */
function isDue({ timers }: Subject, now: Date): boolean {
  return timers.some(({ kind, due }) => kind === 'code' && due <= now)
}

/** A code that was shown and not confirmed can be picked up again; one that nobody took is gone. */
function agedWaiting(subject: Subject, { held, waiting }: CodeRecord, ageing: Ageing, now: Date): Subject {
  if (!waiting) return subject
  if (waiting.expiresAt <= now) {
    const gone = { ...subject, code: held ? { held } : {} }
    return record(gone, now, bySystem, { type: 'code.lapsed', code: waiting.id })
  }
  const unshown = waiting.shown && waiting.shown.until <= now ? notShown(waiting) : waiting
  return waitOver({ ...subject, code: { ...(held && { held }), waiting: unshown } }, unshown, ageing, now)
}

/** The day that a code had to wait is over: it is ready, and that is told. */
function waitOver(subject: Subject, waiting: WaitingCode, { tellIn }: Ageing, now: Date): Subject {
  if (waiting.wait !== 'running' || !isOpen(waiting, now)) return subject
  const ready = { ...subject, code: { ...subject.code, waiting: { ...waiting, wait: 'over' as const } } }
  return tellIn(waiting.writing)(ready, { kind: 'code-ready', until: waiting.expiresAt }, now)
}

function notShown({ shown: _shown, digest: _digest, ...waiting }: WaitingCode): WaitingCode {
  return waiting
}

function agedHeld(subject: Subject, ageing: Ageing, now: Date): Subject {
  const held = subject.code?.held
  if (!held) return subject
  if (held.ended) return afterGrace(subject, held, ageing.life, now)
  return held.expiresAt <= now
    ? expired(subject, held, ageing, now)
    : renewed(reminded(subject, held, ageing, now), ageing, now)
}

/** One that was missed is not made up for: only the nearest one is said. */
function reminded(subject: Subject, held: HeldCode, { tellIn }: Ageing, now: Date): Subject {
  const reached = remindersAhead(held).filter((days) => daysAfter(held.expiresAt, -days) <= now)
  if (reached.length === 0) return subject
  const remindedDays = Math.min(...reached)
  const noted = withHeld(subject, { ...held, remindedDays })
  const recorded = record(noted, now, bySystem, { type: 'code.reminded', code: held.id, days: remindedDays })
  return tellIn(held.writing)(recorded, { kind: 'code-expiring', until: held.expiresAt }, now)
}

/** On schedule a new code is made ready; the old one works until the new one does. */
function renewed(subject: Subject, { life, newCodeId, tellIn }: Ageing, now: Date): Subject {
  const { held, waiting } = subject.code ?? {}
  if (!held || waiting || life.renewDays === undefined || daysAfter(held.expiresAt, -life.renewDays) > now)
    return subject
  const next: WaitingCode = {
    ...nextCode(subject, 'schedule', 'pickup', now),
    id: newCodeId(),
    issuedAt: now,
    over: [],
    writing: held.writing,
  }
  const made = { ...subject, code: { held, waiting: next } }
  const recorded = record(made, now, bySystem, {
    type: 'code.issued',
    code: next.id,
    delivery: 'pickup',
    by: 'schedule',
  })
  return tellIn(held.writing)(recorded, { kind: 'code-ready', until: next.expiresAt }, now)
}

/** In its grace the digest stays, only to tell who has the code that it is over (SP 800-63B-4, 4.4). */
function expired(subject: Subject, held: HeldCode, { life, tellIn }: Ageing, now: Date): Subject {
  const ended = withHeld(subject, { ...held, ended: { why: 'expired', at: held.expiresAt } })
  const recorded = record(ended, now, bySystem, { type: 'code.expired', code: held.id })
  const told = tellIn(held.writing)(
    recorded,
    { kind: 'code-expired', until: daysAfter(held.expiresAt, life.graceDays) },
    now,
  )
  return afterGrace(told, told.code?.held ?? held, life, now)
}

function afterGrace(subject: Subject, held: HeldCode, { graceDays }: CodeLife, now: Date): Subject {
  if (daysAfter(held.expiresAt, graceDays) > now) return subject
  const { digest: _, ...rest } = held
  return withHeld(subject, rest)
}

function withHeld(subject: Subject, held: HeldCode): Subject {
  return { ...subject, code: { ...subject.code, held } }
}
