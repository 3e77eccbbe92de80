import type { AuditEvent } from './audit-event.js'

/**
 * Where events go and stay. `append` is idempotent by event id: an event that is already there is left as it is.
 * Nothing in Countersign changes or deletes one.
 */
export interface AuditLog {
  /** Keeps the events in the given order; resolves when a majority holds them. Throws when that is not certain: they are appended again. */
  append(events: readonly AuditEvent[]): Promise<void>
  /** A subject's newest events, at most so many, oldest first; of these types only, where some are given. */
  read(subject: string, limit: number, types?: readonly AuditEvent['type'][]): Promise<readonly AuditEvent[]>
}
