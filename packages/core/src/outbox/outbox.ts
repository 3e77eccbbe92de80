import type { Effect, Timer } from './effect.js'

/** Entries in one subject's outbox, and how many of them are kept for answers, locks and revocations. */
export const outboxSize = { cap: 64, kept: 16 } as const

/** What a change wants the outbox for: `ordinary` ones are refused when only the kept entries are left. */
export type OutboxUse = 'ordinary' | 'kept'

/** Whether so many more entries fit. */
export function fits(outbox: readonly Effect[], more: number, use: OutboxUse): boolean {
  return outbox.length + more <= outboxSize.cap - (use === 'kept' ? 0 : outboxSize.kept)
}

/** When the subject has to be looked at next; `undefined` when nothing waits. */
export function nextDue(outbox: readonly Effect[], timers: readonly Timer[]): Date | undefined {
  let next: Date | undefined
  for (const effect of outbox) if (!effect.setAside && (!next || effect.due < next)) next = effect.due
  for (const timer of timers) if (!next || timer.due < next) next = timer.due
  return next
}
