import { setTimeout as pause } from 'node:timers/promises'
import { until } from './until.js'

/** A door that is tried again and again. */
export interface DoorWatch {
  /** When the last try that got through was begun. */
  lastThrough(): number
  /** Resolves when a try got through. */
  isOpen(): Promise<void>
  /** Resolves when tries are refused that were begun later than the given time. */
  isShutAfter(time: number): Promise<void>
  stop(): Promise<void>
}

const betweenTries = 5

/** Tries a door without end: `true` means that it let somebody through. Times are those of `performance.now()`. */
export function watchDoor(tryDoor: () => Promise<boolean>): DoorWatch {
  let lastThrough = Number.NEGATIVE_INFINITY
  let lastShut = Number.NEGATIVE_INFINITY
  let ending = false

  async function keepTrying(): Promise<void> {
    while (!ending) {
      const began = performance.now()
      if (await tryDoor().catch(() => false)) lastThrough = began
      else lastShut = began
      await pause(betweenTries)
    }
  }
  // Several at once: one that hangs must not hide what the others would see.
  const tries = Promise.all([keepTrying(), keepTrying(), keepTrying()])

  return {
    lastThrough: () => lastThrough,
    async isOpen() {
      await until('an open door', () => lastThrough > lastShut)
    },
    async isShutAfter(time) {
      await until('a shut door', () => lastShut > time, 15_000)
    },
    async stop() {
      ending = true
      await tries
    },
  }
}
