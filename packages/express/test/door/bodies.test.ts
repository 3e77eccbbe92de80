import express from 'express'
import fc from 'fast-check'
import supertest, { type Response } from 'supertest'
import { jsonBody, stepUp } from '../../src/index.js'
import { faultOfJsonText, faultOfValue } from '../../src/reading/json-text.js'
import { aBank, transfer } from './bank.js'
import { opened, signedIn, type Visitor } from './visitor.js'

const loaded = { express, stepUp }
const malformed = 'urn:countersign:problem:malformed'

async function sent(
  client: Visitor,
  path: string,
  body: string | Buffer,
  type = 'application/json',
): Promise<Response> {
  return client.raw((agent) =>
    agent
      .post(path)
      .set({ Accept: 'application/json', 'Content-Type': type })
      .serialize((one) => one)
      .send(body as string),
  )
}

/** An application without any step-up, such as an API behind access tokens. */
function anApi() {
  const api = express()
  api.post('/', jsonBody(), (request, response) => {
    response.json(request.body)
  })
  return api
}

const text = JSON.stringify(transfer)
const deep = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`

const bad: readonly (readonly [string, string | Buffer])[] = [
  ['a key twice', text.replace('{', '{"amount":"1.00",')],
  ['a key twice, once with an escape', text.replace('{', '{"\\u0061mount":"1.00",')],
  ['an operator', '{"amount":{"$gt":""},"currency":"EUR","payee":"CH9300762011623852957"}'],
  ['a path', '{"amount.x":"1"}'],
  ['__proto__', `{"__proto__":{"amount":"1.00"},${text.slice(1)}`],
  ['constructor', `{"constructor":{},${text.slice(1)}`],
  ['an array', `[${text}]`],
  ['a null', 'null'],
  ['a text', '"250.00"'],
  ['a number where a text belongs', text.replace('"250.00"', '250')],
  ['a null field', text.replace('"250.00"', 'null')],
  ['an array field', text.replace('"250.00"', '["250.00"]')],
  ['a field that is not there', '{"amount":"250.00","currency":"EUR"}'],
  ['a field too many', text.replace('{', '{"memo":"x",')],
  ['nine levels', deep(9)],
  ['5,000 levels', deep(2500)],
  ['101 keys', JSON.stringify(Object.fromEntries(Array.from({ length: 101 }, (_, at) => [`k${at}`, 1])))],
  ['no JSON', '{amount:1}'],
  ['half a JSON', '{"amount":'],
  ['nothing', ''],
  ['a byte order mark', Buffer.concat([Buffer.of(0xef, 0xbb, 0xbf), Buffer.from(text)])],
  ['what is not UTF-8', Buffer.concat([Buffer.from('{"amount":"'), Buffer.of(0xff, 0xfe), Buffer.from('"}')])],
]

describe.each(['/transfers', '/countersign/challenges', '/countersign/challenges/abc/answer'])(
  'a POST to %s',
  (path) => {
    test.each(bad)('with %s is 400 and malformed', async (_, body) => {
      const client = await signedIn(await aBank(loaded))
      const response = await sent(client, path, body)
      expect([response.status, response.body.type]).toEqual([400, malformed])
      expect(response.text).not.toContain('250.00')
    })

    test('of a megabyte is 413 and malformed', async () => {
      const client = await signedIn(await aBank(loaded))
      const response = await sent(client, path, JSON.stringify({ ticket: 'x'.repeat(1_000_000) }))
      expect([response.status, response.body.type]).toEqual([413, malformed])
    })

    test('in another charset is 400, compressed or of another type 415', async () => {
      const client = await signedIn(await aBank(loaded))
      expect(
        (await sent(client, path, Buffer.from(text, 'utf16le'), 'application/json; charset=utf-16le')).status,
      ).toBe(400)
      const zipped = await client.raw((agent) =>
        agent
          .post(path)
          .set({ Accept: 'application/json', 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' })
          .send(text),
      )
      expect(zipped.status).toBe(415)
      const plain = await sent(client, path, text, 'text/plain')
      expect([plain.status, plain.body.type]).toEqual([415, 'urn:countersign:problem:unsupported-media-type'])
    })
  },
)

describe('the parser by itself', () => {
  test('reads a body', async () => {
    expect((await supertest(anApi()).post('/').send(transfer)).body).toEqual(transfer)
  })

  test.each(bad.slice(0, 6))('refuses %s', async (_, body) => {
    const response = await supertest(anApi()).post('/').set('Content-Type', 'application/json').send(String(body))
    expect([response.status, response.body.type]).toEqual([400, malformed])
  })
})

test.each([12345678, ['12345678'], { $ne: '' }, null, true, '1234567', '12345678x', '１２３４５６７８', ''])(
  'a code that is %j is never compared',
  async (code) => {
    const bank = await aBank(loaded)
    const client = await signedIn(bank)
    const { id } = await opened(client, bank, await client.json.post('/transfers', transfer))

    const response = await client.json.post(`/countersign/challenges/${id}/answer`, { code })

    expect([response.status, response.body.type]).toEqual([400, malformed])
    expect((await client.json.get(`/countersign/challenges/${id}`)).body.challenge.attemptsLeft).toBe(5)
  },
)

test('a code may be typed with spaces and hyphens, and a second one beside it is malformed', async () => {
  const bank = await aBank(loaded)
  const client = await signedIn(bank)
  const { id, code } = await opened(client, bank, await client.json.post('/transfers', transfer))
  const path = `/countersign/challenges/${id}/answer`

  expect((await client.page.post(path, { code, other: code })).status).toBe(400)
  const twice = await client.raw((agent) =>
    agent.post(path).set('Accept', 'application/json').type('form').send(`code=${code}&code=${code}`),
  )
  expect(twice.status).toBe(400)
  expect((await client.json.post(path, { code: ` ${code.slice(0, 4)} - ${code.slice(4)} ` })).status).toBe(200)
})

test('a bound name in the query is 400, and the log says what to write', async () => {
  const client = await signedIn(await aBank(loaded))
  expect((await client.json.post('/transfers?amount=1', transfer)).status).toBe(400)
  expect((await client.json.post('/transfers?page=1', transfer)).status).toBe(403)
})

test('a form knows texts only: numbers and yes or no are read from them, and a field may be left out', async () => {
  const bank = await aBank(loaded)
  const client = await signedIn(bank)
  const asked = await client.raw((agent) =>
    agent.post('/seats').set('Accept', 'application/json').type('form').send({ seats: '2', aisle: 'true' }),
  )
  expect(asked.body.shown).toEqual({ seats: 2, aisle: true })
  expect((await client.json.post('/seats', { seats: '2', aisle: true })).status).toBe(400)
  const { id, code } = await opened(client, bank, asked)
  const { body } = await client.json.post(`/countersign/challenges/${id}/answer`, { code })
  const done = await client.json.post(
    '/seats',
    { seats: 2, aisle: true },
    { 'Countersign-Elevation': body.elevation.token },
  )
  expect(done.body).toEqual({ seats: 2, aisle: true })
})

describe('the scan of a JSON text', () => {
  test('finds nothing in what an object with different keys prints as', () => {
    const key = fc.string({ minLength: 1 }).map((one) => `k${one.replaceAll('.', '')}`)
    const document = fc.dictionary(
      key,
      fc.oneof(fc.string(), fc.double(), fc.boolean(), fc.array(fc.string(), { maxLength: 3 })),
      { maxKeys: 20 },
    )
    fc.assert(
      fc.property(
        document,
        (one) => faultOfJsonText(JSON.stringify(one)) === undefined && faultOfValue(one) === undefined,
      ),
    )
  })

  test('finds a key twice at any depth and in any way of writing', () => {
    const escaped = (key: string) =>
      [...key].map((one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')
    const key = fc.stringMatching(/^[a-z]{1,8}$/)
    fc.assert(
      fc.property(key, fc.string(), fc.integer({ min: 0, max: 6 }), (name, value, depth) => {
        const inner = `{"${name}":${JSON.stringify(value)},"${escaped(name)}":1}`
        const text = `${'{"a":['.repeat(depth / 2)}${inner}${']}'.repeat(depth / 2)}`
        return faultOfJsonText(text) === 'it has a key twice'
      }),
    )
  })

  test('the same key in two objects is no key twice', () => {
    expect(faultOfJsonText('{"a":{"x":1},"b":{"x":1},"c":[{"x":1},{"x":1}]}')).toBeUndefined()
  })
})
