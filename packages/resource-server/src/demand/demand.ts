import { CountersignError } from '@countersign/core'
import type { AcrLevel, Demand } from '../options.js'
import type { AccessToken } from '../token/access-token.js'
import { fewestSeconds, rankOf } from './levels.js'

/** What a client has to ask for next (RFC 9470, 3). */
export type Unmet = Readonly<{ acrValues?: string; maxAgeSeconds?: number }>

/** Whose authentication is looked at, and when, in whole seconds as tokens have them. `clockToleranceSeconds`: so much may `auth_time` lie in the future. */
export type Judged = Readonly<{ token: AccessToken; nowSeconds: number; clockToleranceSeconds: number }>

/**
 * @throws CountersignError `ERR_COUNTERSIGN_TOKEN_DEMAND` for a guard that asks for nothing, or for what no token can meet.
 */
export function checkedDemand(levels: readonly AcrLevel[], { acr, maxAgeSeconds }: Partial<Demand> = {}): Demand {
  if (acr === undefined && maxAgeSeconds === undefined) throw demandError('A guard asks for neither acr nor age')
  if (acr !== undefined && !levels.some((level) => level.acr === acr))
    throw demandError(`A guard asks for the acr ${JSON.stringify(acr)}, and levels holds ${namesOf(levels)}`)
  if (maxAgeSeconds !== undefined && !(Number.isInteger(maxAgeSeconds) && maxAgeSeconds >= fewestSeconds))
    throw demandError(
      `A guard has "maxAgeSeconds: ${maxAgeSeconds}", and with less than ${fewestSeconds} whole seconds a slow person is asked again and again`,
    )
  return { acr, maxAgeSeconds } as Demand
}

function namesOf(levels: readonly AcrLevel[]): string {
  return levels.map(({ acr }) => `"${acr}"`).join(', ') || 'none'
}

function demandError(whatCame: string): CountersignError {
  return new CountersignError(
    'ERR_COUNTERSIGN_TOKEN_DEMAND',
    `${whatCame}. Write one of the levels, an age, or both: { acr: '2', maxAgeSeconds: 300 }.`,
  )
}

/**
 * What is missing; undefined when nothing is. The whole demand is named, also when half of it is met: who only signs in again to be
 * fresh may come back with a lower level.
 */
export function unmetBy(
  levels: readonly AcrLevel[],
  { acr, maxAgeSeconds }: Demand,
  judged: Judged,
): Unmet | undefined {
  const age = ageOf(judged)
  const wanted = acr === undefined ? undefined : rankOf(levels, acr)
  const rank = rankOf(levels, judged.token.acr)
  const isOver = age > (levels[rank]?.ttlSeconds ?? Number.POSITIVE_INFINITY)

  const isStrong = wanted === undefined || (isOver ? Math.min(rank, 0) : rank) >= wanted
  const isFresh = maxAgeSeconds === undefined || age <= maxAgeSeconds
  if (isStrong && isFresh) return undefined

  // A level that is over is not had again by asking for it alone, where the authorization server keeps it for longer.
  const ages = [maxAgeSeconds, isOver && !isStrong ? levels[wanted ?? rank]?.ttlSeconds : undefined]
  const known = ages.filter((seconds) => seconds !== undefined)
  return {
    ...(acr !== undefined && { acrValues: acr }),
    ...(known.length > 0 && { maxAgeSeconds: Math.min(...known) }),
  }
}

/** Seconds since the authentication; without a believable `auth_time`, for ever. */
function ageOf({ token, nowSeconds, clockToleranceSeconds }: Judged): number {
  const { authTime } = token
  if (authTime === undefined || authTime > nowSeconds + clockToleranceSeconds) return Number.POSITIVE_INFINITY
  return nowSeconds - authTime
}
