import { hash, randomUUID } from 'node:crypto'
import express from 'express'
import { calculateJwkThumbprint, type JWTPayload, SignJWT } from 'jose'
import request from 'supertest'
import type { ResourceServerOptions, UsedProofs } from '../src/index.js'
import { resourceServer } from '../src/index.js'
import { type Api, anApi, letTheClockRun, levels, stopTheClock } from './api.js'
import { aKey, anIssuer, audience, type Claims, type Issuer, type SigningKey } from './issuer.js'

let issuer: Issuer
let api: Api
let client: SigningKey
let clock: ReturnType<typeof stopTheClock>

beforeAll(async () => {
  issuer = await anIssuer()
  const { sign, published } = await aKey('ES256', '')
  const { use: _, ...jwk } = published
  client = { sign, published: jwk }
})
afterAll(() => issuer.stop())
beforeEach(() => {
  clock = stopTheClock()
  api = anApi(issuer)
})
afterEach(letTheClockRun)

const bound = async (claims: Claims = {}) =>
  issuer.token({ cnf: { jkt: await calculateJwkThumbprint(client.published) }, ...claims })

/** A proof for `GET /orders` with this token, with changes; what is undefined is left out. */
async function proof(token: string, claims: Claims = {}, header: Claims = {}): Promise<string> {
  return new SignJWT({ ...usual(token), ...claims } as JWTPayload)
    .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk: client.published, ...header })
    .sign(client.sign)
}

function usual(token: string): JWTPayload {
  const iat = Math.floor(Date.now() / 1000)
  return { jti: randomUUID(), htm: 'GET', htu: `${audience}/orders`, iat, ath: hash('sha256', token, 'base64url') }
}

function get(token: string, proofs: string | string[], { app }: Pick<Api, 'app'> = api) {
  return request(app)
    .get('/orders?page=2')
    .set('Authorization', `DPoP ${token}`)
    .set('DPoP', proofs as string)
}

describe('a bound token', () => {
  test('goes through with a proof of its holder', async () => {
    const token = await bound()

    await get(token, await proof(token)).expect(200)
    expect(api.seen[0]?.boundTo).toBe(await calculateJwkThumbprint(client.published))
  })

  test('needs a new proof each time, also where the token was seen before', async () => {
    const token = await bound()
    await get(token, await proof(token)).expect(200)
    await get(token, await proof(token)).expect(200)

    await request(api.app).get('/orders').set('Authorization', `DPoP ${token}`).expect(401)
  })

  test('is asked for a level in the scheme that it came in', async () => {
    const token = await bound({ acr: '1' })

    const { headers } = await get(token, await proof(token)).expect(401)

    expect(headers['www-authenticate']).toMatch(
      /^DPoP error="insufficient_user_authentication", error_description="[^"]+", acr_values="2", max_age="300", algs="ES256 [^"]+"$/,
    )
  })

  test('is no Bearer token', async () => {
    const { headers } = await request(api.app)
      .get('/orders')
      .auth(await bound(), { type: 'bearer' })
      .expect(401)

    expect(headers['www-authenticate']).toMatch(/^DPoP error="invalid_token"/)
  })

  test('is no Bearer token after it was seen', async () => {
    const token = await bound()
    await get(token, await proof(token)).expect(200)

    await request(api.app).get('/orders').auth(token, { type: 'bearer' }).expect(401)
  })

  test('is looked at before its proof: of a bad one no level is told', async () => {
    const token = await bound({ acr: '1', aud: 'https://other.example.test' })

    const { headers } = await get(token, await proof(token)).expect(401)

    expect(headers['www-authenticate']).toMatch(/^DPoP error="invalid_token"/)
  })
})

test('a token that is bound to nothing is no DPoP token', async () => {
  const token = await issuer.token()

  const { headers } = await get(token, await proof(token)).expect(401)
  expect(headers['www-authenticate']).toMatch(/^DPoP error="invalid_token"/)
})

