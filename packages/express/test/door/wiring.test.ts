import type { Log } from '@countersign/core'
import { aCountersign } from '@countersign/testing'
import express from 'express'
import session from 'express-session'
import request from 'supertest'
import { type StepUpOptions, stepUp } from '../../src/index.js'
import { aBank, actions, transfer } from './bank.js'
import { signedIn, visitor } from './visitor.js'

const loaded = { express, stepUp }
const own = { 'Sec-Fetch-Site': 'same-origin' }

/** A log that remembers. */
function remembered(): Log & { lines: { fields: object; message: string }[] } {
  const lines: { fields: object; message: string }[] = []
  const keep = (fields: object, message: string) => {
    lines.push({ fields, message })
  }
  return { lines, info: keep, warn: keep, error: keep }
}

/** An application with one guarded route and what a test put before it; errors come out as JSON. */
async function anApp(
  options: StepUpOptions,
  before: (app: express.Express, door: ReturnType<typeof stepUp>) => void = () => {},
) {
  const log = remembered()
  const { countersign } = await aCountersign({ actions, log })
  log.lines.length = 0
  const door = stepUp(countersign, { clientLimits: 'off', ...options })
  const app = express()
  before(app, door)
  app.use(door.stepUpRoutes)
  app.post('/transfers', door.requireStepUp('transfer.create'), (_request, response) => {
    response.sendStatus(201)
  })
  app.get('/notes', door.requireStepUp('notes.open'), (_request, response) => {
    response.sendStatus(200)
  })
  app.use(
    (
      error: { code?: string; message: string },
      _request: express.Request,
      response: express.Response,
      _next: express.NextFunction,
    ) => {
      response.status(500).json({ code: error.code, message: error.message })
    },
  )
  return { app, log, door }
}

const alice = () => ({ subject: 'alice', session: 'login-1' })

describe('a mistake is named when the door is made', () => {
  async function making(options: object, publicUrl?: () => string) {
    const { countersign } = await aCountersign({ actions, ...(publicUrl && { publicUrl }) })
    return () => stepUp(countersign, { identify: alice, ...options })
  }

  test('without identify', async () => {
    const make = await making({ identify: undefined })
    expect(make).toThrow(
      expect.objectContaining({
        code: 'ERR_COUNTERSIGN_IDENTIFY',
        message: expect.stringContaining('identify: (request) => request.session'),
      }),
    )
  })

  test.each(['countersign', '/countersign/', '/', '', '/a/../b', '/a?b', '/a b'])('with the base %j', async (base) => {
    expect(await making({ base })).toThrow(expect.objectContaining({ code: 'ERR_COUNTERSIGN_BASE' }))
  })

  test('without origins where publicUrl is a function', async () => {
    const make = await making({}, () => 'https://bank.example')
    expect(make).toThrow(
      expect.objectContaining({ code: 'ERR_COUNTERSIGN_ORIGINS', message: expect.stringContaining('origins:') }),
    )
  })

  test.each(['bank.example', 'https://bank.example/path', 'ftp://bank.example'])(
    'with the origin %j',
    async (origin) => {
      expect(await making({ origins: [origin] })).toThrow(expect.objectContaining({ code: 'ERR_COUNTERSIGN_ORIGINS' }))
    },
  )

  test('with an action that there is not', async () => {
    const { door } = await anApp({ identify: alice })
    // @ts-expect-error the compiler says so too
    expect(() => door.requireStepUp('transfer.craete')).toThrow(
      expect.objectContaining({
        code: 'ERR_COUNTERSIGN_UNKNOWN_ACTION',
        message: expect.stringContaining('"transfer.create"'),
      }),
    )
  })
})

