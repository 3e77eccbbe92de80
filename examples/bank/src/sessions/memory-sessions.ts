import { type SessionData, Store } from 'express-session'

type Kept = { json: string; until: number }

const mostSessions = 10_000

/**
 * Sessions that are forgotten when the process ends; those that were used last stay when there are too many.
 * A session that was ended stays ended, although a slow request that still holds it saves it afterwards.
 */
export class MemorySessions extends Store {
  readonly #sessions = new Map<string, Kept>()
  readonly #ended = new Map<string, number>()
  readonly #idleMilliseconds: number

  constructor(idleSeconds: number) {
    super()
    this.#idleMilliseconds = idleSeconds * 1000
  }

  override get(id: string, done: (error: unknown, session?: SessionData | null) => void): void {
    const kept = this.#sessions.get(id)
    const live = kept !== undefined && kept.until > Date.now()
    setImmediate(done, null, live ? JSON.parse(kept.json) : null)
  }

  override set(id: string, session: SessionData, done?: (error?: unknown) => void): void {
    if (!this.#ended.has(id)) this.#keep(id, JSON.stringify(session))
    if (done) setImmediate(done)
  }

  override touch(id: string, _session: SessionData, done?: () => void): void {
    const kept = this.#sessions.get(id)
    if (kept) this.#keep(id, kept.json)
    if (done) setImmediate(done)
  }

  override destroy(id: string, done?: (error?: unknown) => void): void {
    this.#sessions.delete(id)
    this.#ended.set(id, Date.now())
    dropOldest(this.#ended)
    if (done) setImmediate(done)
  }

  #keep(id: string, json: string): void {
    this.#sessions.delete(id)
    this.#sessions.set(id, { json, until: Date.now() + this.#idleMilliseconds })
    dropOldest(this.#sessions)
  }
}

/** A Map keeps its keys in the order in which they were set. */
function dropOldest(map: Map<string, unknown>): void {
  if (map.size <= mostSessions) return
  for (const id of map.keys()) {
    map.delete(id)
    return
  }
}
