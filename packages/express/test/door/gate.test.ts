import express from 'express'
import request from 'supertest'
import { stepUp } from '../../src/index.js'
import { clientKey } from '../../src/reading/client-limits.js'
import { ownPath } from '../../src/reading/own-path.js'
import { aBank, type BankParts, transfer } from './bank.js'
import { opened, setCookies, signedIn, visitor } from './visitor.js'

const loaded = { express, stepUp }
const path = '/countersign/challenges'
const name = (problem: string) => `urn:countersign:problem:${problem}`

async function post(parts: BankParts, headers: Record<string, string>, body: object = { ticket: 'x' }) {
  const { app } = await aBank(loaded, parts)
  const made = request(app).post(path).set('Accept', 'application/json')
  return made.set(headers).send(body)
}

describe('the host', () => {
  const at = async (host: string, parts: BankParts = { publicUrl: 'https://bank.example' }) => {
    const { app } = await aBank(loaded, parts)
    return (await request(app).get(`${path}/x`).set('Host', host)).status
  }

  test.each(['bank.example', 'BANK.example', 'bank.example:443'])('%s is ours', async (host) => {
    expect(await at(host)).toBe(401)
  })

  test.each(['evil.example', 'bank.example.evil.example', 'bank.example:8443', 'localhost:3000', '127.0.0.1'])(
    '%s is 421',
    async (host) => {
      expect(await at(host)).toBe(421)
    },
  )

  test.each(['localhost', 'localhost:9999', '127.0.0.1:80', '[::1]:3000'])(
    '%s is ours where the public URL is loopback',
    async (host) => {
      expect(await at(host, {})).toBe(401)
    },
  )

  test('of origins is ours too', async () => {
    const parts = {
      publicUrl: () => 'https://a.example',
      options: { origins: ['https://a.example', 'https://b.example'] },
    }
    expect([await at('b.example', parts), await at('c.example', parts)]).toEqual([401, 421])
  })

  test('that a proxy passes on counts only where the proxy is trusted', async () => {
    const forwarded = async (before: (app: express.Express) => void) => {
      const { app } = await aBank(loaded, { publicUrl: 'https://bank.example', before })
      return (await request(app).get(`${path}/x`).set({ Host: '10.0.0.7:3000', 'X-Forwarded-Host': 'bank.example' }))
        .status
    }
    expect(await forwarded(() => {})).toBe(421)
    expect(await forwarded((app) => app.set('trust proxy', 'loopback'))).toBe(401)
  })
})

describe('where a request comes from', () => {
  test.each([
    ['no word about it', {}],
    ['a foreign origin', { Origin: 'https://evil.example' }],
    ['a cross-site fetch', { 'Sec-Fetch-Site': 'cross-site' }],
    ['a same-site fetch of a neighbour', { 'Sec-Fetch-Site': 'same-site', Origin: 'https://other.localhost' }],
    ['the origin null', { Origin: 'null' }],
    ['the origin null of another site', { Origin: 'null', 'Sec-Fetch-Site': 'cross-site' }],
    ['Authorization beside a cookie', { Authorization: 'Bearer x', Cookie: 'a=b' }],
  ] as [string, Record<string, string>][])('%s is 403', async (_, headers) => {
    const response = await post({}, headers)
    expect([response.status, response.body.type]).toEqual([403, name('foreign-origin')])
  })

  test.each([
    ['the browser’s word', { 'Sec-Fetch-Site': 'same-origin' }],
    ['an own origin', { Origin: 'http://localhost:3000' }],
    ['a loopback origin of another port', { Origin: 'http://127.0.0.1:8080' }],
    ['the origin null of an own page', { Origin: 'null', 'Sec-Fetch-Site': 'same-origin' }],
    ['Authorization without a cookie', { Authorization: 'Bearer x' }],
  ] as [string, Record<string, string>][])('%s passes', async (_, headers) => {
    expect((await post({}, headers)).status).toBe(401)
  })

  test('DELETE is asked for it too, and a GET is not', async () => {
    const { app } = await aBank(loaded)
    expect((await request(app).delete(`${path}/x`)).status).toBe(403)
    expect((await request(app).get(`${path}/x`)).status).toBe(401)
  })
})

