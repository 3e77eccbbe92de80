import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Countersign, defineActions, type Log, type Store } from '@countersign/core'
import { aCountersign } from '@countersign/testing'
import { jest } from '@jest/globals'
import express, { type Express } from 'express'
import { exportJWK, generateKeyPair } from 'jose'
import type { ClientMetadata, Configuration, Provider } from 'oidc-provider'
import * as client from 'openid-client'
import type { AttachedStepUp, OidcStepUpOptions } from '../src/index.js'

/** Where every client of the harness is led back to. Nobody listens there: a walk stops before it. */
export const redirectUri = 'http://127.0.0.1:1/callback'

/** The API that access tokens of the harness are for: JWTs, or opaque ones for the other. */
export const resources = { jwt: 'http://127.0.0.1:2/orders', opaque: 'http://127.0.0.1:2/opaque' } as const

/** The application's own actions beside the levels. */
export const actions = defineActions({
  'payment.approve': {
    binds: { amount: 'decimal', currency: 'currency', payee: 'text' },
    requires: { level: 'code', mode: 'once' },
    words: {
      en: {
        name: 'payment',
        one: 'a payment',
        act: 'Pay {amount} {currency}',
        fields: { amount: 'Amount', payee: 'To' },
      },
      de: { name: 'Zahlung', one: 'eine Zahlung', act: '{amount} {currency} zahlen' },
    },
  },
  'vault.open': { requires: { level: 'code', mode: 'window', windowSeconds: 300 } },
})

/** Three levels: what a login gives, what a code reaches for ten minutes, and one that nobody can reach. */
export const levels = [{ acr: '1' }, { acr: '2', stepUp: true, ttlSeconds: 600 }, { acr: '3' }] as const

/** What the routes of a test work with. */
export type MadeProvider = Readonly<{
  provider: Provider
  attached: AttachedStepUp
  countersign: Countersign<typeof actions>
}>

/** What a test may set of the provider; everything else has a default that works. */
export type ProviderParts = Readonly<{
  /** Where the provider keeps its things [its own memory]. */
  adapter?: Configuration['adapter']
  /** Where Countersign keeps its own [memory on a still clock]. */
  store?: Store
  /** For a store that outlives the process. */
  keys?: string
  stepUp?: Partial<OidcStepUpOptions<typeof actions>>
  securityCode?: boolean
  log?: Log
  /** Changes the configuration before step-up is put into it. */
  configuration?: (base: Configuration) => Configuration
  clients?: readonly ClientMetadata[]
  /** Asks for consent by a page that forgets what was submitted before it (T10); else a grant is there. */
  consent?: boolean
  /** What the host has before everything else. */
  before?: (app: Express) => void
  /** Routes of the host, before the provider's. */
  routes?: (app: Express, made: MadeProvider) => void
}>

/** An OpenID provider that runs on the loopback interface, with step-up and a host's own login pages. */
export async function aProvider(parts: ProviderParts = {}) {
  quietenLibrary()
  const { Provider } = await import('oidc-provider')
  const { createOidcStepUp } = await import('../src/index.js')
  const server = await aServer()
  let stepUp: ReturnType<typeof createOidcStepUp> | undefined
  const testing = await aCountersign({
    actions,
    publicUrl: server.url,
    ...(parts.store && { store: parts.store }),
    ...(parts.log && { log: parts.log }),
    ...(parts.keys && { keys: parts.keys }),
    ...(parts.securityCode && {
      securityCode: { hashing: { memoryKiB: 19_456, passes: 2 } },
    }),
    beforeStart: (countersign) => {
      stepUp = createOidcStepUp({ countersign, levels, clientLimits: 'off', ...parts.stepUp })
    },
  })
  if (!stepUp) throw new Error('aCountersign() made no step-up.')

  const base = await aConfiguration(parts)
  const provider = new Provider(server.url, stepUp.configure(parts.configuration?.(base) ?? base))
  const attached = stepUp.attach(provider)
  const app = express()
  parts.before?.(app)
  app.use(parts.stepUp?.path ?? '/step-up', attached.router)
  app.use('/interaction', hostPages(provider))
  parts.routes?.(app, { provider, attached, countersign: testing.countersign })
  app.use(provider.callback())
  server.answer(app)
  return {
    ...testing,
    issuer: server.url,
    provider,
    stepUp,
    attached,
    /** A client of openid-client. */
    client: (id = 'app') =>
      client.discovery(
        new URL(server.url),
        id,
        { id_token_signed_response_alg: 'ES256' },
        client.ClientSecretPost('secret'),
        {
          execute: [client.allowInsecureRequests],
        },
      ),
    async stop() {
      await server.stop()
      await testing.countersign.stop()
    },
  }
}

export type TestProvider = Awaited<ReturnType<typeof aProvider>>

/** The library's first words are a warning of Node 20, and that its memory is no database. */
function quietenLibrary(): void {
  jest.spyOn(console, 'warn').mockImplementation(() => {})
  jest.spyOn(console, 'info').mockImplementation(() => {})
}

