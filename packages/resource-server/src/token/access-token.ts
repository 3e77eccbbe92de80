/** A verified access token, as the handlers behind a guard see it. Each request has its own. */
export type AccessToken = Readonly<{
  /** `sub`: the person, or the client where there is none. */
  subject: string
  /** `client_id`, or `azp`. */
  clientId: string | undefined
  scopes: readonly string[]
  /** The level that the token names, also when it is none of the levels. */
  acr: string | undefined
  amr: readonly string[]
  /** `auth_time`: when the person was authenticated, in seconds since 1970. */
  authTime: number | undefined
  /** Thumbprint of the client's key that the token is bound to (RFC 9449, 6.1). */
  boundTo: string | undefined
  /** Everything that the token says. */
  claims: Readonly<Record<string, unknown>>
}>

/**
 * Reads the claims of a token that was verified. What has the wrong type counts as missing. Undefined: nobody is named, or the token
 * is bound to something other than a key that a DPoP proof could show (RFC 7800, 3.1), which nobody here could check.
 */
export function accessTokenOf(claims: Readonly<Record<string, unknown>>): AccessToken | undefined {
  const subject = textOf(claims.sub)
  const boundTo = thumbprintOf(claims.cnf)
  if (subject === undefined || boundTo === 'something else') return undefined
  return {
    subject,
    clientId: textOf(claims.client_id) ?? textOf(claims.azp),
    scopes: textOf(claims.scope)?.split(' ').filter(Boolean) ?? [],
    acr: textOf(claims.acr),
    amr: Array.isArray(claims.amr) ? claims.amr.filter((value) => typeof value === 'string') : [],
    authTime: secondsOf(claims.auth_time),
    boundTo: boundTo?.jkt,
    claims,
  }
}

function textOf(claim: unknown): string | undefined {
  return typeof claim === 'string' && claim !== '' ? claim : undefined
}

function secondsOf(claim: unknown): number | undefined {
  return typeof claim === 'number' && Number.isFinite(claim) && claim >= 0 ? claim : undefined
}

function thumbprintOf(confirmation: unknown): { jkt: string } | 'something else' | undefined {
  if (confirmation === undefined) return undefined
  if (typeof confirmation !== 'object' || confirmation === null) return 'something else'
  const { jkt, ...others } = confirmation as Readonly<Record<string, unknown>>
  return typeof jkt === 'string' && Object.keys(others).length === 0 ? { jkt } : 'something else'
}
