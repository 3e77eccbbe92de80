import { jest } from '@jest/globals'
import request from 'supertest'
import { type Api, anApi, letTheClockRun, stopTheClock } from './api.js'
import { aKey, anIssuer, type Issuer, oauthWellKnown, type SigningKey } from './issuer.js'

let issuer: Issuer
let api: Api
let clock: ReturnType<typeof stopTheClock>

beforeEach(async () => {
  clock = stopTheClock()
  issuer = await anIssuer()
  api = anApi(issuer)
})
afterEach(async () => {
  await issuer.stop()
  jest.restoreAllMocks()
  letTheClockRun()
})

const statusOf = async (token: string, { app } = api) =>
  (await request(app).get('/orders').auth(token, { type: 'bearer' })).status
/** For a test that outlives a token: one that lives as long. */
const longLived = () => ({ exp: Math.floor(Date.now() / 1000) + 86_400 })
const jwksAsked = () => issuer.asked.filter((path) => path === '/jwks').length

/** An answer that was asked for behind the response has arrived when somebody who asks again hears of it. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise(setImmediate)
}

describe('an API', () => {
  test('asks the issuer at the first token, and once for many', async () => {
    expect(issuer.asked).toEqual([])

    const tokens = await Promise.all(Array.from({ length: 20 }, () => issuer.token()))
    const statuses = await Promise.all(tokens.map((token) => statusOf(token)))

    expect(new Set(statuses)).toEqual(new Set([200]))
    expect(issuer.asked).toEqual(['/.well-known/openid-configuration', '/jwks'])
  })

  test('finds the keys of an issuer that publishes OAuth metadata only', async () => {
    const other = await anIssuer({ path: '/tenants/one', wellKnown: oauthWellKnown })

    expect(await statusOf(await other.token(), anApi(other))).toBe(200)
    expect(other.asked.slice(1)).toEqual(['/.well-known/oauth-authorization-server/tenants/one', '/tenants/one/jwks'])
    await other.stop()
  })

  test('needs no metadata where it is told where the keys are', async () => {
    const told = anApi(issuer, undefined, { jwksUri: `${issuer.url}/jwks` })

    expect(await statusOf(await issuer.token(), told)).toBe(200)
    expect(issuer.asked).toEqual(['/jwks'])
  })

  test.each([
    ['of another issuer', () => ({ issuer: 'https://evil.example' })],
    ['that lead to keys over plain http', () => ({ jwks_uri: 'http://evil.example/jwks' })],
    ['that lead nowhere', () => ({ jwks_uri: undefined })],
  ])('takes no metadata %s', async (_, wrong) => {
    Object.assign(issuer.metadata, wrong())

    expect(await statusOf(await issuer.token())).toBe(503)
  })

  test('sends its own requests to the issuer by the fetch that it is given', async () => {
    const fetch = jest.fn(globalThis.fetch)

    await statusOf(await issuer.token(), anApi(issuer, undefined, { fetch }))

    expect(fetch.mock.calls.map(([url]) => url)).toEqual([
      `${issuer.url}/.well-known/openid-configuration`,
      `${issuer.url}/jwks`,
    ])
  })
})

describe('a token that was seen before', () => {
  test('costs no signature', async () => {
    const verify = jest.spyOn(crypto.subtle, 'verify')
    const token = await issuer.token()
    await statusOf(token)
    await statusOf(token)
    await statusOf(token)

    expect(verify).toHaveBeenCalledTimes(1)
  })

  test('is verified again when the issuer has other keys', async () => {
    const token = await issuer.token(longLived())
    expect(await statusOf(token)).toBe(200)
    await issuer.rotate('replaced')

    clock.pass(601)
    await statusOf(token)
    await until(() => jwksAsked() === 2)

    expect(await statusOf(await issuer.token())).toBe(200)
    expect(await statusOf(token)).toBe(401)
  })

  test('is not verified again when the issuer has the same keys', async () => {
    const token = await issuer.token(longLived())
    await statusOf(token)
    const verify = jest.spyOn(crypto.subtle, 'verify')

    clock.pass(601)
    await statusOf(token)
    await until(() => jwksAsked() === 2)
    await statusOf(token)

    expect(verify).not.toHaveBeenCalled()
  })
})

describe('rotation of keys', () => {
  test('needs no restart: a token of the new key is good at once', async () => {
    expect(await statusOf(await issuer.token())).toBe(200)
    await issuer.rotate('kept')

    expect(await statusOf(await issuer.token())).toBe(200)
  })

  test('ends tokens of a key that was taken away, as soon as the keys are read', async () => {
    const [old] = issuer.keys as [SigningKey]
    const token = await issuer.token()
    expect(await statusOf(token)).toBe(200)
    await issuer.rotate('replaced')
    expect(await statusOf(await issuer.token())).toBe(200)

    expect(await statusOf(token)).toBe(401)
    expect(issuer.keys).not.toContain(old)
  })

  test('is no way to keep the issuer busy with names of keys that nobody has', async () => {
    await statusOf(await issuer.token())
    for (let count = 0; count < 20; count++)
      expect(await statusOf(await issuer.token({}, { kid: `made-up-${count}` }))).toBe(401)

    expect(jwksAsked()).toBe(1 + 5)
  })

  test('finds the right one of several keys without names', async () => {
    issuer.keys.splice(0, 1, await aKey('ES256', ''), await aKey('ES256', ''))

    expect(await statusOf(await issuer.token({}, { kid: undefined }))).toBe(200)
    expect(await statusOf(`${await issuer.token({}, { kid: undefined })}AAAA`)).toBe(401)
  })
})

describe.each([
  ['breaks connections', 'breaks'],
  ['answers 500', 500],
  ['leads elsewhere', 302],
] as const)('while the issuer %s', (_, how) => {
  test('its cached keys go on verifying, new tokens too', async () => {
    await statusOf(await issuer.token())
    issuer.fail(how)

    clock.pass(3599)

    expect(await statusOf(await issuer.token())).toBe(200)
    expect(await statusOf(await issuer.token())).toBe(200)
  })

  test('an API that has no keys answers 503 with Retry-After, tells nothing, and goes on when it is back', async () => {
    issuer.fail(how)
    const token = await issuer.token({ acr: '1' })

    const response = await request(api.app).get('/orders').auth(token, { type: 'bearer' })

    expect(response.status).toBe(503)
    expect(response.headers['retry-after']).toBe('1')
    expect(response.headers['www-authenticate']).toBeUndefined()
    expect(response.body).toMatchObject({ type: 'urn:countersign:problem:unavailable' })
    expect(response.text).not.toMatch(/acr|127\.0\.0\.1/)
    issuer.fail(undefined)
    clock.pass(1)
    expect(await statusOf(await issuer.token())).toBe(200)
  })

  test('its keys are trusted for an hour and no longer, also for tokens that were seen', async () => {
    const token = await issuer.token(longLived())
    await statusOf(token)
    issuer.fail(how)

    clock.pass(3601)

    expect(await statusOf(token)).toBe(503)
  })

  test('a token of a key that is not known yet is 503: nobody can say', async () => {
    await statusOf(await issuer.token())
    await issuer.rotate('kept')
    issuer.fail(how)

    expect(await statusOf(await issuer.token())).toBe(503)
  })

  test('requests do not queue up before it: nobody asks for a second', async () => {
    issuer.fail(how)
    const token = await issuer.token()
    for (let count = 0; count < 5; count++) await statusOf(token)

    expect(issuer.asked).toHaveLength(1)
  })
})
