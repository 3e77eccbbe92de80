import type { KoaContextWithOIDC, UnknownObject } from 'oidc-provider'

/** How the person of a token was authenticated, as RFC 9068, 2.2.1 and RFC 9470, 6 name it. */
type Authentication = Readonly<{
  acr?: string | undefined
  amr?: readonly string[] | undefined
  authTime?: number | undefined
}>

/** What an access token says of the authentication: that of the code or token that it comes from, unchanged by refreshing. */
export function authenticationClaims({ oidc }: KoaContextWithOIDC): UnknownObject | undefined {
  const { acr, amr, authTime } = authenticationOf(oidc)
  const claims = {
    ...(acr !== undefined && { acr }),
    ...(amr !== undefined && { amr: [...amr] }),
    ...(authTime !== undefined && { auth_time: authTime }),
  }
  return Object.keys(claims).length > 0 ? claims : undefined
}

function authenticationOf(oidc: KoaContextWithOIDC['oidc']): Authentication {
  const { AuthorizationCode, RefreshToken, DeviceCode, BackchannelAuthenticationRequest } = oidc.entities
  const source = AuthorizationCode ?? RefreshToken ?? DeviceCode ?? BackchannelAuthenticationRequest
  if (source) return source
  // Implicit flows: the token comes straight from the authorization request. Client credentials have nobody.
  return oidc.session?.accountId ? { acr: oidc.acr, amr: oidc.amr, authTime: oidc.session.authTime() } : {}
}