test('an empty body needs no type; a body of another type is 415', async () => {
  const bank = await aBank(loaded)
  const alice = await signedIn(bank)
  const { id } = await opened(alice, bank, await alice.json.post('/transfers', transfer))
  const bare = await alice.raw((agent) => agent.post(`${path}/${id}/resend`).set('Accept', 'application/json'))
  expect(bare.status).toBe(429)
  const multipart = await alice.raw((agent) => agent.post(path).set('Accept', 'application/json').field('ticket', 'x'))
  expect([multipart.status, multipart.body.type]).toEqual([415, name('unsupported-media-type')])
})

test('unknown paths below the base are 404, and other paths pass by', async () => {
  const { app } = await aBank(loaded)
  app.get('/countersignature', (_request, response) => response.send('mine'))
  expect((await request(app).get('/countersign/nothing')).body.type).toBe(name('not-found'))
  expect((await request(app).get('/countersignature')).text).toBe('mine')
})

describe('with TLS', () => {
  test('cookies are __Host- and Secure, and browsers are told to stay with TLS', async () => {
    const bank = await aBank(loaded, { publicUrl: 'https://bank.example' })
    const { app } = bank
    const at = { Host: 'bank.example', 'Sec-Fetch-Site': 'same-origin', Accept: 'application/json' }
    const signIn = await request(app).post('/sign-in').set(at).send({ user: 'alice' })
    const session = setCookies(signIn)
      .map((line) => line.split(';')[0])
      .join('; ')
    const asked = await request(app)
      .get('/notes')
      .set({ ...at, Cookie: session })
    const open = await request(app)
      .post(path)
      .set({ ...at, Cookie: session })
      .send({ ticket: asked.body.ticket })
    const code = await bank.inbox.lastCode()
    const answer = await request(app)
      .post(`${path}/${open.body.challenge.id}/answer`)
      .set({ ...at, Cookie: session })
      .send({ code })

    const cookies = setCookies(answer)
    expect(cookies.find((line) => line.startsWith('__Host-countersign='))).toMatch(
      /Path=\/;.*HttpOnly; Secure; SameSite=Lax/,
    )
    expect(cookies.some((line) => /domain=/i.test(line))).toBe(false)
    expect(answer.headers['strict-transport-security']).toBe('max-age=31536000; includeSubDomains')

    const now = cookies.map((line) => line.split(';')[0]).join('; ')
    expect(
      (
        await request(app)
          .get('/notes')
          .set({ ...at, Cookie: now })
      ).status,
    ).toBe(200)
    const without = now.replace('__Host-countersign=', 'countersign=')
    expect(
      (
        await request(app)
          .get('/notes')
          .set({ ...at, Cookie: without })
      ).status,
    ).toBe(403)
  })
})

