import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { StoreUnavailable } from '@countersign/core'
import { memoryStore } from '@countersign/memory'
import request from 'supertest'
import { type Refusal, refusals, statusOf } from '../src/outcome.js'
import {
  aConfirmingApp,
  type ConfirmingApp,
  challenged,
  otherThan,
  passports,
  signedIn,
  type Visitor,
} from './confirming-app.js'

/** What the strategy tells Passport, as a callback hears it. */
const told: NonNullable<Parameters<typeof aConfirmingApp>[0]> = {
  routes: (app, { passport }) =>
    app.post('/told', (request, response, next) => {
      const tell = (error: unknown, user: unknown, info: unknown, status: unknown) =>
        error ? next(error) : response.json({ user, info, status })
      passport.authenticate('security-code', tell)(request, response, next)
    }),
}

let app: ConfirmingApp
let alice: Visitor
beforeEach(async () => {
  app = await aConfirmingApp(told)
  alice = await signedIn(app)
})

/** A fail with an info and a status: no user, no error. */
function refused(info: object, status: number) {
  return { user: false, info: { message: expect.any(String), ...info }, status }
}

describe('fails, and names the outcome with its status,', () => {
  test('for a wrong code, which costs a try', async () => {
    const { challenge, code } = await challenged(app, alice)

    const { body } = await alice.post('/told').send({ challenge, code: otherThan(code) })

    expect(body).toEqual(refused({ outcome: 'wrong', attemptsLeft: 4, message: 'That code does not match' }, 422))
  })

  test('for the code of an earlier message', async () => {
    const { challenge, code } = await challenged(app, alice)
    app.clock.advance(31)
    await challenged(app, alice)

    const { body } = await alice.post('/told').send({ challenge, code })

    expect(body).toEqual(refused({ outcome: 'earlier-code', attemptsLeft: 4, sentAt: expect.any(String) }, 422))
  })

  test('for a challenge that is closed', async () => {
    const typed = await challenged(app, alice)
    await alice.post('/told').send(typed)

    const { body } = await alice.post('/told').send(typed)

    expect(body).toEqual(refused({ outcome: 'closed', why: 'answered', at: expect.any(String) }, 410))
  })

  test('for somebody else’s challenge, and costs nobody a try', async () => {
    const typed = await challenged(app, alice)
    const bob = await signedIn(app, 'bob')

    const { body } = await bob.post('/told').send(typed)

    expect(body).toEqual(refused({ outcome: 'not-found' }, 404))
    expect((await alice.post('/told').send(typed)).body.user).toEqual({ id: 'alice' })
  })

  test('while codes pause, after ten wrong ones', async () => {
    const first = await challenged(app, alice)
    for (let tries = 0; tries < 5; tries++) await alice.post('/told').send({ ...first, code: otherThan(first.code) })
    app.clock.advance(31)
    const second = await challenged(app, alice)
    for (let tries = 0; tries < 5; tries++) await alice.post('/told').send({ ...second, code: otherThan(second.code) })

    const { body } = await alice.post('/told').send(second)

    expect(body).toEqual(refused({ outcome: 'locked', retryAt: expect.any(String) }, 423))
  })

  test('for nobody, and costs the person nothing', async () => {
    const { challenge, code } = await challenged(app, alice)
    const stranger = () =>
      request(app.app)
        .post('/told')
        .send({ challenge, code: otherThan(code) })

    for (let tries = 0; tries < 6; tries++)
      expect((await stranger()).body).toEqual(refused({ outcome: 'not-signed-in' }, 401))

    expect((await alice.post('/told').send({ challenge, code })).body.user).toEqual({ id: 'alice' })
  })
})

