/** A subject's failures over all challenges, sessions, channels and doors. */
export type Throttle = Readonly<{
  /** Failures since the last success. */
  consecutive: number
  /** Failures of the last 24 h, oldest first, at most 30. A success does not clear them. */
  failures: readonly Date[]
  /** Locks of the last 24 h, oldest first, at most eight: each repeat doubles the wait. */
  locks: readonly Lock[]
}>

/** A pause of all codes of a subject. */
export type Lock = Readonly<{ at: Date; until: Date }>

/** SP 800-63B-4, 3.2.2 puts the hard stop at 100. */
export const throttleLimits = {
  perHour: 10,
  perDay: 30,
  lockSeconds: { first: 900, cap: 86_400 },
  consecutive: 100,
  locksKept: 8,
} as const

const hour = 3_600_000
const day = 86_400_000
/** No lock ends while the hard stop stands; the far date says so to whoever asks when. */
const untilUnlocked = new Date('9999-12-31T23:59:59.000Z')

/**
 * Until when codes pause, or `undefined` when a guess may be made: the last lock has to be over, and both sums need
 * room for one more failure. A reached hard stop ends by an administrator or by recovery only.
 */
export function lockedUntil(throttle: Throttle, now: Date): Date | undefined {
  if (throttle.consecutive >= throttleLimits.consecutive) return untilUnlocked
  const ends = [
    throttle.locks.at(-1)?.until,
    endOfFull(throttle.failures, throttleLimits.perHour, hour),
    endOfFull(throttle.failures, throttleLimits.perDay, day),
  ]
  const latest = Math.max(...ends.map((end) => end?.getTime() ?? 0))
  return latest > now.getTime() ? new Date(latest) : undefined
}

/** When the oldest of the last `limit` failures leaves its time. */
function endOfFull(failures: readonly Date[], limit: number, milliseconds: number): Date | undefined {
  const oldest = failures.at(-limit)
  return oldest && new Date(oldest.getTime() + milliseconds)
}

/** One more failure; a lock when it used up the hour or the day. */
export function withFailure(throttle: Throttle, now: Date): Readonly<{ throttle: Throttle; lock?: Lock }> {
  const failed: Throttle = {
    consecutive: throttle.consecutive + 1,
    failures: [...within(throttle.failures, now), now].slice(-throttleLimits.perDay),
    locks: throttle.locks.filter(({ at }) => at.getTime() > now.getTime() - day),
  }
  if (!lockedUntil(failed, now)) return { throttle: failed }

  const lock = { at: now, until: lockEnd(failed, now) }
  return { throttle: { ...failed, locks: [...failed.locks, lock].slice(-throttleLimits.locksKept) }, lock }
}

/** Fifteen minutes, doubled for each lock of the last 24 h, at most 24 h; later when a sum needs longer. */
function lockEnd(throttle: Throttle, now: Date): Date {
  const { first, cap } = throttleLimits.lockSeconds
  const seconds = Math.min(cap, first * 2 ** throttle.locks.length)
  const withoutLocks = lockedUntil({ ...throttle, locks: [] }, now)
  return new Date(Math.max(now.getTime() + seconds * 1000, withoutLocks?.getTime() ?? 0))
}

/** A success clears the consecutive count, never the rolling sums (R-12; SP 800-63B-4, 3.2.2). */
export function withSuccess(throttle: Throttle): Throttle {
  return throttle.consecutive === 0 ? throttle : { ...throttle, consecutive: 0 }
}

/** What an administrator can give back: the pause and the hard stop end, the rolling sums stay. */
export function withUnlock(throttle: Throttle): Throttle {
  return { ...throttle, consecutive: 0, locks: [] }
}

/** Without what no rule looks at any more. */
export function prunedThrottle(throttle: Throttle, now: Date): Throttle {
  const failures = within(throttle.failures, now)
  const locks = throttle.locks.filter(({ at, until }) => Math.max(at.getTime() + day, until.getTime()) > now.getTime())
  const same = failures.length === throttle.failures.length && locks.length === throttle.locks.length
  return same ? throttle : { ...throttle, failures, locks }
}

function within(failures: readonly Date[], now: Date): readonly Date[] {
  return failures.filter((at) => at.getTime() > now.getTime() - day)
}
