import { EventEmitter, once } from 'node:events'
import session from 'express-session'
import express4 from 'express4'
import request from 'supertest'
import {
  aConfirmingApp,
  type ConfirmingApp,
  challenged,
  passports,
  sessionCookieOf,
  signedIn,
  type Visitor,
  ways,
} from './confirming-app.js'

describe.each(ways)('a right code, on Passport $version with session: $authenticate.session', (way) => {
  let app: ConfirmingApp
  let alice: Visitor
  beforeEach(async () => {
    app = await aConfirmingApp(way)
    alice = await signedIn(app)
  })

  test('succeeds with the user who is signed in, and with what was earned', async () => {
    const answer = await alice.post('/confirm').send(await challenged(app, alice))

    const elevation = {
      token: expect.any(String),
      action: 'login.complete',
      mode: 'once',
      expiresAt: expect.any(String),
    }
    expect(answer.status).toBe(200)
    expect(answer.body).toEqual({ user: { id: 'alice' }, info: { outcome: 'passed', elevation }, elevation })
  })

  test('gives the session a new id once', async () => {
    const before = await alice.get('/who')
    const answer = await alice.post('/confirm').send(await challenged(app, alice))
    const after = await alice.get('/who')

    expect(after.body.id).not.toBe(before.body.id)
    expect(sessionCookieOf(answer)).toContain(encodeURIComponent(after.body.id))
  })

  test('keeps everything in the session', async () => {
    await alice.post('/confirm').send(await challenged(app, alice))

    expect((await alice.get('/who')).body).toMatchObject({ user: { id: 'alice' }, cart: 'two apples' })
  })

  test('leaves the old id dead', async () => {
    const old = sessionCookieOf(await request(app.app).post('/sign-in').send({ user: 'alice' })) ?? ''
    const opened = await request(app.app).post('/challenges').set('Cookie', old).send({ action: 'login.complete' })
    const typed = { challenge: opened.body.id, code: await app.inbox.lastCode() }
    await request(app.app).post('/confirm').set('Cookie', old).send(typed).expect(200)

    const { body } = await request(app.app).get('/who').set('Cookie', old)

    expect(body).toMatchObject({ user: null, cart: null })
  })

  test('earns what its session may spend once', async () => {
    const { body } = await alice.post('/confirm').send(await challenged(app, alice))
    const spend = () => alice.post('/spend').send({ action: 'login.complete', token: body.elevation.token })

    expect((await spend()).body).toMatchObject({ outcome: 'allow', stepUp: { subject: 'alice' } })
    expect((await spend()).body).toMatchObject({ outcome: 'already-used' })
  })

  test('leaves a window that was open before it open', async () => {
    const window = await alice.post('/confirm').send(await challenged(app, alice, 'notes.open'))
    await alice
      .post('/confirm')
      .send(await challenged(app, alice))
      .expect(200)

    const { body } = await alice.post('/spend').send({ action: 'notes.open', token: window.body.elevation.token })

    expect(body).toMatchObject({ outcome: 'allow' })
  })
})

describe.each(ways)('the old id, on Passport $version with session: $authenticate.session', (way) => {
  test('stays dead although a slow request that changed its session ends after the code', async () => {
    const gate = gateway()
    const app = await aConfirmingApp({
      ...way,
      routes: (app) =>
        app.get('/slow', async (request, response) => {
          request.session.cart = 'changed'
          await gate.pass()
          response.send('slow')
        }),
    })
    const old = sessionCookieOf(await request(app.app).post('/sign-in').send({ user: 'alice' })) ?? ''
    const asAlice = (method: 'get' | 'post', path: string) => request(app.app)[method](path).set('Cookie', old)
    const opened = await asAlice('post', '/challenges').send({ action: 'login.complete' })
    const running = asAlice('get', '/slow').then((response) => response.text)
    await gate.arrived
    await asAlice('post', '/confirm')
      .send({ challenge: opened.body.id, code: await app.inbox.lastCode() })
      .expect(200)

    gate.release()

    expect(await running).toBe('slow')
    expect((await asAlice('get', '/who')).body).toMatchObject({ user: null, cart: null })
  })
})

/** Holds a request until it is let go. */
function gateway() {
  const gate = new EventEmitter()
  const pass = () => {
    gate.emit('arrived')
    return once(gate, 'released')
  }
  return { arrived: once(gate, 'arrived'), release: () => gate.emit('released'), pass }
}

