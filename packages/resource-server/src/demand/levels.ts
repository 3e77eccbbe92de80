import { CountersignError } from '@countersign/core'
import type { AcrLevel } from '../options.js'

/** What stands between quotes in a header and between spaces in a list: visible ASCII without quotes and backslashes (RFC 6749, 3.3). */
const acrText = /^[\x21\x23-\x5b\x5d-\x7e]+$/

/**
 * @throws CountersignError `ERR_COUNTERSIGN_LEVELS`
 */
export function checkedLevels(levels: readonly AcrLevel[]): readonly AcrLevel[] {
  if (!Array.isArray(levels)) throw levelsError(`levels is ${JSON.stringify(levels)}`)
  levels.forEach(checkLevel)
  const twice = levels.find(({ acr }, place) => levels.findIndex((other) => other.acr === acr) !== place)
  if (twice) throw levelsError(`levels names "${twice.acr}" twice`)
  return levels.map((level) => Object.freeze({ ...level }))
}

function checkLevel(level: AcrLevel): void {
  if (typeof level?.acr !== 'string' || !acrText.test(level.acr))
    throw levelsError(`levels holds ${JSON.stringify(level)}, and an acr is a text without spaces and quotes`)
  const { acr, ttlSeconds } = level
  if (ttlSeconds !== undefined && !(Number.isInteger(ttlSeconds) && ttlSeconds >= fewestSeconds))
    throw levelsError(`The level "${acr}" has "ttlSeconds: ${ttlSeconds}", and ${fewestSeconds} is the least`)
}

function levelsError(whatCame: string): CountersignError {
  return new CountersignError(
    'ERR_COUNTERSIGN_LEVELS',
    `${whatCame}. Give all levels, weakest first: levels: [{ acr: '1' }, { acr: '2', ttlSeconds: 600 }].`,
  )
}

/** A shorter age would be over before a slow person is back, and the client would ask again and again. */
export const fewestSeconds = 10

/**
 * The place of a level in the list. What is missing or unknown counts as the weakest (OWASP ASVS 5.0, 6.8.4); "0", unless the list
 * names it, as less than any: it says that nobody was authenticated just now (OpenID Connect Core, 2).
 */
export function rankOf(levels: readonly AcrLevel[], acr: string | undefined): number {
  const place = levels.findIndex((level) => level.acr === acr)
  if (place >= 0) return place
  return acr === '0' ? -1 : 0
}
