import { z } from 'zod'
import type { Demand, TransactionDetail } from '../options.js'
import type { Parts } from '../parts.js'
import { acrClaimIn } from './acr-claim.js'

/** The parameters of an authorization request that are demands, as any kind of request carries them. */
export type RequestParameters = Readonly<{ [name: string]: unknown }>

const details = z.array(z.looseObject({ type: z.string() }))

/**
 * What a request itself asks for. An essential `acr` in `claims` decides, also beside `acr_values`, which the client's defaults
 * have filled in where the request has none.
 *
 * @throws errors.InvalidRequest for an `acr` claim that cannot mean anything.
 */
export function requestedDemand(
  { acrValues, transactions }: Pick<Parts, 'acrValues' | 'transactions'>,
  { claims, acr_values, max_age, authorization_details }: RequestParameters,
): Demand {
  const transaction = detailsOf(authorization_details).filter(({ type }) => transactions.has(type))
  const beside = {
    ...maxAgeOf(max_age),
    ...(transaction.length > 0 && { transaction }),
  }
  const claim = acrClaimIn(claims)
  if (claim?.essential) return { ...claim, source: 'claims', ...beside }
  const wanted = valuesOf(acr_values)
  if (wanted.length > 0) return { wanted, essential: acrValues === 'required', source: 'acr_values', ...beside }
  if (claim) return { ...claim, source: 'claims', ...beside }
  return { essential: false, source: 'policy', ...beside }
}

function valuesOf(acrValues: unknown): readonly string[] {
  return typeof acrValues === 'string' ? acrValues.split(' ').filter((acr) => acr !== '') : []
}

/** The library has checked it; numeric ones of a request object came as text (T5). */
function maxAgeOf(maxAge: unknown): Pick<Demand, 'maxAge'> {
  return maxAge === undefined || maxAge === null ? {} : { maxAge: Number(maxAge) }
}

function detailsOf(parameter: unknown): readonly TransactionDetail[] {
  if (typeof parameter !== 'string') return []
  return details.safeParse(JSON.parse(parameter)).data ?? []
}
