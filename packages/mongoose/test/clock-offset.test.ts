import { ClockOffset } from '../src/clock-offset.js'

const noon = Date.parse('2026-03-02T12:00:00.000Z')

/** A server that is `ahead` of a process whose monotonic clock began at zero. */
function aClock() {
  let monotonicMs = 0
  const offset = new ClockOffset(() => monotonicMs)
  return {
    offset,
    pass: (milliseconds: number) => {
      monotonicMs += milliseconds
    },
    reading: (errorMs = 0, oneWayMs = 0) => offset.learn(new Date(noon + monotonicMs + errorMs - oneWayMs), oneWayMs),
    errorMs: () => offset.now().getTime() - noon - monotonicMs,
  }
}

test('the time of the server goes on between two readings', () => {
  const { offset, pass, reading } = aClock()
  reading()
  pass(1500)

  expect(offset.now()).toEqual(new Date(noon + 1500))
})

test('the way of the answer is added', () => {
  const { reading, errorMs } = aClock()
  reading(0, 40)

  expect(errorMs()).toBe(0)
})

test('a reading that came late does not set the time back', () => {
  const { reading, errorMs, pass } = aClock()
  reading()
  pass(10_000)
  reading(-900)

  expect(errorMs()).toBe(0)
})

test('the largest of the last ten counts, so an old one is forgotten', () => {
  const { reading, errorMs, pass } = aClock()
  reading()
  for (let count = 0; count < 10; count += 1) {
    pass(10_000)
    reading(-900)
  }
  pass(1000)

  expect(errorMs()).toBe(-900)
})

test('the time does not run back when a larger reading is forgotten', () => {
  const { offset, reading } = aClock()
  reading()
  const before = offset.now()
  for (let count = 0; count < 10; count += 1) reading(-900)

  expect(offset.now()).toEqual(before)
})

test('a jump of more than two seconds is not believed, and does not refresh the reading', () => {
  const { offset, reading, errorMs, pass } = aClock()
  reading()
  pass(10_000)

  expect(reading(3000)).toBe('jumped')
  expect(errorMs()).toBe(0)
  expect(offset.inDoubt).toBe(true)
  expect(offset.ageSeconds).toBe(10)
})

test('three readings that agree are believed, forwards and backwards', () => {
  for (const errorMs of [3000, -60_000]) {
    const clock = aClock()
    clock.reading()

    expect([clock.reading(errorMs), clock.reading(errorMs + 5), clock.reading(errorMs)]).toEqual([
      'jumped',
      'jumped',
      'agreed',
    ])
    expect(clock.errorMs()).toBe(errorMs + 5)
    expect(clock.offset.ageSeconds).toBe(0)
  }
})

test('readings that jump in different directions are not believed', () => {
  const { reading, errorMs } = aClock()
  reading()

  expect([3000, 90_000, -7000, 40_000].map((error) => reading(error))).toEqual(Array(4).fill('jumped'))
  expect(errorMs()).toBe(0)
})

test('a reading that is right again ends the doubt', () => {
  const { offset, reading } = aClock()
  reading()
  reading(3000)
  reading(10)

  expect(offset.inDoubt).toBe(false)
})
