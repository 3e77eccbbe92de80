import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { exportJWK, generateKeyPair } from 'jose'
import type { Configuration, interactionPolicy } from 'oidc-provider'
import * as client from 'openid-client'

/** A real authorization server that signs alice in without asking, to the level that the test sets. */
export type RealProvider = Readonly<{
  issuer: string
  /** What the next sign-in reaches, and how long ago it was. */
  next: { acr: string; ageSeconds: number }
  stop(): Promise<void>
}>

/** A server that answers on the loopback interface, before what it answers is known. */
export async function aServer(): Promise<
  Readonly<{ url: string; answer(how: RequestListener): void; stop(): Promise<void> }>
> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answer: (how) => void server.on('request', how),
    stop: () => stopped(server),
  }
}

/** Starts one whose resources are `jwt` and `opaque`, and whose client `app` leads back to the redirect address. */
export async function aProvider(
  resources: { jwt: string; opaque: string },
  redirectUri: string,
): Promise<RealProvider> {
  const server = await aServer()
  const next = { acr: '1', ageSeconds: 0 }
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  // Its first words are a warning of Node 20: it comes when the test is ready for it.
  const { Provider, interactionPolicy } = await import('oidc-provider')
  const provider = new Provider(server.url, {
    ...configuration(resources, redirectUri),
    interactions: {
      policy: signsInAgainForLevel(interactionPolicy),
      url: (_context, { uid }) => `/interaction/${uid}`,
    },
    jwks: { keys: [{ ...(await exportJWK(privateKey)), alg: 'ES256', use: 'sig' }] },
  } as Configuration)

  const app = express()
  app.get('/interaction/:uid', async (request, response) => {
    const ts = Math.floor(Date.now() / 1000) - next.ageSeconds
    await provider.interactionFinished(request, response, {
      login: { accountId: 'alice', acr: next.acr, ts },
      consent: {},
    })
  })
  app.use(provider.callback())
  server.answer(app)
  return { issuer: server.url, next, stop: server.stop }
}

function configuration({ jwt, opaque }: { jwt: string; opaque: string }, redirectUri: string): Configuration {
  return {
    acrValues: ['1', '2'],
    claims: { openid: ['sub', 'acr', 'amr', 'auth_time'] },
    clients: [
      {
        client_id: 'app',
        client_secret: 'secret',
        redirect_uris: [redirectUri],
        grant_types: ['authorization_code', 'refresh_token'],
        id_token_signed_response_alg: 'ES256',
      },
      {
        client_id: 'api',
        client_secret: 'secret',
        redirect_uris: [],
        response_types: [],
        grant_types: [],
        id_token_signed_response_alg: 'ES256',
      },
    ],
    cookies: { keys: ['a key for tests'] },
    extraTokenClaims: (context) => authenticationOf(context.oidc.entities),
    features: {
      devInteractions: { enabled: false },
      introspection: { enabled: true, allowedPolicy: () => true },
      resourceIndicators: {
        enabled: true,
        useGrantedResource: () => true,
        getResourceServerInfo: (_context, resource) => ({
          scope: 'orders',
          audience: resource,
          accessTokenFormat: resource === jwt ? 'jwt' : 'opaque',
          ...(resource === jwt && { jwt: { sign: { alg: 'ES256' } } }),
        }),
      },
    },
    findAccount: (_context, sub) => ({ accountId: sub, claims: () => ({ sub }) }),
    async loadExistingGrant({ oidc }) {
      const grant = new oidc.provider.Grant({ accountId: 'alice', clientId: 'app' })
      grant.addOIDCScope('openid offline_access orders')
      for (const resource of [jwt, opaque]) grant.addResourceScope(resource, 'orders')
      await grant.save()
      return grant
    },
    scopes: ['openid', 'offline_access', 'orders'],
    ttl: { AccessToken: 300, Grant: 600, IdToken: 300, Interaction: 60, RefreshToken: 600, Session: 600 },
  }
}

/** By itself, the library does nothing about acr_values. */
function signsInAgainForLevel({ base, Check }: typeof interactionPolicy) {
  const policy = base()
  policy.get('login')?.checks.add(
    new Check('acr_values_unmet', 'another level is wanted', ({ oidc }) => {
      const wanted = String(oidc.params?.acr_values ?? '')
      return wanted !== '' && oidc.session?.acr !== wanted
    }),
  )
  return policy
}

function authenticationOf(entities: Readonly<Record<string, unknown>>) {
  const source = entities.AuthorizationCode ?? entities.RefreshToken
  const { acr, authTime } = (source ?? {}) as { acr?: string; authTime?: number }
  return { ...(acr && { acr }), ...(authTime && { auth_time: authTime }) }
}

/** A client of openid-client for `app`. */
export function aClient(issuer: string): Promise<client.Configuration> {
  return client.discovery(new URL(issuer), 'app', 'secret', client.ClientSecretPost('secret'), {
    execute: [client.allowInsecureRequests],
  })
}

/** A browser as far as it is needed: it keeps cookies for each origin and follows redirects, until one leads where the test waits. */
export function aBrowser() {
  const cookies = new Map<string, Map<string, string>>()

  async function get(url: URL): Promise<Response> {
    const own = cookies.get(url.origin) ?? new Map<string, string>()
    const cookie = [...own].map((pair) => pair.join('=')).join('; ')
    const response = await fetch(url, { redirect: 'manual', headers: cookie === '' ? {} : { cookie } })
    for (const set of response.headers.getSetCookie()) {
      const [name = '', ...value] = (set.split(';', 1)[0] ?? '').split('=')
      own.set(name, value.join('='))
    }
    cookies.set(url.origin, own)
    return response
  }

  return {
    get,
    /** Where a redirect leads that `isGoal` accepts, or the last answer. */
    async follow(
      start: URL,
      isGoal: (url: URL) => boolean = () => false,
    ): Promise<Readonly<{ url: URL; response?: Response }>> {
      let url = start
      for (let steps = 0; !isGoal(url); steps++) {
        if (steps === 20) throw new Error(`Redirects go round in circles: ${url.href}`)
        const response = await get(url)
        const location = response.headers.get('location')
        if (location === null) return { url, response }
        url = new URL(location, url)
      }
      return { url }
    },
  }
}

async function stopped(server: Server): Promise<void> {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
}
