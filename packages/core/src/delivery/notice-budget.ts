import type { MessageKind } from './message.js'

/** A notice that was put into the outbox. */
export type SentNotice = Readonly<{ kind: string; at: Date }>

const hour = 3_600_000
const day = 86_400_000
const perDay = 10

/** Notices have a budget of their own: one of a kind an hour, ten a day (R-47b). */
export function mayNotify(notices: readonly SentNotice[], kind: MessageKind, now: Date): boolean {
  const today = prunedNotices(notices, now)
  return today.length < perDay && !today.some((one) => one.kind === kind && now.getTime() - one.at.getTime() < hour)
}

/** Without what the budget does not look at any more. */
export function prunedNotices(notices: readonly SentNotice[], now: Date): readonly SentNotice[] {
  return notices.filter(({ at }) => now.getTime() - at.getTime() < day)
}
