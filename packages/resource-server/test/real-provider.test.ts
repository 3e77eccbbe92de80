import { jest } from '@jest/globals'
import express from 'express'
import * as client from 'openid-client'
import { requireToken } from '../src/index.js'
import { assertAuthentication, stepUpChallengeOf, stepUpParameters } from '../src/relying-party.js'
import { aBrowser, aClient, aProvider, aServer, type RealProvider } from './provider.js'

const redirectUri = 'http://127.0.0.1:1/callback'
let provider: RealProvider
let api: Awaited<ReturnType<typeof aServer>>
let config: client.Configuration
let browser: ReturnType<typeof aBrowser>
let opaque: string

beforeAll(async () => {
  // It warns of Node 20, and that its memory is no database.
  jest.spyOn(console, 'warn').mockImplementation(() => {})
  api = await aServer()
  opaque = `${api.url}/opaque`
  provider = await aProvider({ jwt: api.url, opaque }, redirectUri)
  config = await aClient(provider.issuer)
  api.answer(anApi())
})
afterAll(async () => {
  await provider.stop()
  await api.stop()
  jest.restoreAllMocks()
})
beforeEach(() => {
  browser = aBrowser()
  Object.assign(provider.next, { acr: '1', ageSeconds: 0 })
})

/** `POST /payments` takes JWTs, `POST /opaque` introspects; both need level 2 of the last five minutes. */
function anApi() {
  const { issuer } = provider
  const demand = { levels: [{ acr: '1' }, { acr: '2' }], acr: '2', maxAgeSeconds: 300 } as const
  const log = { info() {}, warn() {}, error() {} }
  const introspection = { clientId: 'api', clientSecret: 'secret' }
  return express()
    .post('/payments', requireToken({ issuer, audience: api.url, log, ...demand }), pay)
    .post('/opaque', requireToken({ issuer, audience: opaque, introspection, publicUrl: api.url, log, ...demand }), pay)
}

const pay: express.RequestHandler = (_request, response) => {
  response.status(201).json({ paid: true })
}

type Asking = Readonly<{
  parameters?: Record<string, string>
  resource?: string
  DPoP?: client.DPoPHandle
  scope?: string
}>

/** Signs in and comes back with tokens. */
async function signedIn({ parameters = {}, resource = api.url, DPoP, scope = 'openid orders' }: Asking = {}) {
  const pkceCodeVerifier = client.randomPKCECodeVerifier()
  const start = client.buildAuthorizationUrl(config, {
    redirect_uri: redirectUri,
    scope,
    resource,
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    ...parameters,
  })
  const { url } = await browser.follow(start, ({ href }) => href.startsWith(redirectUri))
  return client.authorizationCodeGrant(config, url, { pkceCodeVerifier }, undefined, DPoP && { DPoP })
}

function paying(token: string, path = '/payments', DPoP?: client.DPoPHandle) {
  return client.fetchProtectedResource(config, token, new URL(path, api.url), 'POST', null, undefined, DPoP && { DPoP })
}

const challengeOf = async (answer: Promise<Response>) =>
  stepUpChallengeOf(
    await answer.then(
      (response) => response,
      (error: Error) => error,
    ),
  )

async function refusalOf(answer: Promise<Response>): Promise<string | undefined> {
  const error = await answer.then(
    () => undefined,
    (thrown: client.WWWAuthenticateChallengeError) => thrown,
  )
  return error?.cause[0]?.parameters.error
}

describe('behind a real authorization server', () => {
  test('T31: the API asks, the client reads what openid-client throws, asks for the level, and comes back with it', async () => {
    const { access_token } = await signedIn()

    const challenge = await challengeOf(paying(access_token))
    expect(challenge).toEqual({ acrValues: ['2'], maxAgeSeconds: 300 })

    provider.next.acr = '2'
    const tokens = await signedIn({ parameters: stepUpParameters(challenge ?? {}) })
    assertAuthentication(tokens.claims(), challenge ?? {})
    expect((await paying(tokens.access_token)).status).toBe(201)
  })

  test('T31: openid-client does not see that the level is missing; the assertion does', async () => {
    const tokens = await signedIn()

    expect(tokens.claims()?.acr).not.toBe('2')
    expect(() => assertAuthentication(tokens.claims(), { acrValues: ['2'] })).toThrow(
      expect.objectContaining({ code: 'ERR_COUNTERSIGN_UNMET_AUTHENTICATION' }),
    )
  })

  test('T3: without the scope openid the server refuses to be asked for a level', async () => {
    await expect(
      signedIn({ parameters: stepUpParameters({ acrValues: ['2'] }), scope: 'orders' }),
    ).rejects.toMatchObject({
      error: 'invalid_request',
    })
  })

  test('T20: an opaque token is introspected, and carries its level there', async () => {
    const weak = await signedIn({ resource: opaque })
    expect(await challengeOf(paying(weak.access_token, '/opaque'))).toEqual({ acrValues: ['2'], maxAgeSeconds: 300 })

    provider.next.acr = '2'
    const strong = await signedIn({ resource: opaque, parameters: { acr_values: '2' } })
    expect((await paying(strong.access_token, '/opaque')).status).toBe(201)
  })

  test('a refresh token is no access token, although introspection calls it active', async () => {
    provider.next.acr = '2'
    const tokens = await signedIn({
      resource: opaque,
      parameters: { prompt: 'consent' },
      scope: 'openid orders offline_access',
    })

    expect(await refusalOf(paying(String(tokens.refresh_token), '/opaque'))).toBe('invalid_token')
  })

  test('T21: a token that was refreshed has the level and the time of the sign-in, and grows too old', async () => {
    Object.assign(provider.next, { acr: '2', ageSeconds: 400 })
    const tokens = await signedIn({ parameters: { prompt: 'consent' }, scope: 'openid orders offline_access' })

    const refreshed = await client.refreshTokenGrant(config, String(tokens.refresh_token))

    expect(await challengeOf(paying(refreshed.access_token))).toEqual({ acrValues: ['2'], maxAgeSeconds: 300 })
  })

  test('an ID token is no access token', async () => {
    provider.next.acr = '2'
    const tokens = await signedIn()

    expect(await refusalOf(paying(String(tokens.id_token)))).toBe('invalid_token')
  })

  test.each([
    ['JWT', '/payments', () => api.url],
    ['opaque', '/opaque', () => opaque],
  ] as const)(
    'a bound token (%s) goes through with the proofs of openid-client, and is asked for a level as DPoP',
    async (_, path, resource) => {
      const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair())
      const weak = await signedIn({ resource: resource(), DPoP })
      expect(await challengeOf(paying(weak.access_token, path, DPoP))).toEqual({ acrValues: ['2'], maxAgeSeconds: 300 })

      provider.next.acr = '2'
      const strong = await signedIn({ resource: resource(), parameters: { acr_values: '2' }, DPoP })

      expect((await paying(strong.access_token, path, DPoP)).status).toBe(201)
      await expect(paying(strong.access_token, path)).rejects.toMatchObject({ status: 401 })
    },
  )
})
