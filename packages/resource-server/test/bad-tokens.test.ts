import { type CryptoKey, exportSPKI, importJWK, type JWK, SignJWT } from 'jose'
import request from 'supertest'
import { type Api, anApi, letTheClockRun, stopTheClock } from './api.js'
import { aKey, anIssuer, audience, type Issuer, type SigningKey, usualClaims } from './issuer.js'

let issuer: Issuer
let api: Api

beforeAll(async () => {
  issuer = await anIssuer()
})
afterAll(() => issuer.stop())
beforeEach(() => {
  stopTheClock()
  api = anApi(issuer)
})
afterEach(letTheClockRun)

const now = () => Math.floor(Date.now() / 1000)
const get = (token: string) => request(api.app).get('/orders').auth(token, { type: 'bearer' })
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
const newest = () => issuer.keys.at(-1) as SigningKey

/** A good token with one of its three parts changed. */
async function withPart(place: 0 | 1 | 2, change: (part: string) => string): Promise<string> {
  const parts = (await issuer.token({ acr: '1' })).split('.')
  return parts.map((text, at) => (at === place ? change(text) : text)).join('.')
}

function changed(json: string, change: Record<string, unknown>): string {
  return part({ ...JSON.parse(Buffer.from(json, 'base64url').toString()), ...change })
}

/** Signed by somebody else with the name of the issuer's key. */
async function forged(header: Record<string, unknown> = {}): Promise<string> {
  const { sign } = await aKey()
  return new SignJWT(usualClaims(issuer.url))
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: newest().published.kid as string, ...header })
    .sign(sign)
}

/** What the published key is as a text: the secret that a confused verifier would take. */
async function confused(secret: (published: JWK) => string | Promise<string>): Promise<string> {
  const { published } = newest()
  const key = new TextEncoder().encode(await secret(published))
  return new SignJWT(usualClaims(issuer.url))
    .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', kid: published.kid as string })
    .sign(key)
}

const bad: readonly (readonly [string, () => Promise<string>])[] = [
  ['with a raised acr', () => withPart(1, (payload) => changed(payload, { acr: '3' }))],
  ['with another signature', () => withPart(2, (signature) => signature.replace(/^./, (c) => (c === 'A' ? 'B' : 'A')))],
  ['without a signature', () => withPart(2, () => '')],
  ['with another header', () => withPart(0, (header) => changed(header, { typ: 'application/at+jwt' }))],
  ['of alg none', async () => `${part({ alg: 'none', typ: 'at+jwt' })}.${part(usualClaims(issuer.url))}.`],
  ['of alg None', async () => `${part({ alg: 'None', typ: 'at+jwt' })}.${part(usualClaims(issuer.url))}.`],
  ['signed with the public key as a JWK for a secret', () => confused((published) => JSON.stringify(published))],
  ['signed with the public key as PEM for a secret', () => confused(asPem)],
  ['of another key under this name', () => forged()],
  ['that brings its key along', async () => forged({ jwk: (await aKey()).published })],
  ['that says where its key is', () => forged({ jku: 'https://evil.example/jwks', kid: 'evil' })],
  ['that brings a certificate along', () => forged({ x5c: ['MIIB'] })],
  ['of a key of nobody', () => forged({ kid: 'nobody' })],
  ['with a kid that is no text', () => forged({ kid: { $ne: null } })],
  ['that needs an extension', () => withPart(0, (header) => changed(header, { crit: ['exp'], exp: 1 }))],
  ['that is expired', () => issuer.token({ exp: now() - 6 })],
  ['that never ends', () => issuer.token({ exp: undefined })],
  ['that ends in words', () => withPart(1, (payload) => changed(payload, { exp: 'never' }))],
  ['that has not begun', () => issuer.token({ nbf: now() + 6 })],
  ['of another issuer', () => issuer.token({ iss: 'https://evil.example' })],
  ['of an issuer that differs by a slash', () => issuer.token({ iss: `${issuer.url}/` })],
  ['of no issuer', () => issuer.token({ iss: undefined })],
  ['for another audience', () => issuer.token({ aud: 'https://other.example.test' })],
  ['for an audience that begins like ours', () => issuer.token({ aud: `${audience}.evil.example` })],
  ['for nobody', () => issuer.token({ aud: undefined })],
  ['of nobody', () => issuer.token({ sub: undefined })],
  ['that is an ID token', () => issuer.token({}, { typ: 'JWT' })],
  ['of no type', () => issuer.token({}, { typ: undefined })],
  [
    'that is bound to a certificate',
    () => issuer.token({ cnf: { 'x5t#S256': 'bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2' } }),
  ],
  ['that is bound to nothing that can be read', () => issuer.token({ cnf: 'a key' })],
  ['that is no JWT', async () => 'f0e1d2c3b4a5'],
  ['that is two dots', async () => '..'],
  ['with five parts', async () => `${part({ alg: 'RSA-OAEP', enc: 'A256GCM', typ: 'at+jwt' })}.AA.AA.AA.AA`],
  ['whose header is a list', async () => `${part([1])}.${part({})}.AA`],
  ['whose payload is no JSON', async () => `${part({ alg: 'ES256', typ: 'at+jwt' })}.AAAA.AA`],
]

async function asPem(published: JWK): Promise<string> {
  return exportSPKI((await importJWK(published, 'ES256')) as CryptoKey)
}

