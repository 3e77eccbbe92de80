import { type Countersign, defineActions, type Log, type Store } from '@countersign/core'
import { aCountersign } from '@countersign/testing'
import express, { type Request } from 'express'
import session from 'express-session'
import passport07, { type AuthenticateOptions, type PassportStatic } from 'passport'
import passport06 from 'passport06'
import request, { type Response } from 'supertest'
import { type SecurityCodeOptions, SecurityCodeStrategy } from '../src/index.js'

declare module 'express-session' {
  interface SessionData {
    cart: string
    half: string
  }
}

declare global {
  namespace Express {
    interface User {
      id: string
    }
  }
}

export const actions = defineActions({
  'login.complete': { binds: {}, requires: { level: 'code', mode: 'once' } },
  'notes.open': { requires: { level: 'code', mode: 'window' } },
})

/** Each Passport that the strategy runs on. */
export const passports: readonly (readonly [version: string, passport: PassportStatic])[] = [
  ['0.6', passport06],
  ['0.7', passport07],
]

/** Each of them in both ways of `passport.authenticate`. */
export const ways = passports.flatMap(([version, passport]) =>
  [true, false].map((session) => ({ version, passport, authenticate: { session } })),
)

/** What a test may set of the application. */
export type AppParts = Readonly<{
  passport?: PassportStatic
  express?: typeof express
  log?: Log
  strategy?: Partial<SecurityCodeOptions<typeof actions>>
  /** Of `passport.authenticate()` before the route that answers. */
  authenticate?: AuthenticateOptions
  store?: Store
  sessionStore?: session.Store
  /** Routes of a test, put in before the last error handler. */
  routes?: (app: express.Express, made: Made) => void
}>

/** What a route of a test works with. */
export type Made = Readonly<{
  countersign: Countersign<typeof actions>
  passport: PassportStatic
  securityCode: SecurityCodeStrategy<typeof actions>
}>

/** An application with Passport: a sign-in, a route that opens a challenge, one that answers it, and one that shows the session. */
export async function aConfirmingApp(parts: AppParts = {}) {
  const { countersign, clock, inbox, store } = await aCountersign({
    actions,
    securityCode: { delivery: 'direct', hashing: { memoryKiB: 19_456, passes: 2 } },
    ...(parts.store && { store: parts.store }),
    ...(parts.log && { log: parts.log }),
  })
  const passport = aPassport(parts.passport ?? passport07)
  const securityCode = new SecurityCodeStrategy({
    countersign,
    identify: (request) => request.session,
    ...parts.strategy,
  })
  passport.use(securityCode)

  const library = parts.express ?? express
  const app = library()
  app.use(
    session({
      secret: 'a secret for tests',
      resave: false,
      saveUninitialized: false,
      ...(parts.sessionStore && { store: parts.sessionStore }),
    }),
  )
  app.use(passport.session())
  app.use(library.json(), library.urlencoded({ extended: true }))
  app.post('/sign-in', (request, response, next) => {
    request.logIn({ id: String(request.body.user) }, (error) => {
      if (error) return next(error)
      request.session.cart = 'two apples'
      response.sendStatus(204)
    })
  })
  app.post('/challenges', async (request, response) => {
    response.json(await opened(request, request.body.action, request.body.factor))
  })
  app.post('/confirm', passport.authenticate('security-code', parts.authenticate ?? {}), (request, response) => {
    response.json({ user: request.user, info: request.authInfo, elevation: securityCode.elevationOf(request) })
  })
  app.post('/spend', async (request, response) => {
    const whom = await securityCode.whomOf(request)
    const { action, token } = request.body
    response.json(whom && (await countersign.authorize({ ...whom, action, elevations: [token] })))
  })
  app.get('/who', (request, response) => {
    const { user, sessionID, session } = request
    response.json({ user: user ?? null, cart: session.cart ?? null, id: sessionID })
  })
  const made = { countersign, passport, securityCode }
  parts.routes?.(app, made)
  app.use(
    (
      error: Error & { code?: string; status?: number; headers?: object },
      _request: Request,
      response: express.Response,
      _next: express.NextFunction,
    ) => {
      const { status = 500, name, code, message, headers } = error
      response
        .status(status)
        .set({ ...headers })
        .json({ error: { name, code, message } })
    },
  )
  return { ...made, app, clock, inbox, store }

  async function opened(request: Request, action: keyof typeof actions, factor?: string) {
    const whom = await securityCode.whomOf(request)
    if (!whom) throw new Error('Nobody is signed in.')
    const outcome = await countersign.challenges.open({ ...whom, action, ...(factor && { factor }) })
    if (outcome.outcome !== 'opened') throw new Error(outcome.outcome)
    return outcome.challenge
  }
}

export type ConfirmingApp = Awaited<ReturnType<typeof aConfirmingApp>>

/** A Passport of its own for each test, whose users are their ids. */
function aPassport({ Passport }: PassportStatic): PassportStatic {
  const made = new Passport() as PassportStatic
  made.serializeUser((user, done) => done(null, user.id))
  made.deserializeUser((id: string, done) => done(null, { id }))
  return made
}

/** Somebody with a browser. */
export type Visitor = ReturnType<typeof request.agent>

/** Somebody who is signed in. */
export async function signedIn({ app }: Pick<ConfirmingApp, 'app'>, user = 'alice'): Promise<Visitor> {
  const visitor = request.agent(app)
  await visitor.post('/sign-in').send({ user }).expect(204)
  return visitor
}

/** Opens a challenge and reads its code. */
export async function challenged(
  { inbox }: Pick<ConfirmingApp, 'inbox'>,
  visitor: Visitor,
  action: keyof typeof actions = 'login.complete',
) {
  const { body } = await visitor.post('/challenges').send({ action }).expect(200)
  return { challenge: String(body.id), code: await inbox.lastCode() }
}

/** A security code of the visitor's own, which works. */
export async function ownCodeOf({ countersign, inbox }: ConfirmingApp, subject = 'alice'): Promise<string> {
  await countersign.codes.issue({ subject })
  const code = await inbox.lastCode()
  await countersign.codes.activate({ subject, session: 'the session that entered it', code })
  return code
}

/** The session cookie that a response sets, as a client sends it. */
export function sessionCookieOf(response: Response): string | undefined {
  const lines: unknown = response.headers['set-cookie']
  const cookies = Array.isArray(lines) ? lines.map((line) => String(line).split(';', 1)[0]) : []
  return cookies.find((cookie) => cookie?.startsWith('connect.sid='))
}

/** A wrong code of the same length. */
export function otherThan(code: string): string {
  return code.replace(/./, (digit) => String((Number(digit) + 1) % 10))
}
