import type { Limits } from '@countersign/core'
import type { Clock } from './memory-clock.js'

type Limit = Readonly<{ messages: number; seconds: number }>
type Taken = { times: number[]; forgetAt: number }

const sweepAfterTakes = 1000

/**
 * Counters over a sliding time, kept as the times of what was taken (never more than the largest limit of a key).
 *
 * `rate-limiter-flexible` is not used here: its memory reads `Date.now()` and forgets by timers, so that a still clock
 * could not move past a limit, and taking from several limits at once, all or none, would need giving back.
 */
export class MemoryLimits implements Limits {
  readonly #clock: Clock
  readonly #taken = new Map<string, Taken>()
  #takes = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  async take(key: string, limits: readonly Limit[]): Promise<boolean> {
    const now = this.#clock.now().getTime()
    this.#sweepNowAndThen(now)
    const longestMs = Math.max(...limits.map(({ seconds }) => seconds * 1000))
    const times = (this.#taken.get(key)?.times ?? []).filter((at) => at > now - longestMs)
    const free = limits.every(
      ({ messages, seconds }) => times.filter((at) => at > now - seconds * 1000).length < messages,
    )

    if (free) times.push(now)
    this.#taken.set(key, { times, forgetAt: (times.at(-1) ?? now) + longestMs })
    return free
  }

  /** Forgets keys without a timer, which would be one more thing that runs. */
  #sweepNowAndThen(now: number): void {
    this.#takes += 1
    if (this.#takes % sweepAfterTakes !== 0) return
    for (const [key, { forgetAt }] of this.#taken) if (forgetAt <= now) this.#taken.delete(key)
  }
}