describe('a token that is not good', () => {
  test.each(bad)('%s is invalid_token, and no level is told', async (_, make) => {
    const { status, headers, text } = await get(await make())

    expect(status).toBe(401)
    expect(headers['www-authenticate']).toMatch(
      /^Bearer error="invalid_token", error_description="The access token (is not valid|expired)"$/,
    )
    expect(text).not.toMatch(/acr|max_?age|evil|at verified/i)
    expect(api.seen).toEqual([])
  })

  test('is told from one that expired, so that a client knows to refresh', async () => {
    const { headers } = await get(await issuer.token({ exp: now() - 6 }))

    expect(headers['www-authenticate']).toContain('error_description="The access token expired"')
  })

  test('does not become good by coming again', async () => {
    const token = await forged()
    await get(token).expect(401)

    await get(token).expect(401)
  })
})

describe('a token that is good', () => {
  test('ends five seconds after its end, for clocks that differ', async () => {
    await get(await issuer.token({ exp: now() - 4 })).expect(200)
  })

  test('ends in time although it was seen before', async () => {
    const clock = stopTheClock()
    const token = await issuer.token({ exp: now() + 10 })
    await get(token).expect(200)

    clock.pass(16)

    const { headers } = await get(token).expect(401)
    expect(headers['www-authenticate']).toContain('error="invalid_token"')
  })

  test('may name several audiences', async () => {
    await get(await issuer.token({ aud: ['https://other.example.test', audience] })).expect(200)
  })

  test('may be of the type with its whole name', async () => {
    await get(await issuer.token({}, { typ: 'application/at+jwt' })).expect(200)
  })

  test('of the type JWT is taken where the set-up says so', async () => {
    api = anApi(issuer, undefined, { types: ['at+jwt', 'JWT'] })

    await get(await issuer.token({}, { typ: 'JWT' })).expect(200)
  })

  test('of an algorithm that the set-up leaves out is refused', async () => {
    api = anApi(issuer, undefined, { algorithms: ['RS256'] })

    await get(await issuer.token()).expect(401)
  })
})

describe('a request', () => {
  test.each([
    ['without credentials', {}],
    ['with another scheme', { Authorization: 'Basic YWxpY2U6c2VjcmV0' }],
    ['with a scheme that begins like ours', { Authorization: 'Bearers abc' }],
  ])('%s hears which schemes there are, and of no error', async (_, headers) => {
    const response = await request(api.app).get('/orders').set(headers)

    expect(response.status).toBe(401)
    expect(response.headers['www-authenticate']).toMatch(/^Bearer, DPoP algs="ES256 [A-Za-z0-9 ]+"$/)
    expect(response.body).toMatchObject({ type: 'urn:countersign:problem:token-required' })
  })

  test.each(['Bearer', 'Bearer ', 'Bearer a b', 'Bearer tök', 'bearer a,b'])(
    '%j is malformed',
    async (authorization) => {
      const { status, headers } = await request(api.app)
        .get('/orders')
        .set('Authorization', Buffer.from(authorization).toString('latin1'))

      expect({ status, challenge: headers['www-authenticate'] }).toEqual({
        status: 400,
        challenge: 'Bearer error="invalid_request"',
      })
    },
  )

  test('names the scheme in any case', async () => {
    await request(api.app)
      .get('/orders')
      .set('Authorization', `bEARER ${await issuer.token()}`)
      .expect(200)
  })

  test('with the token in its address is one without', async () => {
    await request(api.app)
      .get('/orders')
      .query({ access_token: await issuer.token() })
      .expect(401)
  })

  test('that is refused has an id, is not kept, and echoes nothing', async () => {
    const { body, headers, text } = await get('script')

    expect(body.requestId).toMatch(/^[0-9a-f-]{36}$/)
    expect(headers['cache-control']).toBe('no-store')
    expect(headers['content-type']).toMatch(/^application\/problem\+json/)
    expect(text).not.toContain('script')
  })
})

describe('what a handler sees', () => {
  test('is the token, in its own words', async () => {
    await get(await issuer.token({ cnf: undefined })).expect(200)

    expect(api.seen).toEqual([
      expect.objectContaining({
        subject: 'alice',
        clientId: 'app',
        scopes: ['openid', 'orders'],
        acr: '2',
        amr: ['pwd', 'otp'],
        authTime: now() - 60,
      }),
    ])
  })

  test('is its own: what it writes into it, the next request does not see', async () => {
    const token = await issuer.token({ acr: '2', roles: ['reader'] })
    for (let count = 0; count < 3; count++) {
      await get(token).expect(200)
      const [seen] = api.seen.splice(0)
      expect(seen).toMatchObject({ acr: '2', claims: { roles: ['reader'] } })
      Object.assign(seen ?? {}, { acr: '3' })
      Reflect.apply(Array.prototype.push, seen?.claims.roles, ['admin'])
    }
  })
})

describe('the log', () => {
  test('hears once why good tokens are refused, and what to write', async () => {
    await get(await issuer.token({ aud: 'https://other.example.test' }))
    await get(await issuer.token({ aud: 'https://other.example.test' }))
    await get(await issuer.token({}, { typ: 'JWT' }))

    expect(api.lines).toEqual([
      expect.stringMatching(/"aud" does not hold "https:\/\/api\.example\.test".*or correct audience/),
      expect.stringMatching(/"typ" is not at\+jwt.*types: \['at\+jwt', 'JWT'\]/),
    ])
  })
})
