import type { AuditEvent, AuditLog } from '@countersign/core'

/** Events that are kept; when there are more, the oldest are forgotten. A log that must keep them all is no memory store. */
export const eventsKept = 10_000

/** The newest events of this process. It forgets the oldest above `eventsKept`, and everything at the end of the process. */
export class MemoryAuditLog implements AuditLog {
  readonly #events = new Map<string, AuditEvent>()

  async append(events: readonly AuditEvent[]): Promise<void> {
    for (const event of events) if (!this.#events.has(event.id)) this.#events.set(event.id, event)
    for (const id of this.#events.keys()) {
      if (this.#events.size <= eventsKept) break
      this.#events.delete(id)
    }
  }

  async read(subject: string, limit: number, types?: readonly AuditEvent['type'][]): Promise<readonly AuditEvent[]> {
    const isWanted = (event: AuditEvent) => event.subject === subject && (types?.includes(event.type) ?? true)
    const events = [...this.#events.values()].filter(isWanted)
    return events.slice(Math.max(0, events.length - limit))
  }
}
