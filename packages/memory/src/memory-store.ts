import type { Store } from '@countersign/core'
import { MemoryAuditLog } from './memory-audit-log.js'
import { type Clock, forwardOnly, machineClock } from './memory-clock.js'
import { MemoryLimits } from './memory-limits.js'
import { MemorySubjects } from './memory-subjects.js'

/** Options of `memoryStore`. */
export type MemoryStoreOptions = Readonly<{
  /** Where the time comes from: the machine's clock, or `stillClock()` of `@countersign/testing`. */
  clock?: Clock
}>

/**
 * The embedded store, for trying out and for tests: everything lives in this process and ends with it (`volatile`).
 * The audit log keeps the newest 10,000 events. Nothing in it starts a timer. It never rejects, except with
 * `ERR_COUNTERSIGN_FORMAT` for a subject that a newer version wrote.
 *
 * @example
 * const clock = stillClock()
 * const store = memoryStore({ clock })
 */
export function memoryStore({ clock = machineClock }: MemoryStoreOptions = {}): Store {
  const time = forwardOnly(clock)
  return {
    volatile: true,
    subjects: new MemorySubjects(time),
    audit: new MemoryAuditLog(),
    limits: new MemoryLimits(time),
    health: async () => ({ reachable: true, warnings: ['Everything is kept in memory and ends with this process.'] }),
  }
}