describe('a proof', () => {
  const now = () => Math.floor(Date.now() / 1000)
  const wrong: readonly (readonly [string, (token: string) => Promise<string | string[]>])[] = [
    ['for another method', (token) => proof(token, { htm: 'POST' })],
    ['for a method in other letters', (token) => proof(token, { htm: 'get' })],
    ['for another path', (token) => proof(token, { htu: `${audience}/payments` })],
    ['for another host', (token) => proof(token, { htu: 'https://evil.example/orders' })],
    ['for the host of the request', (token) => proof(token, { htu: 'http://127.0.0.1/orders' })],
    ['for no address', (token) => proof(token, { htu: undefined })],
    ['for a list of addresses', (token) => proof(token, { htu: [`${audience}/orders`] })],
    ['for another token', async (token) => proof(token, { ath: hash('sha256', 'other', 'base64url') })],
    ['for no token', (token) => proof(token, { ath: undefined })],
    ['without an identifier', (token) => proof(token, { jti: undefined })],
    ['with an identifier that is no text', (token) => proof(token, { jti: 7 })],
    ['of no time', (token) => proof(token, { iat: undefined })],
    ['of more than a minute ago', (token) => proof(token, { iat: now() - 66 })],
    ['of the future', (token) => proof(token, { iat: now() + 6 })],
    ['of another type', (token) => proof(token, {}, { typ: 'JWT' })],
    ['of another key', async (token) => proof(token, {}, { jwk: (await aKey('ES256', '')).published })],
    ['with a private key', async (token) => proof(token, {}, { jwk: { ...client.published, d: 'AAAA' } })],
    ['without a key', (token) => proof(token, {}, { jwk: undefined })],
    ['that is not signed', async (token) => (await proof(token)).replace(/[^.]+$/, '')],
    ['beside another one', async (token) => [await proof(token), await proof(token)]],
    ['that is no JWT', async () => 'proof'],
  ]

  test.each(wrong)('%s is refused', async (_, make) => {
    const token = await bound({ acr: '1' })

    const { status, headers } = await get(token, await make(token))

    expect(status).toBe(401)
    expect(headers['www-authenticate']).toMatch(/^DPoP error="invalid_dpop_proof", algs="[^"]+"$/)
  })

  test('of another holder of a key is refused, although it is right in itself', async () => {
    const token = await bound({ cnf: { jkt: await calculateJwkThumbprint((await aKey()).published) } })

    await get(token, await proof(token)).expect(401)
  })

  test.each([
    ['with a query and a fragment', `${audience}/orders?page=2#top`],
    ['with the port that https has anyway', `${audience}:443/orders`],
    ['with other letters in the host', `${audience.toUpperCase().replace('HTTPS', 'https')}/orders`],
    ['with letters written as numbers', `${audience}/%6frders`],
  ])('may name its address %s', async (_, htu) => {
    const token = await bound()

    await get(token, await proof(token, { htu })).expect(200)
  })

  test('is used once', async () => {
    const token = await bound()
    const once = await proof(token)
    await get(token, once).expect(200)

    await get(token, once).expect(401)
  })

  test('is used once of two at the same time', async () => {
    const token = await bound()
    const once = await proof(token)

    const answers = await Promise.all([get(token, once), get(token, once), get(token, once)])

    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401])
  })

  test('is not good again for as long as it is young, nor afterwards', async () => {
    const token = await bound()
    const once = await proof(token, { iat: now() + 5 })
    await get(token, once).expect(200)

    for (const seconds of [35, 34, 1, 1]) {
      clock.pass(seconds)
      await get(token, once).expect(401)
    }
  })

  test('with the identifier of somebody else’s is good', async () => {
    const token = await bound()
    const other = await aKey('ES256', '')
    const theirs = await bound({ cnf: { jkt: await calculateJwkThumbprint(other.published) } })
    const jti = 'the same'
    await get(token, await proof(token, { jti })).expect(200)

    const header = { alg: 'ES256', typ: 'dpop+jwt', jwk: other.published }
    const theirProof = await new SignJWT({ ...usual(theirs), jti }).setProtectedHeader(header).sign(other.sign)

    await get(theirs, theirProof).expect(200)
  })

  test('serves two guards before one route', async () => {
    const { requireToken } = resourceServer({ issuer: issuer.url, audience, levels })
    const app = express().get(
      '/orders',
      requireToken({ acr: '1' }),
      requireToken({ acr: '2' }),
      (_request, response) => {
        response.json({})
      },
    )
    const token = await bound()

    await get(token, await proof(token), { app }).expect(200)
  })
})

describe('an API', () => {
  const apiWith = (options: Partial<ResourceServerOptions>) => anApi(issuer, undefined, options)

  test('that takes bound tokens only names no other scheme', async () => {
    api = apiWith({ dpop: 'required' })

    const { headers } = await request(api.app)
      .get('/orders')
      .auth(await issuer.token(), { type: 'bearer' })
      .expect(401)

    expect(headers['www-authenticate']).toMatch(/^DPoP algs=/)
  })

  test('behind a proxy says where its clients see it', async () => {
    api = apiWith({ publicUrl: 'https://bank.example/api/' })
    const token = await bound()

    await get(token, await proof(token, { htu: 'https://bank.example/api/orders' })).expect(200)
  })

  test('hears in the log which option is missing when proofs name another address', async () => {
    const token = await bound()
    await get(token, await proof(token, { htu: 'https://elsewhere.example/orders' }))

    expect(api.lines).toEqual([expect.stringContaining('Write publicUrl as clients see this API')])
  })

  test('whose address is not known offers no proofs, takes no bound token, and says which option is missing', async () => {
    api = apiWith({ audience: 'orders' })
    const token = await bound({ aud: 'orders' })

    await get(token, await proof(token))
      .expect(401)
      .expect('WWW-Authenticate', 'Bearer')
    await request(api.app).get('/orders').auth(token, { type: 'bearer' }).expect(401)
    expect(api.lines).toEqual([expect.stringContaining('Write publicUrl')])
  })

  test('asks the memory that its processes share', async () => {
    const asked: [string, number][] = []
    const usedProofs: UsedProofs = { firstUse: async (...call) => asked.push(call) === 1 }
    api = apiWith({ usedProofs })
    const token = await bound()

    await get(token, await proof(token)).expect(200)
    await get(token, await proof(token)).expect(401)

    expect(asked).toEqual([
      [expect.stringMatching(/^[\w-]{43}$/), 70],
      [expect.stringMatching(/^[\w-]{43}$/), 70],
    ])
  })

  test('lets nothing through when that memory does not answer', async () => {
    api = apiWith({ usedProofs: { firstUse: () => Promise.reject(new Error('down')) } })
    const token = await bound()

    await get(token, await proof(token)).expect(503)
  })
})
