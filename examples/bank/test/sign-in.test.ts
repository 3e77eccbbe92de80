import { seededPassword } from '../src/seeds.js'
import { createVisitor } from '../src/tour/visitor.js'
import { aBank, aCustomer, type RunningBank, signedIn, typeOf } from './a-bank.js'

let running: RunningBank
beforeAll(async () => {
  running = await aBank()
})
afterAll(() => running.bank.stop())

test('the seeded people sign in and have 1000.00 EUR', async () => {
  for (const [email, name] of [
    ['alice@example.test', 'Alice Keller'],
    ['bob@example.test', 'Bob Brunner'],
  ] as const) {
    const visitor = await signedIn(running, email)
    const { json } = await visitor.send('GET', '/account')

    expect(json).toEqual({ name, email, balance: '1000.00', currency: 'EUR', transfers: [] })
  }
})

test('an address is taken in any case and with spaces around it', async () => {
  const visitor = createVisitor('Alice', running.url)

  const { status } = await visitor.send('POST', '/sign-in', {
    json: { email: ' Alice@Example.TEST ', password: seededPassword },
  })

  expect(status).toBe(200)
})

test.each([
  ['a wrong password', { email: 'alice@example.test', password: 'wrong' }],
  ['an unknown address', { email: 'nobody@example.test', password: seededPassword }],
  ['half a character in both', { email: 'alice\ud800@example.test', password: '\ud800' }],
  ['no address at all', { email: '', password: seededPassword }],
  ['a password of a thousand characters', { email: 'alice@example.test', password: 'x'.repeat(1000) }],
])('%s gives the same refusal', async (_what, json) => {
  const answer = await createVisitor('Eve', running.url).send('POST', '/sign-in', { json })

  expect([answer.status, typeOf(answer), Object.keys(answer.json)]).toEqual([
    401,
    'wrong-credentials',
    ['type', 'title', 'status', 'requestId'],
  ])
  expect(answer.headers.getSetCookie()).toEqual([])
})

test('signing in leads to an own path, and to no other', async () => {
  const to = async (returnTo: string) => {
    const json = { email: 'alice@example.test', password: seededPassword, returnTo }
    return (await createVisitor('Alice', running.url).send('POST', '/sign-in', { json })).json.returnTo
  }

  expect(await to('/notes?saved=')).toBe('/notes?saved=')
  expect(await to('https://elsewhere.example/')).toBe('/')
  expect(await to('//elsewhere.example/')).toBe('/')
  expect(await to('/\\elsewhere.example/')).toBe('/')
  expect(await to('/.//elsewhere.example/')).toBe('/')
})

test('a session gets a new id at sign-in, and the cookie keeps to the rules', async () => {
  const visitor = createVisitor('Alice', running.url)
  const signIn = () =>
    visitor.send('POST', '/sign-in', { json: { email: 'alice@example.test', password: seededPassword } })

  const [first, second] = [await signIn(), await signIn()]

  const [one = '', other = ''] = [first, second].map(({ headers }) => headers.getSetCookie()[0])
  expect(one).toMatch(/^bank=[^;]+; Path=\/; HttpOnly; SameSite=Lax$/)
  expect(one.split(';')[0]).not.toBe(other.split(';')[0])
})

test('sign-out ends the session for good', async () => {
  const visitor = await signedIn(running, 'bob@example.test')
  const kept = await visitor.send('GET', '/account')
  expect(kept.status).toBe(200)

  const { status, json } = await visitor.send('POST', '/sign-out')

  expect([status, json]).toEqual([200, { signedIn: false }])
  expect((await visitor.send('GET', '/account')).status).toBe(401)
})

test('signing up answers the same for a known and an unknown address', async () => {
  const visitor = createVisitor('Eve', running.url)
  const signUp = (email: string) =>
    visitor.send('POST', '/sign-up', { json: { name: 'Eve', email, password: 'a password of mine' } })

  const [known, unknown] = [await signUp('alice@example.test'), await signUp('eve@example.test')]

  expect([known.status, unknown.status]).toEqual([201, 201])
  expect(known.text).toBe(unknown.text)
  expect(known.headers.getSetCookie()).toEqual([])
})

test('a second person with a known address has an account of her own', async () => {
  const first = await aCustomer(running)
  const second = createVisitor('Second', running.url)
  const json = { name: 'Second', email: first.email, password: 'another good password' }
  await second.send('POST', '/sign-up', { json })

  await second.send('POST', '/sign-in', { json: { email: first.email, password: 'another good password' } })

  expect((await second.send('GET', '/account')).json).toMatchObject({ name: 'Second', balance: '1000.00' })
  expect((await first.send('GET', '/account')).json).toMatchObject({ name: 'Alice Keller' })
})

test.each([
  ['name', { name: '', email: 'a@example.test', password: 'long enough' }],
  ['name', { name: 'Al\u202eice', email: 'a@example.test', password: 'long enough' }],
  ['name', { name: 'Al\ud800', email: 'a@example.test', password: 'long enough' }],
  ['email', { name: 'Al', email: 'a@', password: 'long enough' }],
  ['email', { name: 'Al', email: 'a\ud800@example.test', password: 'long enough' }],
  ['password', { name: 'Al', email: 'a@example.test', password: 'long enough\ud800' }],
  ['password', { name: 'Al', email: 'a@example.test', password: 'short' }],
])('a wrong %s is refused by its name', async (field, json) => {
  const answer = await createVisitor('Al', running.url).send('POST', '/sign-up', { json })

  expect([answer.status, typeOf(answer), answer.json.errors]).toEqual([422, 'wrong-value', [{ field, problem: field }]])
})

test('limits per address of the client stop a guesser', async () => {
  const limited = await aBank({ clientLimits: true })
  try {
    const visitor = createVisitor('Eve', limited.url)
    const attempts = Array.from({ length: 62 }, () =>
      visitor.send('POST', '/sign-in', { json: { email: 'a', password: 'x'.repeat(200) } }),
    )
    const refused = (await Promise.all(attempts)).filter(({ status }) => status === 429)

    expect(refused).toHaveLength(2)
    expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThan(0)
  } finally {
    await limited.bank.stop()
  }
})
