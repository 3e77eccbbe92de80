import type { Origin } from '../delivery/message.js'
import { fits } from '../outbox/outbox.js'
import type { SlowDigest } from '../secret/slow-digest.js'
import type { Subject } from '../subject/subject.js'
import { changed, record, type Transition, unchanged } from '../subject/transition.js'
import { type CodeLife, codeNumbers, type WaitingCode } from './code-record.js'
import { codeOf } from './code-state.js'
import { withCode } from './code-timer.js'
import { isOpenIn } from './next-code.js'

/** A code that was just made for the waiting place of that id, to be shown in that session. */
export type Showing = Readonly<{ id: string; digest: SlowDigest; session: string; origin?: Origin }>

export type ShowOutcome =
  | Readonly<{ outcome: 'shown'; until: Date }>
  | Readonly<{ outcome: 'nothing-waiting' }>
  /** Without `from` it has to be asked for first, in this session. */
  | Readonly<{ outcome: 'not-ready'; from?: Date }>
  | Readonly<{ outcome: 'full' }>

/** The code that can be picked up now in that session; each showing makes another one, and only the last one counts. */
export function codeToPickUp(subject: Subject, session: string, now: Date): WaitingCode | undefined {
  const waiting = waitingForPickUp(subject, now)
  return waiting && isOpenIn(waiting, session, now) ? waiting : undefined
}

function waitingForPickUp(subject: Subject, now: Date): WaitingCode | undefined {
  const { waiting } = codeOf(subject)
  return waiting?.delivery === 'pickup' && waiting.expiresAt > now ? waiting : undefined
}

/** Why nothing can be picked up. */
export function nothingToShow(subject: Subject, now: Date): ShowOutcome {
  const waiting = waitingForPickUp(subject, now)
  if (!waiting) return { outcome: 'nothing-waiting' }
  return { outcome: 'not-ready', ...(waiting.from && waiting.askedIn === undefined && { from: waiting.from }) }
}

/** Puts the digest of the shown code in its place, where its session has a day to confirm it. */
export function showCode(
  subject: Subject,
  { id, digest, session, origin }: Showing,
  life: CodeLife,
  now: Date,
): Transition<ShowOutcome> {
  const waiting = codeToPickUp(subject, session, now)
  if (waiting?.id !== id) return unchanged(nothingToShow(subject, now))
  if (!fits(subject.outbox, 1, 'ordinary')) return unchanged({ outcome: 'full' })

  const until = new Date(Math.min(now.getTime() + codeNumbers.entrySeconds * 1000, waiting.expiresAt.getTime()))
  const shown = { ...waiting, digest, shown: { session, until } }
  const next = withCode(subject, { ...codeOf(subject), waiting: shown }, life)
  const told = record(
    next,
    now,
    { actor: 'subject', session, ...(origin && { origin }) },
    { type: 'code.shown', code: id },
  )
  return changed(told, { outcome: 'shown', until })
}