describe('a mistake is named at the first request', () => {
  const withSession = (request: express.Request) => request.session

  test('where no session middleware ran', async () => {
    const { app } = await anApp({ identify: withSession })
    const response = await request(app).get('/notes')
    expect([response.status, response.body.code]).toEqual([500, 'ERR_COUNTERSIGN_SESSION_MISSING'])
    expect(response.body.message).toContain('app.use(session(')
  })

  test('where the session middleware is mounted after', async () => {
    const { app } = await anApp({ identify: withSession })
    app.use(session({ secret: 's', resave: false, saveUninitialized: false }))
    expect((await request(app).get('/notes')).body.code).toBe('ERR_COUNTERSIGN_SESSION_MISSING')
  })

  test('where the person is taken from a session that is not there', async () => {
    const { app } = await anApp({ identify: (one) => ({ subject: one.session?.userId, session: one.session }) })
    expect((await request(app).get('/notes')).body.code).toBe('ERR_COUNTERSIGN_SESSION_MISSING')
  })

  test('but nobody on purpose is nobody', async () => {
    const { app } = await anApp({ identify: () => null })
    expect((await request(app).get('/notes')).status).toBe(401)
  })

  test('where identify gives the id of the session', async () => {
    const { app } = await anApp({ identify: (one) => ({ subject: 'alice', session: one.sessionID }) }, (one) => {
      one.use(session({ secret: 's', resave: false, saveUninitialized: false }))
    })
    expect((await request(app).get('/notes')).body.code).toBe('ERR_COUNTERSIGN_SESSION_ID')
  })

  test('where identify gives a session object that nobody keeps', async () => {
    const { app } = await anApp({ identify: () => ({ subject: 'alice', session: {} }) })
    expect((await request(app).get('/notes')).body.code).toBe('ERR_COUNTERSIGN_SESSION_OBJECT')
  })

  test('where no body parser ran', async () => {
    const { app } = await anApp({ identify: alice })
    const response = await request(app).post('/transfers').send(transfer)
    expect([response.status, response.body.code]).toEqual([500, 'ERR_COUNTERSIGN_BODY_NOT_PARSED'])
    expect(response.body.message).toContain('app.use(jsonBody())')
  })

  test('where every proxy is trusted, by guard and routes', async () => {
    const { app } = await anApp({ identify: alice }, (one) => one.set('trust proxy', true))
    expect((await request(app).get('/notes')).body.code).toBe('ERR_COUNTERSIGN_TRUST_PROXY')
    expect((await request(app).get('/countersign/challenges/x')).body.code).toBe('ERR_COUNTERSIGN_TRUST_PROXY')
    app.set('trust proxy', 1)
    expect((await request(app).get('/notes')).status).toBe(403)
  })

  test('where a bound field is also a parameter of the route', async () => {
    const bank = await aBank(loaded)
    const client = await signedIn(bank)
    const response = await client.json.post('/payees/p-1/wrongly', { id: 'p-2' })
    expect(response.status).toBe(500)
    expect(response.text).toContain('requireStepUp(&#39;payee.remove&#39;, { bind: (request) =&gt;')
  })

  test('where stepUpOf is asked without a guard', async () => {
    const { app, door } = await anApp({ identify: alice })
    app.get('/open', (one, response) => {
      response.json(door.stepUpOf(one, 'notes.open'))
    })
    expect((await request(app).get('/open')).status).toBe(500)
    expect(() => door.stepUpOf({}, 'notes.open')).toThrow(
      expect.objectContaining({ code: 'ERR_COUNTERSIGN_NOT_GUARDED' }),
    )
  })
})

describe('who is signed in', () => {
  const statusFor = async (fields: object) => {
    const { app, log } = await anApp({ identify: (one) => one.session }, (one) => {
      one.use(session({ secret: 's', resave: false, saveUninitialized: false }))
      one.use((incoming, _response, next) => {
        Object.assign(incoming.session, fields)
        next()
      })
    })
    const first = await request(app).get('/notes')
    await request(app).get('/notes')
    return { status: first.status, lines: log.lines }
  }

  test.each([
    { userId: 'alice' },
    { userId: 7 },
    { user: { id: 'alice' } },
    { passport: { user: 'alice' } },
    { passport: { user: { id: 'alice' } } },
    { userId: 7, user: { id: '7' } },
  ])('is read from %j', async (fields) => {
    expect((await statusFor(fields)).status).toBe(403)
  })

  test('is nobody where the session names none; the log names the fields that it has, once', async () => {
    const { status, lines } = await statusFor({ account: 'alice' })
    expect(status).toBe(401)
    expect(lines).toEqual([
      {
        fields: { fields: ['cookie', 'account'] },
        message: expect.stringContaining('identify: (request) => ({ subject:'),
      },
    ])
  })

  test('is nobody where the session names two; the log says so, once', async () => {
    const { status, lines } = await statusFor({ userId: 'alice', passport: { user: 'bob' } })
    expect(status).toBe(401)
    expect(lines).toEqual([
      { fields: expect.objectContaining({ code: 'ERR_COUNTERSIGN_TWO_SUBJECTS' }), message: expect.any(String) },
    ])
  })

  test('is asked once a request', async () => {
    let asked = 0
    const { app, door } = await anApp({
      identify: () => {
        asked += 1
        return alice()
      },
    })
    app.get('/twice', door.requireStepUp('balance.read'), door.requireStepUp('balance.read'), async (one, response) => {
      await door.demandStepUp(one, 'balance.read', {})
      response.sendStatus(200)
    })
    expect((await request(app).get('/twice')).status).toBe(200)
    expect(asked).toBe(1)
  })

  test.each([
    ['an empty text', ''],
    ['a text of 257 characters', 'a'.repeat(257)],
    ['a text that is not well-formed', 'alice\ud800'],
    ['no whole number', Number.NaN],
  ])(
    'is refused as a mistake where identify gives %s, by guard and pages, and the process goes on',
    async (_what, subject) => {
      const { app } = await anApp({ identify: () => ({ subject, session: 'login-1' }) })

      for (const path of ['/notes', '/countersign/account', '/countersign/account'])
        expect((await request(app).get(path)).body.code).toBe('ERR_COUNTERSIGN_SUBJECT')
    },
  )

  test('may be said by the application, and what identify throws is the application’s error', async () => {
    const { app } = await anApp({ identify: () => Promise.reject(new Error('people are away')) })
    expect((await request(app).get('/notes')).body.message).toBe('people are away')
  })
})

