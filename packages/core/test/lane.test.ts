import { jest } from '@jest/globals'
import { inTime } from '../src/subject/in-time.js'
import { lane } from '../src/subject/lane.js'
import { aPromise } from './a-bank.js'

beforeEach(() => {
  jest.useFakeTimers()
})
afterEach(() => {
  jest.useRealTimers()
})

/** Work that ends when it is told to. */
function aTask(result: string, begun: string[] = []) {
  const { promise, resolve, reject } = aPromise<string>()
  const work = () => {
    begun.push(result)
    return promise
  }
  return { work, end: () => resolve(result), fail: () => reject(new Error(result)) }
}

/** Lets everything run that waits for nothing but its turn. */
const settled = () => jest.advanceTimersByTimeAsync(0)

test('work of one name runs one at a time, in the order in which it came', async () => {
  const inLane = lane()
  const begun: string[] = []
  const tasks = ['first', 'second', 'third'].map((name) => aTask(name, begun))
  const results = Promise.all(tasks.map(({ work }) => inLane('alice', work)))
  await settled()
  expect(begun).toEqual(['first'])

  for (const { end } of tasks) end()
  expect(await results).toEqual(['first', 'second', 'third'])
  expect(begun).toEqual(['first', 'second', 'third'])
})

test('work of other names does not wait', async () => {
  const inLane = lane()
  inLane('alice', aTask('slow').work)

  expect(await inLane('bob', async () => 'done')).toBe('done')
})

test('work that fails hands its turn on, and its error goes to who asked for it', async () => {
  const inLane = lane()
  const failing = aTask('no')
  const failed = inLane('alice', failing.work).catch((error: Error) => error.message)
  const next = inLane('alice', async () => 'done')
  failing.fail()

  expect([await failed, await next]).toEqual(['no', 'done'])
})

test('who waits for three seconds is refused while the work before him still hangs', async () => {
  const inLane = lane()
  inLane('alice', aTask('hung').work)
  const refused = inLane('alice', async () => 'never').catch(({ code }) => code)
  await jest.advanceTimersByTimeAsync(3001)

  expect(await refused).toBe('ERR_COUNTERSIGN_STORE_UNAVAILABLE')
})

test('work that was refused its turn never runs, also when the turn comes', async () => {
  const inLane = lane()
  const begun: string[] = []
  const hung = aTask('hung', begun)
  inLane('alice', hung.work)
  inLane('alice', aTask('refused', begun).work).catch(() => undefined)
  await jest.advanceTimersByTimeAsync(3001)
  hung.end()
  await settled()

  expect(begun).toEqual(['hung'])
})

test('who comes after somebody who gave up still waits for who has the turn', async () => {
  const inLane = lane()
  const begun: string[] = []
  const hung = aTask('hung', begun)
  inLane('alice', hung.work)
  inLane('alice', aTask('refused', begun).work).catch(() => undefined)
  await jest.advanceTimersByTimeAsync(2000)
  const last = aTask('last', begun)
  const result = inLane('alice', last.work)
  await jest.advanceTimersByTimeAsync(1500)
  expect(begun).toEqual(['hung'])

  hung.end()
  last.end()
  expect(await result).toBe('last')
})

test('nobody who waited leaves a timer behind', async () => {
  const inLane = lane()
  await Promise.all(Array.from({ length: 50 }, (_, number) => inLane('alice', async () => number)))

  expect(jest.getTimerCount()).toBe(0)
})

describe('in time', () => {
  test('what comes in time is given on, an error too', async () => {
    expect(await inTime(Promise.resolve('here'), 10, 'late')).toBe('here')
    await expect(inTime(Promise.reject(new Error('broken')), 10, 'late')).rejects.toThrow('broken')
    expect(jest.getTimerCount()).toBe(0)
  })

  test('what comes late is refused, and a late error disturbs nobody', async () => {
    const { promise, reject } = aPromise<string>()
    const result = inTime(promise, 10, 'late').catch((error: Error) => error.message)
    await jest.advanceTimersByTimeAsync(11)
    reject(new Error('nobody hears of this'))

    expect(await result).toBe('late')
  })
})
