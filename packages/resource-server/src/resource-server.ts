import type { RequestHandler } from 'express'
import { authentication } from './authenticate.js'
import { checkedDemand } from './demand/demand.js'
import { guard, type Parts } from './guard.js'
import type { AcrLevel, AcrOf, Demand, ResourceServerOptions } from './options.js'
import { checkNames, settingsOf } from './settings.js'

/** The guards of one API. They share keys, remembered tokens and used proofs. */
export type ResourceServer<Levels extends readonly AcrLevel[]> = Readonly<{
  /**
   * A guard before a route. Put your own authorisation (scopes, owners) behind it.
   *
   * @throws CountersignError `ERR_COUNTERSIGN_TOKEN_DEMAND` at once, for a guard that asks for neither acr nor age, or for an unknown acr.
   */
  requireToken(demand: Demand<AcrOf<Levels>>): RequestHandler
}>

/**
 * Verifies the access tokens of one issuer for one audience: as JWT (RFC 9068) with the issuer's published keys, or by introspection
 * (RFC 7662). Asks nobody before the first token comes.
 *
 * @throws CountersignError `ERR_COUNTERSIGN_ISSUER`, `ERR_COUNTERSIGN_AUDIENCE`, `ERR_COUNTERSIGN_LEVELS`,
 * `ERR_COUNTERSIGN_TOKEN_OPTION` when the options cannot work.
 * @example
 * const { requireToken } = resourceServer({ issuer, audience, levels: [{ acr: '1' }, { acr: '2', ttlSeconds: 600 }] })
 * app.get('/orders', requireToken({ acr: '1' }), listOrders)
 * app.post('/payments', requireToken({ acr: '2', maxAgeSeconds: 300 }), createPayment)
 */
export function resourceServer<const Levels extends readonly AcrLevel[]>(
  options: ResourceServerOptions<Levels>,
): ResourceServer<Levels> {
  const parts = partsOf(options)
  return {
    requireToken(demand) {
      checkNames('requireToken()', demand, ['acr', 'maxAgeSeconds'])
      return guard(parts, checkedDemand(parts.settings.levels, demand))
    },
  }
}

/**
 * One guard with everything it needs. Where an API has several, `resourceServer` makes them share what they know.
 *
 * Answers 401 with `WWW-Authenticate: Bearer error="insufficient_user_authentication", acr_values="...", max_age="..."` (RFC 9470, 3) when the
 * authentication behind a good token is too weak or too old, `invalid_token` when the token is not good, and 503 when nobody can say.
 *
 * @throws CountersignError as `resourceServer` does, and `ERR_COUNTERSIGN_TOKEN_DEMAND` when neither acr nor age is asked for.
 * @example
 * app.post('/payments', requireToken({ issuer, audience, levels: [{ acr: '1' }, { acr: '2' }], acr: '2', maxAgeSeconds: 300 }), createPayment)
 */
export function requireToken<const Levels extends readonly AcrLevel[]>(
  options: ResourceServerOptions<Levels> & Demand<AcrOf<Levels>>,
): RequestHandler {
  const { acr, maxAgeSeconds, ...server } = options
  const parts = partsOf(server)
  return guard(parts, checkedDemand(parts.settings.levels, { acr, maxAgeSeconds } as Partial<Demand>))
}

function partsOf(options: ResourceServerOptions): Parts {
  const settings = settingsOf(options)
  const { dpop } = settings
  const schemes = dpop?.required ? (['DPoP'] as const) : dpop ? (['Bearer', 'DPoP'] as const) : (['Bearer'] as const)
  return { settings, authenticate: authentication(settings), schemes }
}
