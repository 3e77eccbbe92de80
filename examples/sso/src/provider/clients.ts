import type { ClientMetadata, ResponseType } from 'oidc-provider'
import { type Addresses, addressOf, callbackOf } from '../addresses.js'
import { acr } from '../levels.js'

/** The relying party of the demo. */
export const shop = { id: 'shop', secret: 'the-shop-and-the-provider-are-one-demo' } as const

/** How the API asks about opaque tokens. */
export const api = { id: 'api', secret: 'the-api-and-the-provider-are-one-demo' } as const

/** Where a client of your own waits, for trying the provider out. */
export const sandboxCallback = `${addressOf(3199)}/callback`

const grants = {
  code: 'authorization_code',
  hybrid: 'implicit',
  refresh: 'refresh_token',
  device: 'urn:ietf:params:oauth:grant-type:device_code',
  backchannel: 'urn:openid:params:grant-type:ciba',
} as const

/** The code flow, and every hybrid one (OpenID Connect Core, 3.3). */
export const responseTypes: ResponseType[] = ['code', 'code id_token', 'code token', 'code id_token token']

/** Whatever a client may want to try. `native`: its way back is on the loopback interface, without TLS (RFC 8252, 7.3). */
const sandbox = {
  client_id: 'sandbox',
  client_secret: 'sandbox-secret',
  client_name: 'Sandbox',
  application_type: 'native',
  redirect_uris: [sandboxCallback],
  post_logout_redirect_uris: [sandboxCallback],
  grant_types: Object.values(grants),
  backchannel_token_delivery_mode: 'poll',
  response_types: responseTypes,
  authorization_details_types: ['payment'],
} satisfies ClientMetadata

/** The clients that the provider knows. */
export function clientsAt(addresses: Addresses): ClientMetadata[] {
  return [
    {
      client_id: shop.id,
      client_secret: shop.secret,
      client_name: 'Rhein Bakery',
      redirect_uris: [callbackOf(addresses)],
      post_logout_redirect_uris: [`${addresses.relyingParty}/`],
      grant_types: [grants.code, grants.refresh],
      authorization_details_types: ['payment'],
    },
    sandbox,
    { ...sandbox, client_id: 'sandbox-opaque', client_name: 'Sandbox (opaque tokens)' },
    {
      ...sandbox,
      client_id: 'sandbox-strict',
      client_name: 'Sandbox (strict)',
      default_acr_values: [acr.code],
      default_max_age: 60,
      require_auth_time: true,
    },
    { client_id: api.id, client_secret: api.secret, grant_types: [], response_types: [], redirect_uris: [] },
  ]
}
