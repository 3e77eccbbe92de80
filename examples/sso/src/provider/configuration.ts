import type { People } from '@countersign/example-bank/parts'
import { type Configuration, interactionPolicy, type JWK } from 'oidc-provider'
import type { Addresses } from '../addresses.js'
import { api, clientsAt, responseTypes } from './clients.js'
import type { LibraryPages } from './library-pages.js'
import { paymentDetails } from './payment-details.js'
import { resourcesOf } from './resources.js'

/** What the provider's configuration is made of. */
export type ConfigurationParts = Readonly<{
  addresses: Addresses
  people: People
  cookieKeys: string[]
  signingKeys: JWK[]
  pages: LibraryPages
  backchannel: NonNullable<NonNullable<Configuration['features']>['ciba']>
  /** Where it keeps sessions, grants and tokens [in memory]. */
  adapter?: Configuration['adapter']
}>

const hour = 3600

/** The provider as it is without step-up. */
export function providerConfiguration(parts: ConfigurationParts): Configuration {
  const { addresses, people, cookieKeys, signingKeys, pages, backchannel, adapter } = parts
  return {
    ...(adapter && { adapter }),
    clients: clientsAt(addresses),
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'none'],
    cookies: {
      keys: cookieKeys,
      long: { sameSite: 'lax', httpOnly: true },
      short: { sameSite: 'lax', httpOnly: true },
    },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    scopes: ['openid', 'offline_access', 'email', 'profile', 'orders', 'payments'],
    features: {
      ciba: backchannel,
      devInteractions: { enabled: false },
      deviceFlow: { enabled: true, ...pages.deviceFlow },
      introspection: {
        enabled: true,
        allowedPolicy: (_context, { clientId }, token) => clientId === api.id || token.clientId === clientId,
      },
      requestObjects: { enabled: true },
      resourceIndicators: resourcesOf(addresses.api),
      revocation: { enabled: true },
      richAuthorizationRequests: paymentDetails,
      rpInitiatedLogout: { enabled: true, ...pages.logout },
    },
    // The relying party's access token is for the API, not for userinfo: names and addresses stand in the ID token.
    conformIdTokenClaims: false,
    findAccount: async (_context, accountId) => {
      const person = await people.byId(accountId)
      return (
        person && {
          accountId,
          claims: () => ({
            sub: person.id,
            name: person.name,
            email: person.email,
            email_verified: person.emailProved,
          }),
        }
      )
    },
    interactions: { policy: demoPolicy(), url: (_context, { uid }) => `/interaction/${uid}` },
    jwks: { keys: signingKeys },
    pkce: { required: () => false },
    renderError: pages.renderError,
    responseTypes,
    ttl: {
      AccessToken: hour,
      AuthorizationCode: 60,
      DeviceCode: 600,
      Grant: 14 * 24 * hour,
      IdToken: hour,
      Interaction: hour,
      RefreshToken: 14 * 24 * hour,
      Session: 12 * hour,
    },
  }
}

/**
 * Consent is asked for once. The library asks native clients each time, since another program on the device could stand on their way back
 * (RFC 8252, 8.6); those of the demo are native only because they are on the loopback interface, and have a secret.
 */
function demoPolicy() {
  const policy = interactionPolicy.base()
  policy.get('consent')?.checks.remove('native_client_prompt')
  return policy
}
