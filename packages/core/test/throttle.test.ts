import { equal, ok } from 'node:assert/strict'
import fc from 'fast-check'
import {
  lockedUntil,
  prunedThrottle,
  type Throttle,
  throttleLimits,
  withFailure,
  withSuccess,
  withUnlock,
} from '../src/throttle/throttle.js'

const fresh: Throttle = { consecutive: 0, failures: [], locks: [] }
const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
const noon = Date.parse('2026-03-02T12:00:00.000Z')

const at = (milliseconds: number) => new Date(noon + milliseconds)

/** The throttle after failures at these times, each one allowed when it came. */
function failing(times: readonly number[], throttle: Throttle = fresh) {
  let one = throttle
  let lock: Readonly<{ at: Date; until: Date }> | undefined
  for (const time of times) {
    expect(lockedUntil(one, at(time))).toBeUndefined()
    const failed = withFailure(one, at(time))
    one = failed.throttle
    lock = failed.lock
  }
  return { throttle: one, lock }
}

const times = (count: number, gap: number, from = 0) => Array.from({ length: count }, (_, index) => from + index * gap)

describe('the hour', () => {
  test('nine failures lock nothing', () => {
    const { throttle, lock } = failing(times(9, 1000))

    expect(lock).toBeUndefined()
    expect(lockedUntil(throttle, at(9000))).toBeUndefined()
  })

  test('the tenth failure locks until the first one is an hour old', () => {
    const { lock } = failing(times(10, 1000))

    expect(lock).toEqual({ at: at(9000), until: at(hour) })
  })

  test('a tenth failure late in the hour locks for fifteen minutes', () => {
    const { lock } = failing([...times(9, 1000), 59 * minute])

    expect(lock).toEqual({ at: at(59 * minute), until: at(74 * minute) })
  })

  test('the tenth failure after an hour is the first of another one', () => {
    expect(failing([...times(9, 1000), hour]).lock).toBeUndefined()
  })

  test('a lock ends to the millisecond, with room for exactly one guess', () => {
    const { throttle } = failing(times(10, 1000))

    expect(lockedUntil(throttle, at(hour - 1))).toEqual(at(hour))
    expect(lockedUntil(throttle, at(hour))).toBeUndefined()
    expect(withFailure(throttle, at(hour)).lock).toBeDefined()
  })
})

describe('the day', () => {
  const three = [...times(9, 1000), ...times(9, 1000, 2 * hour), ...times(9, 1000, 4 * hour)]

  test('the thirtieth failure locks until the first one is a day old', () => {
    const { lock } = failing([...three, 6 * hour, 6 * hour + 1000, 6 * hour + 2000])

    expect(lock?.until).toEqual(at(day))
  })

  test('a day later each failure that leaves gives room for one guess', () => {
    const { throttle } = failing([...three, 6 * hour, 6 * hour + 1000, 6 * hour + 2000])
    const next = withFailure(throttle, at(day))

    expect(next.lock?.until).toEqual(at(day + 30 * minute))
  })
})

test.each([
  [0, 15],
  [1, 30],
  [2, 60],
  [3, 120],
  [4, 240],
  [5, 480],
  [6, 960],
  [7, 1440],
  [8, 1440],
])('after %i locks in a day the next one is %i minutes long', (before, minutes) => {
  const locks = Array.from({ length: before }, (_, index) => ({
    at: at(-20 * hour + index * minute),
    until: at(-19 * hour),
  }))
  const failures = times(9, 1000, -59 * minute).map(at)
  const { lock } = withFailure({ consecutive: 9, failures, locks }, at(0))

  expect(lock?.until).toEqual(at(minutes * minute))
})

test('a lock of yesterday does not lengthen one of today', () => {
  const locks = [{ at: at(-day), until: at(-day + hour) }]
  const failures = times(9, 1000, -59 * minute).map(at)

  expect(withFailure({ consecutive: 9, failures, locks }, at(0)).lock?.until).toEqual(at(15 * minute))
})

