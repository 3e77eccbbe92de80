import { request } from 'node:http'
import { seededPassword } from '../src/seeds.js'
import { createVisitor } from '../src/tour/visitor.js'
import { aBank, aTransfer, type RunningBank, signedIn, typeOf } from './a-bank.js'

let running: RunningBank
beforeAll(async () => {
  running = await aBank()
})
afterAll(() => running.bank.stop())

const credentials = JSON.stringify({ email: 'alice@example.test', password: seededPassword })

/** A request with exactly these headers, `Host` included. */
function raw(
  method: string,
  path: string,
  headers: Record<string, string>,
  body = '',
): Promise<{ status: number; json: { type?: string } }> {
  return new Promise((resolve, reject) => {
    const sent = request(
      { host: '127.0.0.1', port: running.url.port, method, path, headers: { connection: 'close', ...headers } },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString()
          resolve({ status: response.statusCode ?? 0, json: text.startsWith('{') ? JSON.parse(text) : {} })
        })
      },
    )
    sent.on('error', reject)
    sent.end(body)
  })
}

const json = { 'content-type': 'application/json' }
const local = 'http://localhost:1'

describe('where a change may come from', () => {
  test.each<[string, Record<string, string>, number]>([
    ['the own origin', { origin: local }, 200],
    ['another loopback name', { origin: 'http://127.0.0.1:9999' }, 200],
    ['the browser says it is the same', { 'sec-fetch-site': 'same-origin' }, 200],
    ['a page without referrer, by the word of the browser', { origin: 'null', 'sec-fetch-site': 'same-origin' }, 200],
    ['a program that authenticates by itself', { authorization: 'Bearer x' }, 200],
    ['a browser that does so, with its cookies', { authorization: 'Bearer x', cookie: 'bank=x' }, 403],
    ['nobody says', {}, 403],
    ['a page without referrer, from anywhere', { origin: 'null' }, 403],
    ['another site', { origin: 'https://elsewhere.example' }, 403],
    ['another site of the same machine', { 'sec-fetch-site': 'same-site' }, 403],
    ['another site that names the own origin', { origin: local, 'sec-fetch-site': 'cross-site' }, 403],
    ['a name that only begins like the own one', { origin: 'http://localhost.elsewhere.example' }, 403],
  ])('%s', async (_who, headers, status) => {
    const answer = await raw('POST', '/sign-in', { host: 'localhost', ...json, ...headers }, credentials)

    expect(answer.status).toBe(status)
    if (status === 403) expect(answer.json.type).toBe('urn:countersign:problem:foreign-origin')
  })
})

test('a program without a cookie is told to sign in where a session is needed, and not that it is foreign', async () => {
  const headers = { host: 'localhost', ...json, authorization: 'Bearer x' }

  const answer = await raw('POST', '/transfers', headers, JSON.stringify(aTransfer))

  expect([answer.status, answer.json.type]).toEqual([401, 'urn:countersign:problem:not-signed-in'])
})

describe('the host', () => {
  test.each<[string, string, number]>([
    ['localhost', '/sign-in', 200],
    ['127.0.0.1:8', '/sign-in', 200],
    ['[::1]:65000', '/sign-in', 200],
    ['bank.example', '/sign-in', 421],
    ['localhost.elsewhere.example', '/sign-in', 421],
    ['localhost@elsewhere.example', '/sign-in', 421],
    ['bank.example', '/health/live', 200],
    ['bank.example', '/health/ready', 200],
    ['bank.example', '/countersign/step-up', 421],
  ])('%s at %s', async (host, path, status) => {
    expect((await raw('GET', path, { host })).status).toBe(status)
  })
})

describe('the body', () => {
  const origin = { host: 'localhost', origin: local }

  test.each<[string, string, string, number, string]>([
    ['text', 'text/plain', credentials, 415, 'unsupported-media-type'],
    ['a form with files', 'multipart/form-data; boundary=x', '--x--', 415, 'unsupported-media-type'],
    ['half a JSON', 'application/json', '{"email":', 400, 'malformed'],
    ['a list', 'application/json', '[]', 400, 'malformed'],
    ['a key twice', 'application/json', '{"email":"a","email":"b","password":"c"}', 400, 'malformed'],
    ['a prototype', 'application/json', '{"email":"a","password":"c","__proto__":{}}', 400, 'malformed'],
    ['deep nesting', 'application/json', `${'['.repeat(5000)}${']'.repeat(5000)}`, 400, 'malformed'],
    [
      'a megabyte',
      'application/json',
      JSON.stringify({ email: 'x'.repeat(1_000_000), password: 'y' }),
      413,
      'malformed',
    ],
    ['a form with a field twice', 'application/x-www-form-urlencoded', 'email=a&email=b&password=c', 400, 'malformed'],
    ['a form with an operator', 'application/x-www-form-urlencoded', 'email[$ne]=a&password=c', 400, 'malformed'],
    [
      'a form with an unknown field',
      'application/x-www-form-urlencoded',
      'email=a&password=c&admin=true',
      400,
      'malformed',
    ],
  ])('%s', async (_what, type, body, status, problem) => {
    const answer = await raw(
      'POST',
      '/sign-in',
      { ...origin, 'content-type': type, 'content-length': String(Buffer.byteLength(body)) },
      body,
    )

    expect([answer.status, answer.json.type]).toEqual([status, `urn:countersign:problem:${problem}`])
  })
})

