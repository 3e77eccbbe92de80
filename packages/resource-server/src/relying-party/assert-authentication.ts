import { CountersignError } from '@countersign/core'
import { rankOf } from '../demand/levels.js'
import type { AcrLevel } from '../options.js'

/** What was asked of an authentication. A challenge is one. */
export type Wanted = Readonly<{
  /** One of them suffices. Empty or missing: any level. */
  acrValues?: readonly string[]
  maxAgeSeconds?: number
}>

/** How an answer is compared with what was asked. */
export type AssertOptions = Readonly<{
  /** All levels, weakest first: a stronger one then suffices, too. Without them, `acr` has to be one of those asked for. */
  levels?: readonly AcrLevel[]
  /** So much older `auth_time` may be [30, as with openid-client]. */
  clockToleranceSeconds?: number
}>

/** As much of an ID token as is looked at; `tokens.claims()` of openid-client gives it. */
export type AuthenticationClaims = Readonly<{ acr?: unknown; auth_time?: unknown }>

/**
 * Asserts that the person was authenticated as it was asked. The request went through the browser, where parameters can be taken
 * out of it, and `acr_values` is voluntary: without this look, less comes back and nobody sees it. openid-client looks at `auth_time` only.
 *
 * @throws CountersignError `ERR_COUNTERSIGN_UNMET_AUTHENTICATION` when the level is lower, the authentication older, or a claim missing.
 * @example
 * const tokens = await authorizationCodeGrant(config, url, checks)
 * assertAuthentication(tokens.claims(), { acrValues: ['2'], maxAgeSeconds: 300 })
 */
export function assertAuthentication(
  claims: AuthenticationClaims | undefined,
  { acrValues = [], maxAgeSeconds }: Wanted,
  { levels = [], clockToleranceSeconds = 30 }: AssertOptions = {},
): void {
  const acr = typeof claims?.acr === 'string' ? claims.acr : undefined
  if (acrValues.length > 0 && !isStrong(acr, acrValues, levels))
    throw unmet(
      `The answer has ${acr === undefined ? 'no acr' : `the acr ${JSON.stringify(acr)}`}, and one of ${acrValues.join(', ')} was asked for`,
    )
  const age = ageOf(claims?.auth_time)
  if (maxAgeSeconds !== undefined && !(age <= maxAgeSeconds + clockToleranceSeconds && age >= -clockToleranceSeconds))
    throw unmet(`The authentication is not of the last ${maxAgeSeconds} s, or the answer has no auth_time`)
}

function isStrong(acr: string | undefined, acrValues: readonly string[], levels: readonly AcrLevel[]): boolean {
  if (acr !== undefined && acrValues.includes(acr)) return true
  const known = acrValues.filter((value) => levels.some((level) => level.acr === value))
  return known.some((value) => rankOf(levels, acr) >= rankOf(levels, value))
}

function ageOf(authTime: unknown): number {
  return typeof authTime === 'number' ? Math.floor(Date.now() / 1000) - authTime : Number.NaN
}

function unmet(whatCame: string): CountersignError {
  return new CountersignError(
    'ERR_COUNTERSIGN_UNMET_AUTHENTICATION',
    `${whatCame}. Give no access for it; ask the person once more, or say that this is not possible.`,
  )
}