describe('a malformed body', () => {
  test('is answered without a reason; the log has the line to write, once', async () => {
    const { app, log } = await anApp({ identify: alice }, (one, door) => one.use(door.jsonBody()))
    for (let time = 0; time < 2; time++) {
      const response = await request(app)
        .post('/transfers')
        .send({ ...transfer, memo: 'secret' })
      expect(Object.keys(response.body).sort()).toEqual(['requestId', 'status', 'title', 'type'])
    }
    expect(log.lines).toEqual([
      {
        fields: { action: 'transfer.create', field: 'memo' },
        message: expect.stringContaining('unbound: ["_csrf","memo"]'),
      },
    ])
  })
})

describe('the application answers itself', () => {
  test('nobody, by onAnonymous', async () => {
    const { app } = await anApp({
      identify: () => null,
      onAnonymous: (_one, response) => response.redirect('/sign-in'),
    })
    expect((await request(app).get('/notes')).headers.location).toBe('/sign-in')
  })

  test('whoever a guard refused, by onRefused', async () => {
    const { app } = await anApp({
      identify: alice,
      onRefused: (_one, response, problem) => response.status(418).json({ because: problem.type }),
    })
    const response = await request(app).get('/notes').set('Accept', 'text/html')
    expect([response.status, response.body.because]).toEqual([418, 'urn:countersign:problem:step-up-required'])
  })
})

describe('demandStepUp', () => {
  test('says what a guard would answer, and allows what a guard would', async () => {
    const bank = await aBank(loaded, {
      before: (app) => app.use('/graph', express.json()),
    })
    bank.app.post('/graph', async (one, response) => {
      const { demandStepUp } = bank.door
      const demanded = await demandStepUp(one, 'transfer.create', one.body)
      response.json(demanded.outcome === 'allow' ? { done: demanded.stepUp.bound } : demanded)
    })
    const client = await signedIn(bank)

    expect((await visitor(bank.app).json.post('/graph', transfer)).body.outcome).toBe('not-signed-in')
    expect((await client.json.post('/graph', { amount: 1 })).body).toMatchObject({
      outcome: 'malformed',
      problem: { status: 400 },
    })
    const needed = await client.json.post('/graph', transfer)
    expect(needed.body).toMatchObject({ outcome: 'code-needed', problem: { status: 403, shown: transfer } })

    const open = await client.json.post('/countersign/challenges', { ticket: needed.body.problem.ticket })
    const answer = await client.json.post(`/countersign/challenges/${open.body.challenge.id}/answer`, {
      code: await bank.inbox.lastCode(),
    })
    const done = await client.json.post('/graph', transfer, { 'Countersign-Elevation': answer.body.elevation.token })
    expect(done.body).toEqual({ done: transfer })
  })
})

test('links in messages name the path of the public URL once', async () => {
  const { countersign, inbox } = await aCountersign({ actions, publicUrl: 'https://example.test/bank' })
  stepUp(countersign, { identify: alice, base: '/bank/countersign' })
  await countersign.challenges.open({ ...alice(), action: 'notes.open' })
  await inbox.lastCode()
  expect(inbox.messages()[0]?.notMeUrl.reveal()).toMatch(/^https:\/\/example\.test\/bank\/countersign\/not-me\?token=/)
})

test('the routes are found where the application mounts them', async () => {
  const { countersign } = await aCountersign({ actions })
  const door = stepUp(countersign, { identify: alice, base: '/bank/codes', clientLimits: 'off' })
  const inner = express.Router().use(door.stepUpRoutes)
  const app = express().use('/bank', inner).use('/bank/codes', door.stepUpRoutes)
  app.get('/notes', door.requireStepUp('notes.open'))

  const { body } = await request(app).get('/notes')
  expect(body.challenges).toBe('/bank/codes/challenges')
  expect((await request(app).post('/bank/codes/challenges').set(own).send({ ticket: body.ticket })).status).toBe(201)
  expect((await request(express().use('/bank/codes', door.stepUpRoutes)).get('/bank/codes/challenges/x')).status).toBe(
    404,
  )
})

test('the routes are found in any case of their path, as Express finds routes', async () => {
  const { app } = await anApp({ identify: alice })
  const asked = await request(app).get('/CounterSign/challenges/x').set('Accept', 'application/json')
  expect(asked.body.type).toBe('urn:countersign:problem:not-found')
})

test('a path that only begins like that of the routes is the application’s', async () => {
  const { app } = await anApp({ identify: alice }, (before) => {
    before.get('/countersignature', (_request, response) => {
      response.sendStatus(200)
    })
  })
  expect((await request(app).get('/countersignature')).status).toBe(200)
  expect((await request(app).get('/countersignatures')).headers['content-type']).toMatch(/^text\/html/)
})