describe('a right code', () => {
  test('brings a window as a cookie, too, that guards read', async () => {
    const app = await aConfirmingApp()
    const alice = await signedIn(app)

    const answer = await alice.post('/confirm').send(await challenged(app, alice, 'notes.open'))

    const { token } = answer.body.elevation
    expect(answer.headers['set-cookie']).toContainEqual(expect.stringMatching(`^countersign=${token};.*HttpOnly`))
  })

  test('does the same on Express 4', async () => {
    const app = await aConfirmingApp({ express: express4 })
    const alice = await signedIn(app)
    const before = await alice.get('/who')

    const { body } = await alice.post('/confirm').send(await challenged(app, alice, 'notes.open'))

    expect(body).toMatchObject({ user: { id: 'alice' }, elevation: { action: 'notes.open' } })
    const after = await alice.get('/who')
    expect(after.body).toMatchObject({ user: { id: 'alice' }, cart: 'two apples' })
    expect(after.body.id).not.toBe(before.body.id)
  })

  test('keeps the named content only where names are given', async () => {
    const app = await aConfirmingApp({ strategy: { keepInSession: ['passport'] } })
    const alice = await signedIn(app)
    const { body } = await alice.post('/confirm').send(await challenged(app, alice))

    expect((await alice.get('/who')).body).toMatchObject({ user: { id: 'alice' }, cart: null })
    const spent = await alice.post('/spend').send({ action: 'login.complete', token: body.elevation.token })
    expect(spent.body.outcome).toBe('allow')
  })

  test('counts once when it is sent twice at once, and the session lives on', async () => {
    const app = await aConfirmingApp()
    const alice = await signedIn(app)
    const typed = await challenged(app, alice)

    const answers = await Promise.all([alice.post('/confirm').send(typed), alice.post('/confirm').send(typed)])

    expect(answers.map(({ status }) => status).sort()).toEqual([200, 410])
    expect((await alice.get('/who')).body.user).toEqual({ id: 'alice' })
  })

  test('of another challenge at the same moment counts as well, and the session lives on', async () => {
    const app = await aConfirmingApp()
    const alice = await signedIn(app)
    const login = await challenged(app, alice)
    app.clock.advance(31)
    const notes = await challenged(app, alice, 'notes.open')

    const answers = await Promise.all([login, notes].map((typed) => alice.post('/confirm').send(typed)))

    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    const [{ body } = { body: {} }] = answers
    const spent = await alice.post('/spend').send({ action: 'login.complete', token: body.elevation.token })
    expect(spent.body.outcome).toBe('allow')
    expect((await alice.get('/who')).body).toMatchObject({ user: { id: 'alice' }, cart: 'two apples' })
  })

  test('is handed to a callback with the user and the elevation, and nobody is logged in anew', async () => {
    const app = await aConfirmingApp({
      routes: (app, { passport }) =>
        app.post('/callback', (request, response, next) => {
          const respond = (error: unknown, user: unknown, info: unknown, status: unknown) =>
            response.json({ error, user, info, status })
          passport.authenticate('security-code', respond)(request, response, next)
        }),
    })
    const alice = await signedIn(app)

    const { body } = await alice.post('/callback').send(await challenged(app, alice))

    expect(body).toMatchObject({
      error: null,
      user: { id: 'alice' },
      info: { elevation: { action: 'login.complete' } },
    })
    expect((await alice.get('/who')).body).toMatchObject({ user: { id: 'alice' }, cart: 'two apples' })
  })
})

describe.each(passports)('logging in behind a right code, on Passport %s', (_, passport) => {
  /** An application that logs somebody in, or out, from the callback; and says which session it had before and after. */
  async function anAppThat(
    acts: (request: Express.Request, user: Express.User, done: (error?: unknown) => void) => void,
  ) {
    const app = await aConfirmingApp({
      passport,
      routes: (app, made) =>
        app.post('/act', (request, response, next) => {
          const act = (error: unknown, user: Express.User | false) => {
            if (error || !user) return next(error)
            const rotated = request.sessionID
            acts(request, user, (failure) => {
              if (failure) return next(failure)
              response.json({ sameId: request.sessionID === rotated })
            })
          }
          made.passport.authenticate('security-code', act)(request, response, next)
        }),
    })
    const alice = await signedIn(app)
    const acted = await alice.post('/act').send(await challenged(app, alice))
    return { acted: acted.body, who: (await alice.get('/who')).body }
  }

  test('the same user keeps the session as it is', async () => {
    const { acted, who } = await anAppThat((request, user, done) => request.logIn(user, done))

    expect(acted).toEqual({ sameId: true })
    expect(who).toMatchObject({ user: { id: 'alice' }, cart: 'two apples' })
  })

  test('the same user keeps it later in the request, too', async () => {
    const { who } = await anAppThat((request, user, done) => setImmediate(() => request.login(user, done)))

    expect(who).toMatchObject({ user: { id: 'alice' }, cart: 'two apples' })
  })

  test('another user gets a new and empty session', async () => {
    const { acted, who } = await anAppThat((request, _, done) => request.logIn({ id: 'bob' }, done))

    expect(acted).toEqual({ sameId: false })
    expect(who).toMatchObject({ user: { id: 'bob' }, cart: null })
  })

  test('logging out empties the session', async () => {
    const { acted, who } = await anAppThat((request, user, done) =>
      request.logIn(user, { session: false }, () => request.logout(done)),
    )

    expect(acted).toEqual({ sameId: false })
    expect(who).toMatchObject({ user: null, cart: null })
  })

  test('a session that is regenerated right behind it is a new one', async () => {
    const { acted, who } = await anAppThat((request, user, done) =>
      request.logIn(user, { session: false }, () => request.session.regenerate(done)),
    )

    expect(acted).toEqual({ sameId: false })
    expect(who).toMatchObject({ user: null, cart: null })
  })
})

test('a session store that fails while the id changes is an error, and nothing is handed out', async () => {
  const sessionStore = new session.MemoryStore()
  const app = await aConfirmingApp({ sessionStore })
  const alice = await signedIn(app)
  const typed = await challenged(app, alice)
  sessionStore.destroy = (_id, callback) => callback?.(new Error('the session store is away'))

  const answer = await alice.post('/confirm').send(typed)

  expect([answer.status, answer.headers['retry-after']]).toEqual([503, '5'])
  expect(answer.body).toMatchObject({ error: { code: 'ERR_COUNTERSIGN_STORE_UNAVAILABLE' } })
  expect(answer.text).not.toContain('elevation')
})
