import { createRequire } from 'node:module'
import express from 'express'
import passport07 from 'passport'
import request from 'supertest'
import { SecurityCodeStrategy } from '../src/index.js'
import { aConfirmingApp, challenged, passports, signedIn } from './confirming-app.js'

test('the suites run on what each Passport says that it is', () => {
  const require = createRequire(import.meta.url)
  const versions = ['passport06', 'passport'].map((name) => String(require(`${name}/package.json`).version))

  expect(versions.map((version, index) => version.startsWith(`${passports[index]?.[0]}.`))).toEqual([true, true])
})

describe('the strategy', () => {
  test('is named security-code, also in what Passport keeps', async () => {
    const { securityCode, passport } = await aConfirmingApp()

    expect(securityCode.name).toBe('security-code')
    expect(() => passport.authenticate('security-code')).not.toThrow()
  })

  test('is not made without identify', async () => {
    const { countersign } = await aConfirmingApp()

    expect(() => Reflect.construct(SecurityCodeStrategy, [{ countersign }])).toThrow(
      expect.objectContaining({
        code: 'ERR_COUNTERSIGN_IDENTIFY',
        message: expect.stringContaining('identify: (request)'),
      }),
    )
  })

  test.each([[undefined], [{}], [{ countersign: {} }]])('is not made of %j', (options) => {
    expect(() => Reflect.construct(SecurityCodeStrategy, [options])).toThrow(
      expect.objectContaining({ code: 'ERR_COUNTERSIGN_NOT_A_COUNTERSIGN' }),
    )
  })

  test('is not made for an action that was not defined', async () => {
    const { countersign } = await aConfirmingApp()
    const options = { countersign, identify: () => null, action: 'login.compleet' }

    expect(() => Reflect.construct(SecurityCodeStrategy, [options])).toThrow(
      expect.objectContaining({ code: 'ERR_COUNTERSIGN_UNKNOWN_ACTION' }),
    )
  })

  test('says which line is missing where no session middleware ran', async () => {
    const { securityCode } = await aConfirmingApp()
    const app = express()
    app.post('/confirm', passport07.authenticate(securityCode, { session: false }))
    app.use(
      (
        error: Error & { code?: string },
        _: express.Request,
        response: express.Response,
        _next: express.NextFunction,
      ) => {
        response.status(500).json({ code: error.code })
      },
    )

    expect((await request(app).post('/confirm')).body).toEqual({ code: 'ERR_COUNTERSIGN_SESSION_MISSING' })
  })

  test('hands on what identify throws, whatever it is', async () => {
    const app = await aConfirmingApp({ strategy: { identify: () => Promise.reject(undefined) } })

    expect((await request(app.app).post('/confirm')).body.error.message).toMatch(/without a reason/)
  })
})

describe('an action that the strategy was told', () => {
  test('is answered', async () => {
    const app = await aConfirmingApp({ strategy: { action: 'login.complete' } })
    const alice = await signedIn(app)

    expect((await alice.post('/confirm').send(await challenged(app, alice))).status).toBe(200)
  })

  test('lets a challenge of any other be unknown, and its right code unspent', async () => {
    const app = await aConfirmingApp({
      strategy: { action: 'login.complete' },
      routes: (app, { passport, countersign }) => {
        const ofAnyAction = new SecurityCodeStrategy({ countersign, identify: (request) => request.session })
        app.post('/any', passport.authenticate(ofAnyAction, { session: false }), (_request, response) => {
          response.sendStatus(204)
        })
      },
    })
    const alice = await signedIn(app)
    const typed = await challenged(app, alice, 'notes.open')

    expect((await alice.post('/confirm').send(typed)).status).toBe(404)
    expect((await alice.post('/any').send(typed)).status).toBe(204)
  })
})

