import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createLog } from '@countersign/example-bank/parts'
import express from 'express'
import * as client from 'openid-client'
import { refusals } from '../src/http/refusals.js'
import { acr } from '../src/levels.js'
import type { Sso } from '../src/sso.js'
import { aClient } from './a-client.js'
import { aSso, aVisitor, newestCode } from './a-sso.js'

let sso: Sso
beforeAll(async () => {
  sso = await aSso()
})
afterAll(() => sso.stop())

const json = { 'content-type': 'application/json' }
const shared = 'urn:countersign:problem'

/** Somebody before the page that asks for a login. */
async function beforeLogin() {
  const sandbox = await aClient(sso)
  const { url } = await sandbox.person.browser.follow(sandbox.url(), () => false)
  return { ...sandbox, page: sandbox.person.interactionOf(url) }
}

/** What a refusal says, once it is known to be one of RFC 9457. */
async function refusalOf(response: Response): Promise<Readonly<{ status: number; type: string }>> {
  expect(response.headers.get('content-type')).toContain('application/problem+json')
  const body = (await response.json()) as { type: string; requestId: string }
  expect(body).toMatchObject({ title: expect.any(String), status: response.status, requestId: expect.any(String) })
  expect(body.requestId).not.toBe('')
  return { status: response.status, type: body.type }
}

describe('a body', () => {
  const loginBody = '{"email":"bob@example.test","email":"alice@example.test","password":"x"}'

  test.each([
    ['has a key twice', loginBody, 400],
    ['has a prototype', '{"email":"a","password":"b","__proto__":{}}', 400],
    ['is half a JSON', '{"email":', 400],
    ['is a list', '[]', 400],
    ['is longer than 16 KiB', JSON.stringify({ email: 'x'.repeat(20_000), password: 'y' }), 413],
  ])('that %s is malformed at the login', async (_, text, status) => {
    const { person, page } = await beforeLogin()

    expect(await refusalOf(await person.post(`${page}/login`, text))).toEqual({ status, type: `${shared}:malformed` })
  })

  test('that has a key twice is malformed where a request of CIBA is approved', async () => {
    const body = '{"auth_req_id":"one","auth_req_id":"other","code":"12345678"}'
    const response = await fetch(`${sso.addresses.issuer}/approve`, { method: 'POST', headers: json, body })

    expect(await refusalOf(response)).toEqual({ status: 400, type: `${shared}:malformed` })
  })

  test('that is neither JSON nor a form is of no type that is taken', async () => {
    const headers = { 'content-type': 'text/plain' }
    const response = await fetch(`${sso.addresses.issuer}/approve`, { method: 'POST', headers, body: 'yes' })

    expect(await refusalOf(response)).toEqual({ status: 415, type: `${shared}:unsupported-media-type` })
  })
})

describe('an address', () => {
  test.each(['/nothing', '/interaction', '/approve'])(
    'that the provider does not have is not found: %s',
    async (path) => {
      const response = await fetch(sso.addresses.issuer + path, { headers: { accept: 'application/json' } })

      expect(await refusalOf(response)).toEqual({ status: 404, type: `${shared}:not-found` })
    },
  )

  test('that the provider does not have is a page of the house for a browser', async () => {
    const response = await fetch(`${sso.addresses.issuer}/nothing`, { headers: { accept: 'text/html' } })

    expect(response.status).toBe(404)
    expect(await response.text()).toContain('<link rel="stylesheet"')
  })

  test.each(['/nothing', '/challenge', '/consent'])(
    'that an interaction does not have is not found: %s',
    async (verb) => {
      const { person, page } = await beforeLogin()

      expect(await refusalOf(await person.post(page + verb))).toEqual({ status: 404, type: `${shared}:not-found` })
    },
  )

  test.each(['', '/login', '/consent', '/abort', '/challenge'])(
    'of an interaction that the browser is not at is lost: %s',
    async (verb) => {
      const { person } = await beforeLogin()
      const { issuer } = sso.addresses
      for (const name of ['_interaction', '_interaction.sig'])
        person.browser.take(name, person.browser.cookie(name) ?? '', issuer)
      const address = `${issuer}/interaction/another${verb}`
      const response = verb === '' ? await person.get(address) : await person.post(address)

      expect(await refusalOf(response)).toEqual({ status: 410, type: `${shared}:interaction-lost` })
    },
  )

  test('that an interaction went on from is lost', async () => {
    const response = await fetch(`${sso.addresses.issuer}/auth/over`, { headers: { accept: 'text/html' } })

    expect(response.status).toBe(410)
    expect(await response.text()).toContain('href="/"')
  })
})

test.each(['issuer', 'relyingParty', 'api'] as const)('the %s does not go by another name', async (program) => {
  const url = new URL('/orders', sso.addresses[program])
  const status = await new Promise((resolve, reject) => {
    const headers = { host: 'elsewhere.example' }
    request(url, { headers }, (response) => resolve(response.resume().statusCode))
      .on('error', reject)
      .end()
  })

  expect(status).toBe(421)
})

test('who tries too often is told when to come again', async () => {
  const strict = await aSso({}, { clientLimits: true })
  try {
    const sent = { method: 'POST', headers: { ...json, origin: strict.addresses.issuer }, body: '{}' }
    const tries = Array.from({ length: 61 }, () => fetch(`${strict.addresses.issuer}/interaction/lost/login`, sent))
    const refused = (await Promise.all(tries)).find(({ status }) => status === 429)

    expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0)
  } finally {
    await strict.stop()
  }
})

test('a database that is away is no fault of the request', async () => {
  const app = express()
  app.get('/', () => {
    throw Object.assign(new Error('gone'), { name: 'MongoNetworkError' })
  })
  app.use(refusals(createLog(undefined, 'silent')))
  const server = app.listen(0, '127.0.0.1')
  try {
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as AddressInfo
    const response = await fetch(`http://127.0.0.1:${port}/`)

    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '2'])
    expect(await response.json()).toMatchObject({ type: `${shared}:unavailable` })
  } finally {
    server.close()
  }
})

describe('a code on the back channel', () => {
  async function asked(person: string) {
    const { config } = await aClient(sso)
    const before = sso.inbox?.mails().length ?? 0
    const hint = { scope: 'openid', login_hint: person, acr_values: acr.code }
    const { auth_req_id } = await client.initiateBackchannelAuthentication(config, hint)
    const approve = (code: string) => aVisitor(sso).post(`${sso.addresses.issuer}/approve`, { auth_req_id, code })
    return { code: await newestCode(sso, before), approve }
  }

  test('that is wrong costs a try, as anywhere', async () => {
    const { code, approve } = await asked('bob@example.test')
    const response = await approve(code === '00000000' ? '00000001' : '00000000')

    expect(await response.clone().json()).toMatchObject({ attemptsLeft: 4 })
    expect(await refusalOf(response)).toEqual({ status: 422, type: `${shared}:wrong-code` })
  })

  test('is good once: a second time the question is closed', async () => {
    const { code, approve } = await asked('alice@example.test')
    expect((await approve(code)).status).toBe(200)
    const again = await approve(code)

    expect(await again.clone().json()).toMatchObject({ why: 'answered' })
    expect(await refusalOf(again)).toEqual({ status: 410, type: `${shared}:challenge-closed` })
  })
})
