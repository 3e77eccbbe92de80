/** A clock that stands still until it is told to go on. */
export type StillClock = Readonly<{
  now(): Date
  /** Moves it by so many seconds; a negative number moves it back. */
  advance(seconds: number): void
}>

/**
 * A clock for `memoryStore({ clock })`. It begins at `start`, at noon of 2 March 2026 (UTC) if none is given.
 *
 * @example
 * const clock = stillClock()
 * const store = memoryStore({ clock })
 * clock.advance(301)
 */
export function stillClock(start: Date = new Date('2026-03-02T12:00:00.000Z')): StillClock {
  let milliseconds = start.getTime()
  return {
    now: () => new Date(milliseconds),
    advance(seconds) {
      milliseconds += seconds * 1000
    },
  }
}