test('every answer carries the headers of a bank', async () => {
  const { headers } = await createVisitor('x', running.url).send('GET', '/sign-in', {
    headers: { accept: 'text/html' },
  })

  expect(headers.get('content-security-policy')).toContain("default-src 'none'")
  expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
  expect(headers.get('content-security-policy')).not.toContain('unsafe')
  expect(headers.get('strict-transport-security')).toBe('max-age=31536000; includeSubDomains')
  expect(headers.get('x-content-type-options')).toBe('nosniff')
  expect(headers.get('referrer-policy')).toBe('same-origin')
  expect(headers.get('cross-origin-opener-policy')).toBe('same-origin')
  expect(headers.get('cache-control')).toBe('no-store')
  expect(headers.get('x-powered-by')).toBeNull()
})

test('nobody is signed in: a program is told, a person is led', async () => {
  const visitor = createVisitor('x', running.url)

  for (const path of ['/account', '/notes', '/settings', '/transfers/new']) {
    const program = await visitor.send('GET', path)
    const person = await visitor.send('GET', path, { headers: { accept: 'text/html' } })
    expect([program.status, typeOf(program)]).toEqual([401, 'not-signed-in'])
    expect([person.status, person.headers.get('location')]).toEqual([
      303,
      `/sign-in?returnTo=${encodeURIComponent(path)}`,
    ])
  }
  expect((await visitor.send('POST', '/transfers', { json: aTransfer })).status).toBe(401)
})

test('what is not there is said so, in JSON and as a page', async () => {
  const visitor = createVisitor('x', running.url)
  const program = await visitor.send('GET', '/nowhere')
  const person = await visitor.send('GET', '/nowhere', { headers: { accept: 'text/html', 'accept-language': 'de' } })

  expect([program.status, program.headers.get('content-type')]).toEqual([
    404,
    'application/problem+json; charset=utf-8',
  ])
  expect(person.text).toContain('Diese Seite gibt es nicht')
})

test('health says that the bank lives and is ready', async () => {
  const visitor = createVisitor('x', running.url)

  expect((await visitor.send('GET', '/health/live')).json).toEqual({ live: true })
  expect((await visitor.send('GET', '/health/ready')).json).toMatchObject({ live: true, ready: true })
})

test('the inbox is there only while the bank keeps its mail itself', async () => {
  const elsewhere = await aBank({ smtpUrl: 'smtp://127.0.0.1:1' })
  try {
    expect((await createVisitor('x', running.url).send('GET', '/inbox')).status).toBe(200)
    expect((await createVisitor('x', elsewhere.url).send('GET', '/inbox')).status).toBe(404)
  } finally {
    await elsewhere.bank.stop()
  }
})

test('with a public URL by TLS the cookie has its strict name', async () => {
  const behind = await aBank({ publicUrl: new URL('https://bank.example'), trustProxy: ['loopback'] })
  try {
    const { port } = behind.bank
    const headers = {
      host: 'bank.example',
      'x-forwarded-proto': 'https',
      origin: 'https://bank.example',
      'content-type': 'application/json',
    }
    const response = await new Promise<{ status: number; cookie: string }>((resolve, reject) => {
      const sent = request({ host: '127.0.0.1', port, method: 'POST', path: '/sign-in', headers }, (got) => {
        got.resume()
        got.on('end', () => resolve({ status: got.statusCode ?? 0, cookie: got.headers['set-cookie']?.[0] ?? '' }))
      })
      sent.on('error', reject)
      sent.end(credentials)
    })

    expect(response.status).toBe(200)
    expect(response.cookie).toMatch(/^__Host-bank=[^;]+; Path=\/; HttpOnly; Secure; SameSite=Lax$/)
  } finally {
    await behind.bank.stop()
  }
})

test('no line of the log holds an address, a code or a password', async () => {
  await signedIn(running, 'alice@example.test')

  expect(running.log.length).toBeGreaterThan(10)
  for (const line of running.log) {
    expect(() => JSON.parse(line)).not.toThrow()
    expect(line).not.toMatch(/@example\.test|correct horse|\b\d{8}\b/)
  }
})
