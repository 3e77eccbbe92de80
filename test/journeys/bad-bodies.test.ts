import { newKey } from '@countersign/core'
import { type Inbox, inbox } from '@countersign/testing'
import { aBank, type BankProcess } from '../support/bank-process.js'
import { type Answer, valueAt, verdictOf } from '../support/client.js'
import { aMongoProxy, type MongoProxy } from '../support/mongo-proxy.js'
import { describeOnMongo } from '../support/mongodb.js'
import { anOwnServer, type OwnServer } from '../support/own-server.js'
import { aPerson, type Person } from '../support/person.js'
import {
  accountOf,
  answerWith,
  ask,
  aTransfer,
  elevated,
  nextCode,
  openChallenge,
  openingNotes,
  ticketFor,
  transferring,
} from '../support/step-up.js'
import { until } from '../support/until.js'

const patience = 120_000
const stableTypes = /^urn:(countersign|example:lindenhof-bank):problem:[a-z-]+$/

/** A request that would be taken as it is: its fields are then made worse one by one. */
type Good = Readonly<{ method: 'POST' | 'PUT'; path: string; fields: Readonly<Record<string, string>> }>

const badValues: readonly (readonly [string, string])[] = [
  ['an operator', '{"$ne":null}'],
  ['an expression', '{"$where":"1"}'],
  ['a list', '["a"]'],
  ['an empty list', '[]'],
  ['a number', '12345678'],
  ['nothing', 'null'],
  ['a truth', 'true'],
  ['a prototype', '{"__proto__":{"a":1}}'],
  ['deep nesting', `${'['.repeat(2000)}${']'.repeat(2000)}`],
  ['a megabyte', JSON.stringify('x'.repeat(1024 * 1024))],
]

describeOnMongo('a body that is not what a route takes', () => {
  let server: OwnServer
  let mail: Inbox
  let bank: BankProcess
  let person: Person
  let routes: readonly Good[]
  let challenge: string
  let mails: number
  beforeAll(async () => {
    server = await anOwnServer()
    mail = await inbox()
    bank = await aBank({ mongoUrl: server.bankUrl, smtpUrl: mail.smtpUrl, keys: newKey() })
    person = await aPerson(bank.origin)
    await elevated(person, mail, openingNotes)
    routes = await allRoutes()
    await nextCode(mail, person)
    mails = mail.messages().length
  }, patience)
  afterAll(async () => {
    await bank?.stop()
    await Promise.all([mail?.stop(), server?.stop()])
  }, patience)

  test.each(badValues)(
    'is refused with a stable type wherever a field is %s',
    async (_, value) => {
      for (const route of routes)
        for (const field of Object.keys(route.fields))
          expectRefused(route, field, await send(route, put(route, field, value)))
      await expectNothingHappened()
    },
    patience,
  )

  test(
    'is refused with a stable type when a field is there twice, unknown, or has a name of its own kind',
    async () => {
      const additions = ['"__proto__":{"admin":true}', '"constructor":{}', '"$where":"1"', '"a.b":"1"', '"more":"1"']
      for (const route of routes) {
        const good = JSON.stringify(route.fields)
        for (const [field, value] of Object.entries(route.fields)) {
          const twice = good.replace('{', `{${JSON.stringify(field)}:${JSON.stringify(value)},`)
          expectRefused(route, `${field} twice`, await send(route, twice))
        }
        for (const addition of additions)
          expectRefused(
            route,
            addition,
            await send(route, good === '{}' ? `{${addition}}` : good.replace('{', `{${addition},`)),
          )
      }
      await expectNothingHappened()
    },
    patience,
  )

  test(
    'is refused with a stable type when it is no object, no JSON, too long or of another media type',
    async () => {
      const bodies = [
        'null',
        '[]',
        '"text"',
        '7',
        '{',
        '{"a":',
        '',
        '\u0000',
        `{"a":${'9'.repeat(20_000)}}`,
        `[${'{},'.repeat(9000)}{}]`,
      ]
      for (const route of routes) {
        // An empty body is how a route without fields is called by a form.
        const bad = bodies.filter((body) => body !== '' || Object.keys(route.fields).length > 0)
        for (const body of bad) expectRefused(route, body.slice(0, 20), await send(route, body))
        for (const type of ['text/plain', 'application/xml', 'multipart/form-data; boundary=x'])
          expectRefused(route, type, await send(route, JSON.stringify(route.fields), { 'content-type': type }))
      }
      await expectNothingHappened()
    },
    patience,
  )

  test(
    'is refused with a stable type as the form of a page, too',
    async () => {
      for (const route of routes.filter(({ method }) => method === 'POST')) {
        const good = new URLSearchParams(route.fields).toString()
        const [first] = Object.keys(route.fields)
        const bad = [
          `${good}&__proto__=1`,
          `${good}&a[$ne]=1`,
          `${good}&more=1`,
          ...(first ? [`${good}&${first}=twice`] : []),
        ]
        for (const body of bad) {
          const headers = { 'content-type': 'application/x-www-form-urlencoded' }
          expectRefused(route, body, await send(route, body, headers))
        }
      }
      await expectNothingHappened()
    },
    patience,
  )

  /** Every POST and PUT that there is, as it would be right. */
  async function allRoutes(): Promise<readonly Good[]> {
    const { id } = await openChallenge(person.client, transferring())
    challenge = id
    const ticket = await ticketFor(person.client, transferring())
    const { email, password } = person
    return [
      { method: 'POST', path: '/sign-in', fields: { email, password } },
      { method: 'POST', path: '/sign-up', fields: { name: 'Nora Neu', email: 'bad-bodies@example.test', password } },
      { method: 'POST', path: '/sign-out', fields: {} },
      { method: 'POST', path: '/transfers', fields: { ...aTransfer(), name: 'Rhein Bakery' } },
      { method: 'POST', path: '/settings/email', fields: { email: 'bad-bodies@example.test' } },
      { method: 'PUT', path: '/notes', fields: { text: 'hello' } },
      { method: 'POST', path: '/notes', fields: { text: 'hello' } },
      { method: 'POST', path: '/countersign/challenges', fields: { ticket } },
      { method: 'POST', path: `/countersign/challenges/${id}/answer`, fields: { code: '12345678' } },
      { method: 'POST', path: `/countersign/challenges/${id}/resend`, fields: {} },
      { method: 'POST', path: `/countersign/challenges/${id}/cancel`, fields: {} },
      { method: 'POST', path: '/countersign/not-me', fields: { token: 'a'.repeat(80) } },
      { method: 'POST', path: '/countersign/proofs', fields: { token: 'a'.repeat(80) } },
    ]
  }

  function send({ method, path }: Good, raw: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return person.client.send({ method, path, raw, headers })
  }

  /** Nothing was compared, nothing written, nobody was signed out. */
  async function expectNothingHappened(): Promise<void> {
    const seen = await person.client.get(`/countersign/challenges/${challenge}`)
    expect(seen.json).toMatchObject({ challenge: { attemptsLeft: 5 } })
    expect(valueAt(seen, 'challenge.closed')).toBeUndefined()
    expect(await accountOf(person)).toMatchObject({ balance: '1000.00', transfers: [] })
    expect((await ask(person.client, openingNotes)).json).toEqual({ text: '' })
    expect(mail.messages()).toHaveLength(mails)
    expect(await server.connection.collection('bank.people').countDocuments({ email: 'bad-bodies@example.test' })).toBe(
      0,
    )
  }
})