describe('fields', () => {
  test('are read under the names that they were given', async () => {
    const app = await aConfirmingApp({ strategy: { challengeField: 'question', codeField: 'otp' } })
    const alice = await signedIn(app)
    const { challenge, code } = await challenged(app, alice)

    expect((await alice.post('/confirm').send({ question: challenge, otp: code })).status).toBe(200)
  })

  test('that every object has are not the body’s', async () => {
    const app = await aConfirmingApp({ strategy: { codeField: 'constructor' } })
    const alice = await signedIn(app)
    const { challenge } = await challenged(app, alice)

    expect((await alice.post('/confirm').send({ challenge })).status).toBe(400)
  })
})

describe('the user', () => {
  const described = { user: { id: 'mallory', admin: true }, id: 'mallory', admin: true }

  test('is never one that a client described', async () => {
    const app = await aConfirmingApp()
    const alice = await signedIn(app)

    const { body } = await alice.post('/confirm').send({ ...(await challenged(app, alice)), ...described })

    expect(body.user).toEqual({ id: 'alice' })
  })

  test('is the one that userOf gives', async () => {
    const app = await aConfirmingApp({
      strategy: { userOf: async (request) => ({ id: String(request.user?.id), name: 'Alice Keller' }) },
    })
    const alice = await signedIn(app)

    const { body } = await alice.post('/confirm').send({ ...(await challenged(app, alice)), ...described })

    expect(body.user).toEqual({ id: 'alice', name: 'Alice Keller' })
  })

  test.each([[null], [undefined], [false]])(
    'that userOf does not find (%s) is nobody, and no code is compared',
    async (nobody) => {
      let found = false
      const app = await aConfirmingApp({ strategy: { userOf: () => (found ? { id: 'alice' } : nobody) } })
      const alice = await signedIn(app)
      const typed = await challenged(app, alice)

      expect((await alice.post('/confirm').send(typed)).status).toBe(401)
      found = true
      expect((await alice.post('/confirm').send(typed)).status).toBe(200)
    },
  )

  test('is nobody when the request carries somebody else than identify names, and the log says so once', async () => {
    const lines: object[] = []
    const app = await aConfirmingApp({
      log: { info() {}, warn() {}, error: (fields) => lines.push(fields) },
      strategy: { identify: ({ session }) => ({ subject: 'bob', session }) },
    })
    const alice = await signedIn(app)
    const typed = await challenged(app, alice)

    const answers = [await alice.post('/confirm').send(typed), await alice.post('/confirm').send(typed)]

    expect(answers.map(({ status }) => status)).toEqual([401, 401])
    expect(lines).toEqual([{ code: 'ERR_COUNTERSIGN_TWO_SUBJECTS' }])
  })

  test('is a user by number for a subject by text', async () => {
    const app = await aConfirmingApp({
      strategy: { identify: ({ session }) => ({ subject: 7, session }) },
    })
    const seven = await signedIn(app, '7')

    expect((await seven.post('/confirm').send(await challenged(app, seven))).body.user).toEqual({ id: '7' })
  })

  /** An application where the request of somebody whom `identify` names "507f1f77" carries a user with an id. */
  async function withUserId(id: unknown) {
    const app = await aConfirmingApp({
      log: { info() {}, warn() {}, error() {} },
      strategy: {
        identify(one) {
          Object.assign(one, { user: { id } })
          return { subject: '507f1f77', session: one.session }
        },
      },
    })
    const visitor = await signedIn(app)
    return (await visitor.post('/confirm').send(await challenged(app, visitor))).status
  }

  test.each([
    ['an ObjectId', { toString: () => '507f1f77' }, 200],
    ['the ObjectId of another', { toString: () => '507f1f78' }, 401],
    ['a bigint', 507n, 401],
    ['a plain object', { value: '507f1f77' }, 401],
    ['an object without a prototype', Object.create(null), 401],
  ])('is compared by what %s prints, and nobody where it prints nothing of its own', async (_what, id, status) => {
    expect(await withUserId(id)).toBe(status)
  })

  test('is found under the property that Passport was told', async () => {
    const app = express()
    const { securityCode, countersign, inbox } = await aConfirmingApp({
      strategy: { identify: () => ({ subject: 'alice', session: 'sign-in of alice' }) },
    })
    const opened = await countersign.challenges.open({
      subject: 'alice',
      session: 'sign-in of alice',
      action: 'login.complete',
    })
    app.use(express.json(), passport07.initialize({ userProperty: 'person' }), (request, _response, next) => {
      Object.assign(request, { person: { id: 'alice', row: 7 } })
      next()
    })
    app.post('/confirm', passport07.authenticate(securityCode, { session: false }), (request, response) => {
      response.json(Reflect.get(request, 'person'))
    })
    const challenge = opened.outcome === 'opened' ? opened.challenge.id : ''

    const { body } = await request(app)
      .post('/confirm')
      .send({ challenge, code: await inbox.lastCode() })

    expect(body).toEqual({ id: 'alice', row: 7 })
  })
})