describe('the hard stop', () => {
  const hundred = { ...fresh, consecutive: 99 }

  test('the hundredth failure in a row locks for good', () => {
    const { throttle } = withFailure(hundred, at(0))

    expect(lockedUntil(throttle, at(1000 * day))?.getUTCFullYear()).toBe(9999)
  })

  test('no time takes it away', () => {
    const { throttle } = withFailure(hundred, at(0))

    expect(lockedUntil(prunedThrottle(throttle, at(1000 * day)), at(1000 * day))).toBeDefined()
  })

  test('a success before it starts the count again', () => {
    const { throttle } = withFailure(withSuccess(hundred), at(0))

    expect(throttle.consecutive).toBe(1)
    expect(lockedUntil(throttle, at(0))).toBeUndefined()
  })
})

test('a success clears the consecutive count and neither sum nor lock', () => {
  const { throttle } = failing(times(10, 1000))

  expect(withSuccess(throttle)).toEqual({ ...throttle, consecutive: 0 })
})

describe('what is kept', () => {
  const failures = (count: number) => times(count, 1000, -count * 1000).map(at)
  const locks = (count: number) =>
    times(count, 1000, -count * 1000).map((time) => ({ at: at(time), until: at(time + 10) }))

  test('is thirty failures, whoever adds one without asking for the lock', () => {
    const { throttle } = withFailure({ ...fresh, failures: failures(40) }, at(0))

    expect(throttle.failures).toEqual([...failures(40).slice(-29), at(0)])
  })

  test('is eight locks, the newest ones', () => {
    const { throttle, lock } = withFailure({ consecutive: 9, failures: failures(9), locks: locks(8) }, at(0))

    expect(throttle.locks).toEqual([...locks(8).slice(1), lock])
  })

  test('is a failure until it is a day old, to the millisecond', () => {
    const edge = [at(-day), at(-day + 1)]

    expect(withFailure({ ...fresh, failures: edge }, at(0)).throttle.failures).toEqual([at(-day + 1), at(0)])
    expect(prunedThrottle({ ...fresh, failures: edge }, at(0)).failures).toEqual([at(-day + 1)])
  })

  test.each<[string, number, number, boolean]>([
    ['began a day ago and is over', -day, -day + hour, false],
    ['began less than a day ago', -day + 1, -day + hour, true],
    ['began a day ago and ends now', -day, 0, false],
    ['began a day ago and lasts', -day, 1, true],
  ])('is a lock that %s: %i to %i, %s', (_, began, until, stays) => {
    const one = { at: at(began), until: at(until) }

    expect(prunedThrottle({ ...fresh, locks: [one] }, at(0)).locks).toEqual(stays ? [one] : [])
  })

  test('is the very same throttle where nothing is too old, and none was wrong', () => {
    const throttle = { consecutive: 2, failures: failures(2), locks: locks(1) }

    expect(prunedThrottle(throttle, at(0))).toBe(throttle)
    expect(withSuccess(fresh)).toBe(fresh)
  })

  test('goes where only the failures, or only the locks, are too old', () => {
    const old = { at: at(-2 * day), until: at(-day) }
    const onlyFailures = { consecutive: 2, failures: [at(-2 * day)], locks: locks(1) }
    const onlyLocks = { consecutive: 2, failures: failures(2), locks: [old] }

    expect(prunedThrottle(onlyFailures, at(0))).toEqual({ ...onlyFailures, failures: [] })
    expect(prunedThrottle(onlyLocks, at(0))).toEqual({ ...onlyLocks, locks: [] })
  })

  test('is the sums alone, after an unlock', () => {
    const throttle = { consecutive: 100, failures: failures(3), locks: locks(2) }

    expect(withUnlock(throttle)).toEqual({ consecutive: 0, failures: failures(3), locks: [] })
  })
})

