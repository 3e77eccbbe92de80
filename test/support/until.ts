import { setTimeout as pause } from 'node:timers/promises'

const betweenLooks = 10

/**
 * Looks again and again until something is there. `undefined` and `false` mean "not yet", and so does what throws.
 * @throws Error that names what did not come, after `patienceMs`.
 */
export async function until<T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
  patienceMs = 10_000,
): Promise<T> {
  const giveUpAt = performance.now() + patienceMs
  let trouble: unknown
  while (performance.now() < giveUpAt) {
    try {
      const found = await look()
      if (found !== undefined && found !== false) return found
      trouble = undefined
    } catch (error) {
      trouble = error
    }
    await pause(betweenLooks)
  }
  throw new Error(`Not seen within ${patienceMs} ms: ${what}.`, { cause: trouble })
}
