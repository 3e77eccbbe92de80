import { IssuerUnavailable } from './issuer-unavailable.js'

/** A value of another server's, which is asked for when it is needed. */
export type Kept<Value> = Readonly<{
  /** The value, if one may be used now. One that is no longer fresh is asked for again meanwhile. */
  current(): Value | undefined
  /** @throws IssuerUnavailable when there is none to be had. */
  get(): Promise<Value>
  /** Asks again now, unless that was done too often. @throws IssuerUnavailable */
  renewed(): Promise<Value>
}>

/**
 * How long a value is used without a second look, and how long when the other server does not answer. After a failure nobody asks for
 * a while, so that requests do not queue up before a server that is down.
 */
export type Patience = Readonly<{ freshSeconds: number; usableSeconds: number; pauseSeconds: number }>

/** Keys that were taken away are trusted for ten minutes, and for an hour while the issuer cannot be asked. */
export const usualPatience: Patience = { freshSeconds: 600, usableSeconds: 3600, pauseSeconds: 1 }

/** What needs a new look at once gets it five times, and then once in thirty seconds: made-up key ids are no way to keep us busy. */
const renewals = { atOnce: 5, everySeconds: 30 } as const

/** Keeps what `load` brings. Everybody who waits, waits for the same answer. */
export function kept<Value>(load: () => Promise<Value>, patience: Patience = usualPatience): Kept<Value> {
  const mayRenew = allowance(renewals)
  let held: Readonly<{ value: Value; atSeconds: number }> | undefined
  let failed: Readonly<{ error: unknown; atSeconds: number }> | undefined
  let pending: Promise<Value> | undefined

  function ask(): Promise<Value> {
    if (failed && secondsSince(failed.atSeconds) < patience.pauseSeconds) return Promise.reject(failed.error)
    pending ??= load()
      .then(hold, fail)
      .finally(() => {
        pending = undefined
      })
    return pending
  }

  function hold(value: Value): Value {
    held = { value, atSeconds: nowSeconds() }
    failed = undefined
    return value
  }

  function fail(error: unknown): never {
    failed = { error: IssuerUnavailable.from(error), atSeconds: nowSeconds() }
    throw failed.error
  }

  function current(): Value | undefined {
    if (!held) return undefined
    const age = secondsSince(held.atSeconds)
    if (age < patience.freshSeconds) return held.value
    ask().catch(ignore)
    return age < patience.usableSeconds ? held.value : undefined
  }

  return {
    current,
    get: async () => current() ?? ask(),
    // After a failure the pause is the limit, and what is held may be out of date.
    renewed: async () => (held && !failed && !mayRenew() ? held.value : ask()),
  }
}

/** Who looks after a value in the background hears of the failure when there is no value any more. */
function ignore(): void {}

function nowSeconds(): number {
  return Date.now() / 1000
}

/** A clock that was set back makes nothing young. */
function secondsSince(atSeconds: number): number {
  return Math.abs(nowSeconds() - atSeconds)
}

function allowance({ atOnce, everySeconds }: typeof renewals): () => boolean {
  let left: number = atOnce
  let countedAt = nowSeconds()
  return function isAllowed() {
    left = Math.min(atOnce, left + secondsSince(countedAt) / everySeconds)
    countedAt = nowSeconds()
    if (left < 1) return false
    left -= 1
    return true
  }
}