describe('limits per address of the client', () => {
  test('thirty answers a minute, then 429 with Retry-After; another address goes on', async () => {
    const bank = await aBank(loaded, { options: { clientLimits: 'on' }, before: (app) => app.set('trust proxy', 1) })
    const alice = await signedIn(bank)
    const answerFrom = (address: string) =>
      alice.raw((agent) =>
        agent
          .post(`${path}/x/answer`)
          .set({ Accept: 'application/json', 'X-Forwarded-For': address })
          .send({ code: '12345678' }),
      )

    for (let time = 0; time < 30; time++) expect((await answerFrom('2001:db8:1:2::1')).status).toBe(404)
    const over = await answerFrom('2001:db8:1:2:ffff::9')
    expect([over.status, over.body.type]).toEqual([429, name('too-many-requests')])
    expect(Number(over.headers['retry-after'])).toBeGreaterThan(0)
    expect((await answerFrom('2001:db8:1:3::1')).status).toBe(404)
  })

  test('whatever came from an address, a code can be ended from there, and what was not me', async () => {
    const bank = await aBank(loaded, { options: { clientLimits: 'on' }, securityCode: {} })
    const alice = await signedIn(bank)
    const prove = () => alice.json.post('/countersign/account/contacts/prove', { code: '12345678' })
    const follow = () => alice.json.post('/countersign/proofs', { token: 'x' })
    for (let time = 0; time < 31; time++) await Promise.all([prove(), follow()])
    expect([(await prove()).status, (await follow()).status]).toEqual([429, 429])

    expect((await alice.json.post('/countersign/account/code/revoke', {})).status).toBe(200)
    expect((await alice.json.post('/countersign/account/not-me', { event: '1' })).status).toBe(404)
    expect((await alice.json.post('/countersign/not-me', { token: 'x' })).status).toBe(404)
  })

  test('a form is led to a page that says so, and sends nothing when it is loaded again', async () => {
    const bank = await aBank(loaded, { options: { clientLimits: 'on' } })
    const alice = await signedIn(bank)
    for (let time = 0; time < 30; time++) await alice.page.post(`${path}/x/answer`, { code: '12345678' })
    const over = await alice.page.post(`${path}/x/answer`, { code: '12345678' })
    expect(over.status).toBe(303)
    const page = await alice.page.get(String(over.headers.location))
    expect([page.status, page.headers['retry-after']]).toEqual([429, expect.any(String)])
  })

  test.each([
    ['203.0.113.9', '203.0.113.9'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
    ['::ffff:cb00:7109', '203.0.113.9'],
    ['2001:db8::1', '2001:db8:0:0'],
    ['2001:0DB8:0000:0000:1::', '2001:db8:0:0'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
    ['::1', '0:0:0:0'],
    [undefined, 'unknown'],
    ['nonsense', 'unknown'],
  ])('%s counts as %s', (address, key) => {
    expect(clientKey(address)).toBe(key)
  })
})

describe('own paths', () => {
  test.each([
    ['/transfers?a=1', '/transfers?a=1'],
    ['//evil.example', '/'],
    ['/\\evil.example', '/'],
    ['https://evil.example/', '/'],
    ['/.//evil.example', '/'],
    ['/a/..//evil.example', '/'],
    ['javascript:alert(1)', '/'],
    ['\t//evil.example', '/'],
    ['', '/'],
  ])('%j becomes %j', (address, path) => {
    expect(ownPath(address)).toBe(path)
  })

  test('a request for another host’s path is not resumed there', async () => {
    const bank = await aBank(loaded)
    bank.app.use(bank.door.requireStepUp('notes.open'))
    const alice = await signedIn(bank)
    const asked = await alice.page.get('//evil.example/x')
    const ask = await alice.page.get(String(asked.headers.location))
    expect(ask.text).not.toContain('evil.example')
  })
})

test('a page without any cookie says that one is needed', async () => {
  const { app } = await aBank(loaded)
  const page = await visitor(app).page.get('/countersign/step-up?ticket=x')
  expect([page.status, page.text]).toEqual([401, expect.stringContaining('allow cookies')])
})

test('four windows travel at once, the newest first', async () => {
  const { elevationTokens, withWindow, cookieNames } = await import('../../src/reading/elevation-tokens.js')
  const names = cookieNames(false)
  const asked = (cookie: string) => ({ headers: { cookie } }) as express.Request
  const value = withWindow(asked('countersign=a~b~c~d'), names, 'e')
  expect(value).toBe('e~a~b~c')
  const both = `countersign=${value}; countersign-once=one`
  expect(elevationTokens(asked(both), names, 'window')).toEqual(['e', 'a', 'b', 'c', 'one'])
  expect(elevationTokens(asked(both), names, 'once')).toEqual(['one', 'e', 'a', 'b', 'c'])
  const withHeader = { headers: { cookie: both, 'countersign-elevation': 'header' } } as unknown as express.Request
  expect(elevationTokens(withHeader, names, 'once')).toEqual(['header'])
})
