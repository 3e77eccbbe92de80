import { errors, type KoaContextWithOIDC, type ResourceServer } from 'oidc-provider'

type ClientOf = Readonly<{ clientId: string }>

/** What access tokens for the API look like: JWTs (RFC 9068), but for the client that wants to try opaque ones. */
export function resourcesOf(api: string) {
  return {
    enabled: true,
    useGrantedResource: () => true,
    getResourceServerInfo(_context: KoaContextWithOIDC, resource: string, { clientId }: ClientOf): ResourceServer {
      if (resource !== api) throw new errors.InvalidTarget()
      const opaque = clientId === 'sandbox-opaque'
      return {
        scope: 'orders payments',
        audience: api,
        accessTokenFormat: opaque ? 'opaque' : 'jwt',
        ...(!opaque && { jwt: { sign: { alg: 'RS256' } } }),
      }
    },
  } as const
}
