import { isSafeUrl, type Settings } from '../settings.js'
import { askIssuer } from './ask-issuer.js'
import { IssuerUnavailable } from './issuer-unavailable.js'
import { type Kept, kept } from './kept.js'

/** Addresses of the authorization server that we need. */
export type IssuerMetadata = Readonly<{ jwksUri: URL | undefined; introspectionEndpoint: URL | undefined }>

/** The issuer's metadata, asked for at the first token and looked at again every ten minutes. */
export function issuerMetadata(settings: Settings): Kept<IssuerMetadata> {
  return kept(async function readMetadata() {
    for (const address of addressesOf(settings.issuer)) {
      const found = await askIssuer(settings, address)
      if (found) return checked(found, settings)
    }
    throw unusable(settings, `${settings.issuer} publishes no metadata. Write jwksUri, or correct the issuer.`)
  })
}

/** OpenID Connect Discovery 1.0, 4 puts the well-known part behind the path, RFC 8414, 3 before it. */
function addressesOf(issuer: string): readonly URL[] {
  const { origin, pathname } = new URL(issuer)
  const path = pathname.replace(/\/$/, '')
  return [
    new URL(`${origin}${path}/.well-known/openid-configuration`),
    new URL(`${origin}/.well-known/oauth-authorization-server${path}`),
  ]
}

function checked(metadata: Readonly<Record<string, unknown>>, settings: Settings): IssuerMetadata {
  // RFC 8414, 3.3: metadata under another name are not this issuer's.
  if (metadata.issuer !== settings.issuer)
    throw unusable(settings, `The metadata name ${JSON.stringify(metadata.issuer)} as issuer; write it exactly so.`)
  return {
    jwksUri: safeUrl('jwks_uri', metadata, settings),
    introspectionEndpoint: safeUrl('introspection_endpoint', metadata, settings),
  }
}

function safeUrl(name: string, metadata: Readonly<Record<string, unknown>>, settings: Settings): URL | undefined {
  const url = metadata[name]
  if (url === undefined) return undefined
  if (typeof url === 'string' && isSafeUrl(url)) return new URL(url)
  throw unusable(settings, `The metadata hold a ${name} without https.`)
}

function unusable({ log, issuer }: Settings, message: string): IssuerUnavailable {
  log.error({ issuer }, message)
  return new IssuerUnavailable(message)
}