describeOnMongo('when the database is away', () => {
  let server: OwnServer
  let wire: MongoProxy
  let mail: Inbox
  let bank: BankProcess
  beforeAll(async () => {
    server = await anOwnServer()
    wire = await aMongoProxy(server.url)
    mail = await inbox()
    bank = await aBank({ mongoUrl: wire.url(server.database), smtpUrl: mail.smtpUrl, keys: newKey() })
  }, patience)
  afterAll(async () => {
    await bank?.kill()
    await wire?.stop()
    await Promise.all([mail?.stop(), server?.stop()])
  }, patience)

  test(
    'every request is answered 503 with Retry-After, nobody gets through, and all is as before when it is back',
    async () => {
      const person = await aPerson(bank.origin)
      await elevated(person, mail, openingNotes)
      const token = await elevated(person, mail, transferring())
      const { id } = await openChallenge(person.client, transferring(aTransfer({ amount: '2.00' })))
      const code = await nextCode(mail, person)
      await wire.cut('refuse')

      const { email, password } = person
      const answers = await Promise.all([
        person.client.get('/account'),
        ask(person.client, openingNotes),
        ask(person.client, transferring(), token),
        answerWith(person.client, id, code),
        person.client.get(`/countersign/challenges/${id}`),
        person.client.post('/sign-in', { email, password }),
        person.client.post('/sign-up', { name: 'Nora Neu', email, password }),
        person.client.post('/sign-out'),
        person.client.post('/settings/email', { email: 'away@example.test' }),
      ])

      for (const answer of answers) {
        expect(verdictOf(answer)).toBe('503 unavailable')
        expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
      }
      await wire.heal()
      await until(
        'a bank that is ready again',
        async () => (await person.client.get('/health/ready')).status === 200,
        20_000,
      )
      expect((await ask(person.client, openingNotes)).status).toBe(200)
      expect((await ask(person.client, transferring(), token)).status).toBe(201)
      expect((await answerWith(person.client, id, code)).status).toBe(200)
    },
    patience,
  )
})

function put({ fields }: Good, field: string, value: string): string {
  const others = Object.entries(fields).filter(([name]) => name !== field)
  const texts = others.map(([name, text]) => `${JSON.stringify(name)}:${JSON.stringify(text)}`)
  return `{${[...texts, `${JSON.stringify(field)}:${value}`].join(',')}}`
}

function expectRefused({ method, path }: Good, what: string, answer: Answer): void {
  const { status, json } = answer
  const type = valueAt({ json }, 'type')
  const asItShould = status >= 400 && status < 500 && typeof type === 'string' && stableTypes.test(type)
  expect(asItShould ? [] : [`${method} ${path} with ${what}: ${status} ${answer.text.slice(0, 200)}`]).toEqual([])
}
