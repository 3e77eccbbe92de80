import { StoreUnavailable } from '@countersign/core'
import type { Connection, mongo } from 'mongoose'
import { certain } from './certain.js'
import { ClockOffset } from './clock-offset.js'

/** What the server says of itself; the parts of `hello` that matter here. */
export type Hello = Readonly<{ localTime: Date; isWritablePrimary?: boolean; setName?: string; msg?: string }>

const oldestReadingSeconds = 30
const askAgainAfterSeconds = 20
const helloMs = 1000

/** Above it a heartbeat's duration is the time that it waited, not the time that it travelled. */
const longestTripMs = 1000

/**
 * The database's time without a command for each reading: the driver's heartbeats carry the primary's (or router's)
 * `localTime`. Where none came for 20 s (a load balancer, a process that slept), the server is asked.
 */
export class ServerTime {
  readonly #connection: Connection
  readonly #warn: (warning: string) => void
  readonly #offset = new ClockOffset()
  #listening: mongo.MongoClient | undefined
  #asking: Promise<unknown> | undefined

  constructor(connection: Connection, warn: (warning: string) => void) {
    this.#connection = connection
    this.#warn = warn
  }

  /**
   * The server's time, without asking.
   *
   * @throws StoreUnavailable when it was last read more than 30 s ago.
   */
  now(): Date {
    if (this.#offset.ageSeconds <= oldestReadingSeconds) return this.#offset.now()
    throw new StoreUnavailable(`The clock of MongoDB was not read for ${oldestReadingSeconds} s.`)
  }

  /** Asks the server when the last reading grows old; in most calls it does nothing. */
  async keepFresh(): Promise<void> {
    if (this.#offset.ageSeconds < askAgainAfterSeconds) return
    this.#asking ??= this.ask().finally(() => {
      this.#asking = undefined
    })
    await this.#asking
  }

  /** One `hello` to the primary or router. */
  async ask(): Promise<Hello> {
    const began = performance.now()
    const hello = await certain('hello', () => this.#hello(), helloMs)
    this.#learn(hello.localTime, (performance.now() - began) / 2)
    return hello
  }

  /** Begins to read the heartbeats. */
  listen(): void {
    this.ignore()
    this.#listening = this.#connection.getClient()
    this.#listening.on('serverHeartbeatSucceeded', this.#onHeartbeat)
  }

  /** Ends what `listen` began. */
  ignore(): void {
    this.#listening?.off('serverHeartbeatSucceeded', this.#onHeartbeat)
    this.#listening = undefined
  }

  /** Sentences for `health()`. */
  warnings(): readonly string[] {
    if (this.#offset.inDoubt) return ['The clock of MongoDB jumped by more than 2 s.']
    if (this.#offset.ageSeconds > oldestReadingSeconds) return ['The clock of MongoDB is not known.']
    const skewMs = this.#offset.now().getTime() - Date.now()
    return Math.abs(skewMs) > 2000 ? [`This machine's clock is ${Math.round(skewMs / 1000)} s from MongoDB's.`] : []
  }

  readonly #onHeartbeat = ({ duration, reply }: mongo.ServerHeartbeatSucceededEvent): void => {
    const { localTime, isWritablePrimary } = reply as Partial<Hello>
    // A primary, a lone server and a router say that they take writes; a secondary's clock is not the one that counts.
    if (isWritablePrimary && localTime) this.#learn(localTime, duration < longestTripMs ? duration / 2 : 0)
  }

  #learn(serverTime: Date, oneWayMs: number): void {
    const doubted = this.#offset.inDoubt
    const learned = this.#offset.learn(serverTime, oneWayMs)
    if (learned === 'jumped' && !doubted)
      this.#warn('The clock of MongoDB jumped by more than 2 s; it is not believed yet.')
    if (learned === 'agreed')
      this.#warn('The clock of MongoDB jumped by more than 2 s, and three readings agree on it.')
  }

  async #hello(): Promise<Hello> {
    const database = this.#connection.db
    if (!database) throw new StoreUnavailable('The Mongoose connection is not open.')
    const reply = await database.admin().command({ hello: 1 }, { readPreference: 'primary' })
    return reply as unknown as Hello
  }
}
