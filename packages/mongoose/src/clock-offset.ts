/** What a reading of the server's clock came to. */
export type Learned = 'taken' | 'jumped' | 'agreed'

const offsetsKept = 10
const jumpMs = 2000
const readingsThatAgree = 3

/**
 * How far the server's clock is ahead of this process's monotonic one. A reading that comes late makes the server look
 * behind, never ahead, so the largest of the last ten counts. A reading that is more than 2 s from it is not believed
 * until three of them agree.
 */
export class ClockOffset {
  readonly #monotonicMs: () => number
  #offsets: readonly number[] = []
  #doubtful: readonly number[] = []
  #readAtMs = Number.NEGATIVE_INFINITY
  #latestMs = Number.NEGATIVE_INFINITY

  constructor(monotonicMs: () => number = () => performance.now()) {
    this.#monotonicMs = monotonicMs
  }

  /** A reading that left the server `oneWayMs` ago. */
  learn(serverTime: Date, oneWayMs: number): Learned {
    const offset = serverTime.getTime() + oneWayMs - this.#monotonicMs()
    if (this.#offsets.length === 0 || near(offset, Math.max(...this.#offsets))) return this.#take(offset)
    return this.#doubt(offset)
  }

  /** Seconds since the last reading that was believed. */
  get ageSeconds(): number {
    return (this.#monotonicMs() - this.#readAtMs) / 1000
  }

  /** A reading is waiting for others that agree with it. */
  get inDoubt(): boolean {
    return this.#doubtful.length > 0
  }

  /** The server's time. It does not run back, unless three readings agreed that the server's clock did. */
  now(): Date {
    this.#latestMs = Math.max(this.#latestMs, Math.floor(this.#monotonicMs() + Math.max(...this.#offsets)))
    return new Date(this.#latestMs)
  }

  #take(offset: number): Learned {
    this.#offsets = [...this.#offsets, offset].slice(-offsetsKept)
    this.#doubtful = []
    this.#readAtMs = this.#monotonicMs()
    return 'taken'
  }

  #doubt(offset: number): Learned {
    const agreeing = this.#doubtful.filter((other) => near(offset, other))
    this.#doubtful = [...agreeing, offset]
    if (this.#doubtful.length < readingsThatAgree) return 'jumped'

    this.#offsets = this.#doubtful.slice(0, -1)
    this.#latestMs = Number.NEGATIVE_INFINITY
    this.#take(offset)
    return 'agreed'
  }
}

function near(left: number, right: number): boolean {
  return Math.abs(left - right) <= jumpMs
}