describe('the second step of a login', () => {
  /** A login that is nobody's to Passport until the code: only the first half stands in the session. */
  async function aTwoStepApp() {
    return aConfirmingApp({
      strategy: {
        identify: ({ session }) => ({ subject: session.half, session, openedBy: 'password' }),
        action: 'login.complete',
      },
      routes: (app) =>
        app.post('/password', (request, response) => {
          request.session.half = String(request.body.user)
          request.session.cart = 'two apples'
          response.sendStatus(204)
        }),
    })
  }

  test('logs in whom the first step found, with session: true, and keeps what the session held', async () => {
    const app = await aTwoStepApp()
    const alice = request.agent(app.app)
    await alice.post('/password').send({ user: 'alice' })
    expect((await alice.get('/who')).body.user).toBeNull()

    const { body } = await alice.post('/confirm').send(await challenged(app, alice))

    expect(body.user).toEqual({ id: 'alice' })
    expect((await alice.get('/who')).body).toMatchObject({ user: { id: 'alice' }, cart: 'two apples' })
    const spent = await alice.post('/spend').send({ action: 'login.complete', token: body.elevation.token })
    expect(spent.body.outcome).toBe('allow')
  })

  test('logs nobody in without a right code', async () => {
    const app = await aTwoStepApp()
    const alice = request.agent(app.app)
    await alice.post('/password').send({ user: 'alice' })
    const { challenge } = await challenged(app, alice)

    await alice.post('/confirm').send({ challenge, code: '00000000' })

    expect((await alice.get('/who')).body.user).toBeNull()
  })
})

test('two people at once, at a strategy that authenticate was given itself, are each answered for themselves', async () => {
  const arrived: string[] = []
  let bothAreHere: () => void = () => undefined
  const both = new Promise<void>((resolve) => {
    bothAreHere = resolve
  })
  const app = await aConfirmingApp({
    strategy: {
      userOf: async (request) => {
        arrived.push(String(request.user?.id))
        if (arrived.length === 2) bothAreHere()
        await both
        return request.user
      },
    },
    routes: (app, { passport, securityCode }) =>
      app.post('/itself', passport.authenticate(securityCode), (request, response) => {
        response.json(request.user)
      }),
  })
  const alice = await signedIn(app, 'alice')
  const bob = await signedIn(app, 'bob')
  const typed = [await challenged(app, alice), await challenged(app, bob)]

  const answers = await Promise.all([alice, bob].map((one, place) => one.post('/itself').send(typed[place])))

  expect(answers.map(({ body }) => body)).toEqual([{ id: 'alice' }, { id: 'bob' }])
  expect((await alice.get('/who')).body.user).toEqual({ id: 'alice' })
  expect((await bob.get('/who')).body.user).toEqual({ id: 'bob' })
})

test('a callback that throws is told of its own error', async () => {
  const heard: unknown[] = []
  const app = await aConfirmingApp({
    routes: (app, { passport }) =>
      app.post('/throws', (request, response, next) => {
        passport.authenticate('security-code', (error: unknown) => {
          heard.push(error)
          if (!error) throw new Error('a fault of the application')
          response.sendStatus(500)
        })(request, response, next)
      }),
  })

  expect((await request(app.app).post('/throws')).status).toBe(500)
  expect(heard).toEqual([null, expect.objectContaining({ message: 'a fault of the application' })])
})
