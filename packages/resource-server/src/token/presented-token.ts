import type { IncomingMessage } from 'node:http'

/** How a token came (RFC 6750, 2.1; RFC 9449, 7.1). */
export type Scheme = 'Bearer' | 'DPoP'

/** What a request brings: nothing that concerns us, something that is no token, or a token. */
export type Presented =
  | Readonly<{ outcome: 'nothing' }>
  | Readonly<{ outcome: 'malformed'; scheme: Scheme }>
  | Readonly<{ outcome: 'token'; scheme: Scheme; token: string }>

/** A scheme is written in any case (RFC 9110, 11.1); a token is b64token (RFC 6750, 2.1). */
const credentials = /^(?:(bearer)|dpop)(?: +([A-Za-z0-9._~+/-]+=*) *)?$/i
const ourScheme = /^(?:(bearer)|dpop)(?![^ ])/i

const nothing: Presented = { outcome: 'nothing' }
const usual = 'Bearer '

/**
 * Reads the `Authorization` header. A token in the address or the body of a request is not read (RFC 9700, 4.3.2: it would stand in
 * logs and histories).
 */
export function presentedToken({ headers: { authorization } }: IncomingMessage): Presented {
  if (authorization === undefined) return nothing
  const [, bearer, token] = credentials.exec(authorization) ?? []
  if (token !== undefined) return { outcome: 'token', scheme: bearer ? 'Bearer' : 'DPoP', token }
  const scheme = ourScheme.exec(authorization)
  if (!scheme) return nothing
  return { outcome: 'malformed', scheme: scheme[1] ? 'Bearer' : 'DPoP' }
}

/** What stands where most clients put a Bearer token, not looked at any closer: enough to find one that was verified before. */
export function likelyBearerToken({ headers: { authorization } }: IncomingMessage): string | undefined {
  return authorization?.startsWith(usual) ? authorization.slice(usual.length) : undefined
}
