import request from 'supertest'
import { anApi, letTheClockRun, stopTheClock } from './api.js'
import { anIssuer, audience, type Issuer, usualClaims } from './issuer.js'

let issuer: Issuer
let clock: ReturnType<typeof stopTheClock>

beforeEach(async () => {
  clock = stopTheClock()
  issuer = await anIssuer()
})
afterEach(async () => {
  await issuer.stop()
  letTheClockRun()
})

const credentials = { clientId: 'the api', clientSecret: 'p:ss wörd' }
const apiOf = (rememberSeconds?: number) =>
  anApi(issuer, undefined, { introspection: { ...credentials, ...(rememberSeconds && { rememberSeconds }) } })
const get = (token = 'opaque', { app } = apiOf()) => request(app).get('/orders').auth(token, { type: 'bearer' })
const asked = () => issuer.asked.filter((path) => path.startsWith('/introspect'))

function known(change: Record<string, unknown> = {}): void {
  issuer.opaque.set('opaque', { ...usualClaims(issuer.url), active: true, token_type: 'Bearer', ...change })
}

describe('an opaque token', () => {
  test('is asked about with the credentials of the API, and goes through', async () => {
    known()

    const { status, body } = await get()

    expect({ status, body }).toEqual({ status: 200, body: { subject: 'alice' } })
    const basic = `Basic ${Buffer.from('the+api:p%3Ass+w%C3%B6rd').toString('base64')}`
    expect(asked()).toEqual([`/introspect ${basic}`])
  })

  test('T20: carries acr and auth_time in the answer', async () => {
    known({ acr: '1' })

    const { status, headers } = await get()

    expect(status).toBe(401)
    expect(headers['www-authenticate']).toContain('error="insufficient_user_authentication"')
  })

  test.each([
    ['is not active', { active: false }],
    ['is active in words', { active: 'true' }],
    ['is for another audience', { aud: 'https://other.example.test' }],
    ['T19: names no audience', { aud: undefined }],
    ['is of another issuer', { iss: 'https://evil.example' }],
    ['is expired', { exp: Math.floor(Date.now() / 1000) - 60 }],
    ['ends in words', { exp: 'never' }],
    ['has not begun', { nbf: Math.floor(Date.now() / 1000) + 60 }],
    ['names nobody', { sub: undefined }],
    ['is bound to a key, and comes without proof', { cnf: { jkt: '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I' } }],
  ])('that %s is invalid_token', async (_, change) => {
    known(change)

    const { status, headers } = await get()

    expect(status).toBe(401)
    expect(headers['www-authenticate']).toContain('error="invalid_token"')
  })

  test('for several audiences goes through', async () => {
    known({ aud: ['https://other.example.test', audience] })

    await get().expect(200)
  })

  test('is asked about each time, so that a revoked one ends at once', async () => {
    const api = apiOf()
    known()
    await get('opaque', api).expect(200)
    known({ active: false })

    await get('opaque', api).expect(401)
  })

  test('is remembered for as long as the set-up says', async () => {
    const api = apiOf(30)
    known()
    await get('opaque', api).expect(200)
    await get('opaque', api).expect(200)
    expect(asked()).toHaveLength(1)

    clock.pass(30)
    known({ active: false })

    await get('opaque', api).expect(401)
  })

  test('is 503 while nobody can be asked', async () => {
    known()
    const api = apiOf()
    await get('opaque', api).expect(200)
    issuer.fail('breaks')

    await get('opaque', api).expect(503)
  })

  test('is invalid where the API introspects nothing, and the log says what to write', async () => {
    const api = anApi(issuer)

    await get('opaque', api).expect(401)
    expect(api.lines).toEqual([expect.stringContaining('introspection: { clientId, clientSecret }')])
  })
})

test('T20: a JWT is verified by its signature and never sent to introspection, which does not know it', async () => {
  await get(await issuer.token()).expect(200)

  expect(asked()).toEqual([])
})