async function aServer() {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answer: (how: RequestListener) => void server.on('request', how),
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const common = {
  client_secret: 'secret',
  redirect_uris: [redirectUri],
  grant_types: ['authorization_code', 'refresh_token'],
  id_token_signed_response_alg: 'ES256',
  token_endpoint_auth_method: 'client_secret_post',
  authorization_details_types: ['payment'],
} as const satisfies Partial<ClientMetadata>

/** A client of the harness with something of its own. */
export function aClient(id: string, metadata: Partial<ClientMetadata> = {}): ClientMetadata {
  return {
    ...common,
    redirect_uris: [...common.redirect_uris],
    grant_types: [...common.grant_types],
    authorization_details_types: ['payment'],
    client_id: id,
    client_name: `The ${id}`,
    ...metadata,
  }
}

async function aConfiguration({ adapter, clients = [], consent }: ProviderParts): Promise<Configuration> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  const scopes = 'openid offline_access orders'
  return {
    ...(adapter && { adapter }),
    clients: [aClient('app'), aClient('shop'), ...clients],
    cookies: { keys: ['a key for tests'] },
    features: {
      devInteractions: { enabled: false },
      introspection: { enabled: true, allowedPolicy: () => true },
      resourceIndicators: {
        enabled: true,
        useGrantedResource: () => true,
        getResourceServerInfo: (_context, resource) => ({
          scope: 'orders',
          audience: resource,
          accessTokenFormat: resource === resources.jwt ? 'jwt' : 'opaque',
          ...(resource === resources.jwt && { jwt: { sign: { alg: 'ES256' } } }),
        }),
      },
      richAuthorizationRequests: {
        enabled: true,
        types: { payment: { validate: () => {} } },
        authorizationDetailsForGrantSource: ({ oidc }) => JSON.parse(String(oidc.params?.authorization_details)),
        authorizationDetailsForAccessToken: (_context, source) => source.rar,
        authorizationDetailsForIntrospection: (_context, token) => token.rar,
      },
    },
    findAccount: (_context, sub) => ({ accountId: sub, claims: () => ({ sub }) }),
    jwks: { keys: [{ ...(await exportJWK(privateKey)), alg: 'ES256', use: 'sig' }] },
    ...(!consent && {
      async loadExistingGrant({ oidc }) {
        const { client: asking, session } = oidc
        if (!asking || !session?.accountId) return undefined
        const grant = new oidc.provider.Grant({ accountId: session.accountId, clientId: asking.clientId })
        grant.addOIDCScope(scopes)
        for (const resource of Object.values(resources)) grant.addResourceScope(resource, 'orders')
        const details = oidc.params?.authorization_details
        if (typeof details === 'string') for (const detail of JSON.parse(details)) grant.addRar(detail)
        await grant.save()
        return grant
      },
    }),
    pkce: { required: () => false },
    scopes: scopes.split(' '),
    ttl: {
      AccessToken: 300,
      Grant: 600,
      IdToken: 300,
      Interaction: 600,
      RefreshToken: 600,
      Session: 3600,
      AuthorizationCode: 60,
    },
  }
}

/** The host's own pages: a login that does as it is told, and a consent that forgets what was submitted before. */
function hostPages(provider: Provider): express.Router {
  const router = express.Router()
  router.get('/:uid', async (request, response) => {
    const { prompt } = await provider.interactionDetails(request, response)
    response.json({ prompt: prompt.name, reasons: prompt.reasons })
  })
  router.post('/:uid/login', express.json(), async (request, response) => {
    const { account, ageSeconds, ...said } = request.body
    const ts = Math.floor(Date.now() / 1000) - (ageSeconds ?? 0)
    const login = { accountId: account, ...(ageSeconds !== undefined && { ts }), ...said }
    await provider.interactionFinished(request, response, { login }, { mergeWithLastSubmission: false })
  })
  /** Whatever a host may write. */
  router.post('/:uid/result', express.json(), async (request, response) => {
    await provider.interactionFinished(request, response, request.body, { mergeWithLastSubmission: false })
  })
  router.post('/:uid/consent', express.json(), async (request, response) => {
    const { params, session, grantId } = await provider.interactionDetails(request, response)
    const accountId = session?.accountId ?? ''
    const clientId = String(params.client_id)
    const grant = (grantId && (await provider.Grant.find(grantId))) || new provider.Grant({ accountId, clientId })
    grant.addOIDCScope(String(params.scope))
    for (const resource of Object.values(resources)) grant.addResourceScope(resource, 'orders')
    if (params.authorization_details)
      for (const detail of JSON.parse(String(params.authorization_details))) grant.addRar(detail)
    const consent = { grantId: await grant.save() }
    await provider.interactionFinished(request, response, { consent }, { mergeWithLastSubmission: false })
  })
  return router
}
