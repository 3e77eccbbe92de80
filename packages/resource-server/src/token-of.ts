import { CountersignError } from '@countersign/core'
import type { AccessToken } from './token/access-token.js'

/** Where a request keeps its token: a property that nobody else can name costs a twentieth of a look into a WeakMap. */
const verified = Symbol('verified access token')

type Guarded = { [verified]?: AccessToken }

/**
 * The token that a guard before this handler verified.
 *
 * @throws CountersignError `ERR_COUNTERSIGN_NO_TOKEN` where no guard did.
 * @example
 * app.post('/payments', requireToken({ acr: '2' }), (request, response) => {
 *   const { subject, scopes } = tokenOf(request)
 * })
 */
export function tokenOf(request: object): AccessToken {
  const { [verified]: token }: Guarded = request
  if (token) return token
  throw new CountersignError(
    'ERR_COUNTERSIGN_NO_TOKEN',
    "tokenOf() was asked about a request that no requireToken() let through. Put the guard before the handler: app.get('/orders', requireToken({ ... }), handler).",
  )
}

/** Keeps a token for the handlers of its request. */
export function keepToken(request: object, token: AccessToken): void {
  const guarded: Guarded = request
  guarded[verified] = token
}
