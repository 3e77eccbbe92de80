import express from 'express'
import request from 'supertest'
import type { Demand, ResourceServerOptions } from '../src/index.js'
import { anApi, letTheClockRun, levels, stopTheClock } from './api.js'
import { anIssuer, type Issuer } from './issuer.js'

let issuer: Issuer

beforeAll(async () => {
  issuer = await anIssuer()
})
afterAll(() => issuer.stop())
beforeEach(stopTheClock)
afterEach(letTheClockRun)

const now = () => Math.floor(Date.now() / 1000)
const problemType = 'urn:countersign:problem:insufficient-user-authentication'

async function asked(claims: Record<string, unknown>, demand?: Demand, options?: Partial<ResourceServerOptions>) {
  const { app } = anApi(issuer, demand, options)
  return request(app)
    .get('/orders')
    .auth(await issuer.token(claims), { type: 'bearer' })
}

describe('a good token', () => {
  test('of the level and the age goes through', async () => {
    const { status, body } = await asked({ acr: '2', auth_time: now() - 300 })

    expect({ status, body }).toEqual({ status: 200, body: { subject: 'alice' } })
  })

  test('of a stronger level goes through', async () => {
    expect(await asked({ acr: '3' })).toMatchObject({ status: 200 })
  })

  test('of a weaker level is answered with what to ask for, as RFC 9470 writes it', async () => {
    const { status, headers, body } = await asked({ acr: '1' })

    expect(status).toBe(401)
    expect(headers['www-authenticate']).toBe(
      'Bearer error="insufficient_user_authentication", error_description="A stronger or more recent authentication is needed", acr_values="2", max_age="300"',
    )
    expect(body).toMatchObject({ type: problemType, status: 401, acrValues: '2', maxAgeSeconds: 300 })
  })

  test('that is older by a second is answered with the whole demand', async () => {
    const { headers } = await asked({ auth_time: now() - 301 })

    expect(headers['www-authenticate']).toContain('acr_values="2", max_age="300"')
  })

  test('is asked for a level only, where the guard asks for no age', async () => {
    const { headers } = await asked({ acr: '1' }, { acr: '2' })

    expect(headers['www-authenticate']).toMatch(/acr_values="2"$/)
  })

  test('is asked for an age only, where the guard asks for no level', async () => {
    const { headers } = await asked({ acr: '1', auth_time: now() - 61 }, { maxAgeSeconds: 60 })

    expect(headers['www-authenticate']).toMatch(/needed", max_age="60"$/)
  })

  test('grows too old while it is remembered', async () => {
    const clock = stopTheClock()
    const { app } = anApi(issuer, { maxAgeSeconds: 60 })
    const token = await issuer.token({ auth_time: now() })
    await request(app).get('/orders').auth(token, { type: 'bearer' }).expect(200)

    clock.pass(61)

    await request(app).get('/orders').auth(token, { type: 'bearer' }).expect(401)
  })
})

describe('what is missing counts as the weakest', () => {
  test.each([
    ['no acr', {}],
    ['an acr of nobody', { acr: 'urn:elsewhere:gold' }],
    ['an acr that is no text', { acr: ['2'] }],
    ['an empty acr', { acr: '' }],
  ])('%s is the weakest level', async (_, claims) => {
    expect(await asked({ acr: undefined, ...claims }, { acr: '1' })).toMatchObject({ status: 200 })
    expect(await asked({ acr: undefined, ...claims }, { acr: '2' })).toMatchObject({ status: 401 })
  })

  test('the acr "0" is less than the weakest', async () => {
    expect(await asked({ acr: '0' }, { acr: '1' })).toMatchObject({ status: 401 })
  })

  test.each([
    ['no auth_time', undefined],
    ['an auth_time as text', '9999999999'],
    ['a negative auth_time', -1],
    ['an auth_time in the future', Math.floor(Date.now() / 1000) + 86_400],
  ])('%s is too old', async (_, auth_time) => {
    expect(await asked({ auth_time }, { maxAgeSeconds: 300 })).toMatchObject({ status: 401 })
  })

  test('an auth_time of a clock that is five seconds ahead is believed', async () => {
    expect(await asked({ auth_time: now() + 5 }, { maxAgeSeconds: 300 })).toMatchObject({ status: 200 })
  })
})

describe('T11, T21: a level with a time of its own', () => {
  const fading = { levels: [{ acr: '1' }, { acr: '2', ttlSeconds: 600 }] }

  test('counts until its time is over, although refreshed tokens go on naming it', async () => {
    expect(await asked({ auth_time: now() - 600 }, { acr: '2' }, fading)).toMatchObject({ status: 200 })
    expect(await asked({ auth_time: now() - 601 }, { acr: '2' }, fading)).toMatchObject({ status: 401 })
  })

  test('counts as the weakest one afterwards', async () => {
    expect(await asked({ auth_time: now() - 601 }, { acr: '1' }, fading)).toMatchObject({ status: 200 })
  })

  test('is asked for with its age, so that the answer is a new one', async () => {
    const { headers } = await asked({ auth_time: now() - 601 }, { acr: '2' }, fading)

    expect(headers['www-authenticate']).toContain('acr_values="2", max_age="600"')
  })

  test('counts for nothing without auth_time', async () => {
    expect(await asked({ auth_time: undefined }, { acr: '2' }, fading)).toMatchObject({ status: 401 })
  })
})

describe('T30: a page of another origin', () => {
  test('may read the challenge', async () => {
    const { headers } = await asked({ acr: '1' })

    expect(headers['access-control-expose-headers']).toBe('WWW-Authenticate')
  })

  test.each([
    ['ETag', 'ETag, WWW-Authenticate'],
    ['www-authenticate, ETag', 'www-authenticate, ETag'],
    ['*', '*'],
  ])('may read it beside what it may read anyway: %s', async (before, after) => {
    const app = express()
    app.use((_request, response, next) => {
      response.set('Access-Control-Expose-Headers', before)
      next()
    })
    app.use(anApi(issuer).app)

    const { headers } = await request(app).get('/orders')

    expect(headers['access-control-expose-headers']).toBe(after)
  })
})

test('a weaker token is refused with the levels that the set-up names, and tells no others', async () => {
  const { headers, text } = await asked({ acr: '1' })

  expect(`${headers['www-authenticate']} ${text}`).not.toContain(`"${levels[2].acr}"`)
})
