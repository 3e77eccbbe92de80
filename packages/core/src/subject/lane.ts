import { inTime } from './in-time.js'

/** Runs work, one at a time for each name, in the order in which it came. */
export type Lane = <T>(name: string, work: () => Promise<T>) => Promise<T>

/** How long something may wait for its turn before it is refused, in milliseconds. */
const longestWait = 3000

/**
 * Changes of one subject in one process stand in line instead of colliding in the store: 200 parallel answers are 200
 * loads, not 200 lost races. Several processes still meet at the compare-and-set.
 */
export function lane(): Lane {
  const ends = new Map<string, Promise<unknown>>()

  return async function inLane(name, work) {
    const before = ends.get(name)
    const mine = before ? after(before, work) : work()
    // Who gave up waiting hands nothing on: the next one still waits for who has the turn.
    const end = Promise.allSettled([before, mine]).then(noop)
    ends.set(name, end)
    try {
      return await mine
    } finally {
      end.then(() => {
        if (ends.get(name) === end) ends.delete(name)
      })
    }
  }
}

async function after<T>(before: Promise<unknown>, work: () => Promise<T>): Promise<T> {
  await inTime(before, longestWait, 'Too much is waiting for this subject.')
  return work()
}

function noop(): void {}