test('the README names each outcome of a refusal with its status', () => {
  const readme = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8')
  const rows = [...readme.matchAll(/`fail\(\{ outcome: '([\w-]+)'.* \| (\d+) \|/g)].map(([, outcome, status]) => [
    outcome,
    Number(status),
  ])

  expect(Object.fromEntries(rows)).toEqual(
    Object.fromEntries(refusals.map((outcome) => [outcome, statusOf({ outcome } as Refusal)])),
  )
})

test('the mail about a pause says where the wrong codes came from', async () => {
  app = await aConfirmingApp({ ...told, strategy: { place: () => 'Basel' } })
  alice = await signedIn(app)
  for (let challenge = 0; challenge < 2; challenge++) {
    const typed = await challenged(app, alice)
    for (let tries = 0; tries < 5; tries++) await alice.post('/told').send({ ...typed, code: otherThan(typed.code) })
    app.clock.advance(31)
  }

  await app.countersign.stop()

  const notice = app.inbox.messages().find(({ kind }) => kind === 'locked')
  expect(notice?.origin.place).toBe('Basel')
})

describe('what is no text of digits', () => {
  const codes = (code: string): readonly (readonly [what: string, code: unknown])[] => [
    ['a number', Number(code)],
    ['a list', [code]],
    ['a list of two', [code, code]],
    ['an object', { toString: code }],
    ['true', true],
    ['null', null],
    ['nothing', undefined],
    ['an empty text', ''],
    ['letters', `${code}x`],
  ]

  test.each(codes('12345678').map(([what]) => what))('is refused and never compared when it is %s', async (what) => {
    const { challenge, code } = await challenged(app, alice)
    const given = new Map(codes(code)).get(what)

    for (let tries = 0; tries < 6; tries++)
      expect((await alice.post('/told').send({ challenge, code: given })).body).toEqual(
        refused({ outcome: 'malformed' }, 400),
      )

    expect((await alice.post('/told').send({ challenge, code })).body.user).toEqual({ id: 'alice' })
  })

  test('is a field of a form that was sent twice', async () => {
    const { challenge, code } = await challenged(app, alice)

    const { body } = await alice.post('/told').type('form').send(`challenge=${challenge}&code=${code}&code=${code}`)

    expect(body).toEqual(refused({ outcome: 'malformed' }, 400))
  })

  test('is also a challenge that is not one text', async () => {
    const { challenge, code } = await challenged(app, alice)

    const { body } = await alice.post('/told').send({ challenge: [challenge], code })

    expect(body).toEqual(refused({ outcome: 'malformed' }, 400))
  })

  test('is not looked for in the query, nor in a body that nobody has read', async () => {
    const { challenge, code } = await challenged(app, alice)

    const { body } = await alice.post(`/told?challenge=${challenge}&code=${code}`).type('text').send('challenge')

    expect(body).toEqual(refused({ outcome: 'malformed' }, 400))
  })

  test('may hold spaces and hyphens', async () => {
    const { challenge, code } = await challenged(app, alice)

    const { body } = await alice.post('/told').send({ challenge, code: ` ${code.slice(0, 4)}-${code.slice(4)} ` })

    expect(body.user).toEqual({ id: 'alice' })
  })
})

describe.each(passports)('without a callback, Passport %s', (_, passport) => {
  test('answers a refusal with its status', async () => {
    const app = await aConfirmingApp({ passport })
    const alice = await signedIn(app)
    const { challenge, code } = await challenged(app, alice)

    const answer = await alice.post('/confirm').send({ challenge, code: otherThan(code) })

    expect([answer.status, answer.text]).toEqual([422, 'Unprocessable Entity'])
  })

  test('keeps the sentence of a refusal where it is asked for messages', async () => {
    const authenticate = { failureMessage: true, failureRedirect: '/messages' }
    const app = await aConfirmingApp({
      passport,
      authenticate,
      routes: (app) =>
        app.get('/messages', (request, response) => {
          response.json(Reflect.get(request.session, 'messages'))
        }),
    })
    const alice = await signedIn(app)
    const { challenge, code } = await challenged(app, alice)

    const { body } = await alice
      .post('/confirm')
      .redirects(1)
      .send({ challenge, code: otherThan(code) })

    expect(body).toEqual(['That code does not match'])
  })
})

describe('a store that is away', () => {
  /** A memory store that fails from a moment on. */
  function failingStore() {
    const store = memoryStore()
    let away = false
    const subjects = new Proxy(store.subjects, {
      get: (target, name) => {
        const verb: unknown = Reflect.get(target, name)
        if (typeof verb !== 'function') return verb
        return (...given: unknown[]) =>
          away && name !== 'now'
            ? Promise.reject(new StoreUnavailable('The store is away.'))
            : verb.apply(target, given)
      },
    })
    return { store: { ...store, subjects }, goAway: () => (away = true) }
  }

  test.each([[undefined], ['login.complete'] as const])('is an error and no refusal (action: %s)', async (action) => {
    const { store, goAway } = failingStore()
    const app = await aConfirmingApp({ store, ...(action && { strategy: { action } }) })
    const alice = await signedIn(app)
    const typed = await challenged(app, alice)
    goAway()

    const answer = await alice.post('/confirm').send(typed)

    expect([answer.status, Number(answer.headers['retry-after']) > 0]).toEqual([503, true])
    expect(answer.body.error).toMatchObject({ name: 'CountersignError', code: 'ERR_COUNTERSIGN_STORE_UNAVAILABLE' })
  })

  test('is the same when identify is who noticed', async () => {
    const app = await aConfirmingApp({
      strategy: { identify: () => Promise.reject(new StoreUnavailable('The sessions are away.')) },
    })

    const answer = await request(app.app).post('/confirm').send({ challenge: 'any', code: '12345678' })

    expect([answer.status, answer.headers['retry-after']]).toEqual([503, '5'])
  })
})
