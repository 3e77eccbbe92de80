import type { TallyEvent } from './audit-event.js'
import type { AuditLog } from './audit-log.js'

/** Rows of one minute in one process; what comes after is counted under the subject `*`. */
const rowsCap = 5000

/** Counts what makes no commit (refusals of a guard, uses of a window) by minute, subject, action and reason. */
export interface Tally {
  count(type: TallyEvent['type'], subject: string, action: string, reason: string): void
  /** Hands everything counted so far to the log; what the log does not take is kept for the next time. */
  flush(now: Date): Promise<void>
}

type Row = Omit<TallyEvent, 'id' | 'at' | 'count'> & { count: number }

/** `chain` is the process's own, 128 random bits; with a number that never repeats it is the id of each row. */
export function createTally(log: AuditLog, chain: string): Tally {
  let rows = new Map<string, Row[]>()
  let kinds = 0
  let unsent: readonly TallyEvent[] = []
  let number = 0

  function asEvent(row: Row, at: Date): TallyEvent {
    number += 1
    return { ...row, id: `${chain}#${number}`, at }
  }

  return {
    count(type, subject, action, reason) {
      const whom = kinds < rowsCap ? subject : '*'
      const known = rows.get(whom)
      const row = known?.find((one) => one.action === action && one.type === type && one.reason === reason)
      if (row) row.count += 1
      else {
        kinds += 1
        rows.set(whom, [...(known ?? []), { type, subject: whom, action, reason, count: 1 }])
      }
    },
    async flush(now) {
      const minute = new Date(Math.floor(now.getTime() / 60_000) * 60_000)
      unsent = [...unsent, ...[...rows.values()].flat().map((row) => asEvent(row, minute))].slice(-2 * rowsCap)
      rows = new Map()
      kinds = 0
      if (unsent.length === 0) return
      const sending = unsent
      await log.append(sending)
      unsent = unsent.filter((event) => !sending.includes(event))
    },
  }
}