/** The rules in their plainest form: every failure and lock that ever was, counted anew. */
class Rules {
  failures: number[] = []
  locks: { at: number; until: number }[] = []
  consecutive = 0

  count(now: number, milliseconds: number): number {
    return this.failures.filter((time) => time > now - milliseconds).length
  }

  locked(now: number): boolean {
    if (this.consecutive >= throttleLimits.consecutive) return true
    if (this.locks.some(({ until }) => until > now)) return true
    return this.count(now, hour) >= throttleLimits.perHour || this.count(now, day) >= throttleLimits.perDay
  }

  fail(now: number): void {
    this.failures.push(now)
    this.consecutive += 1
    const full = this.count(now, hour) >= throttleLimits.perHour || this.count(now, day) >= throttleLimits.perDay
    if (!full) return
    const repeats = this.locks.filter((lock) => lock.at > now - day).length
    this.locks.push({ at: now, until: now + Math.min(day, 15 * minute * 2 ** repeats) })
  }
}

const step = fc.record({
  wait: fc.oneof(fc.constant(0), fc.integer({ max: 10_000, min: 1 }), fc.integer({ max: 5 * hour, min: 1 })),
  right: fc.integer({ min: 0, max: 9 }).map((one) => one === 0),
  toTheEnd: fc.boolean(),
})

describe('over any history', () => {
  test('it is locked exactly when the rules say so, and retryAt is the first moment with room for a guess', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120, minLength: 20 }), (steps) => {
        const rules = new Rules()
        let throttle = fresh
        let now = 0
        for (const { wait, right, toTheEnd } of steps) {
          now += wait
          const until = lockedUntil(throttle, at(now))
          equal(until !== undefined, rules.locked(now))
          if (until && rules.consecutive < throttleLimits.consecutive) {
            const end = until.getTime() - noon
            equal(rules.locked(end - 1), true)
            equal(rules.locked(end), false)
            if (toTheEnd) now = end
          }
          if (rules.locked(now)) continue
          if (right) {
            rules.consecutive = 0
            throttle = withSuccess(throttle)
          } else {
            rules.fail(now)
            throttle = withFailure(throttle, at(now)).throttle
          }
          throttle = prunedThrottle(throttle, at(now))
        }
      }),
      { numRuns: 400 },
    )
  })

  test('no hour holds more than ten guesses that failed, no day more than thirty, and no list grows without end', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200, minLength: 50 }), (steps) => {
        const guesses: number[] = []
        let throttle = fresh
        let now = 0
        for (const { wait, toTheEnd } of steps) {
          now += wait
          const until = lockedUntil(throttle, at(now))
          if (until && toTheEnd && until.getUTCFullYear() < 9000) now = until.getTime() - noon
          if (lockedUntil(throttle, at(now))) continue
          guesses.push(now)
          throttle = withFailure(throttle, at(now)).throttle
          ok(guesses.filter((time) => time > now - hour).length <= 10)
          ok(guesses.filter((time) => time > now - day).length <= 30)
          ok(throttle.failures.length <= 30)
          ok(throttle.locks.length <= 8)
        }
      }),
      { numRuns: 300 },
    )
  })

  test('leaving out what no rule looks at changes nothing', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100, minLength: 30 }), (steps) => {
        let kept = fresh
        let pruned = fresh
        let now = 0
        for (const { wait, toTheEnd } of steps) {
          now += wait
          const until = lockedUntil(kept, at(now))
          if (until && toTheEnd && until.getUTCFullYear() < 9000) now = until.getTime() - noon
          pruned = prunedThrottle(pruned, at(now))
          equal(lockedUntil(pruned, at(now))?.getTime(), lockedUntil(kept, at(now))?.getTime())
          if (lockedUntil(kept, at(now))) continue
          kept = withFailure(kept, at(now)).throttle
          pruned = withFailure(pruned, at(now)).throttle
        }
      }),
      { numRuns: 200 },
    )
  })
})
