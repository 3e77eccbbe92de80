import { randomBytes } from 'node:crypto'
import { stepUp } from '@countersign/express'
import express, { type Express, type NextFunction, type Request, type Response } from 'express'
import session from 'express-session'
import { logInWith } from './log-in.js'
import { codePage, homePage, inboxPage, passwordPage, type ShownMail } from './pages.js'
import type { People } from './people.js'
import './session.js'
import type { LoginCountersign } from './step-up.js'

/** What the application works with. */
export type AppParts = Readonly<{
  people: People
  countersign: LoginCountersign
  mails: () => readonly ShownMail[]
}>

/** A login in two steps, and a page that needs both. */
export function createApp({ people, countersign, mails }: AppParts): Express {
  const { passport, securityCode } = logInWith(people, countersign)
  const { stepUpRoutes, signOut } = stepUp(countersign, { identify: (request) => request.session })

  const app = express()
  app.use(
    session({
      secret: randomBytes(32).toString('base64url'),
      resave: false,
      saveUninitialized: false,
      cookie: { httpOnly: true, sameSite: 'lax' },
    }),
  )
  // The pages behind the links in mails. It also sees to it that a session that ended stays ended.
  app.use(stepUpRoutes)
  app.use(passport.session())
  app.use(express.urlencoded({ extended: false }))

  app.get('/login', (request, response) => {
    response.send(passwordPage(messagesIn(request)))
  })
  app.post(
    '/login',
    passport.authenticate('local', { failureRedirect: '/login', failureMessage: true }),
    sendCode,
    leadToCode,
  )

  app.get('/login/code', withPassword, (request, response) => {
    response.send(codePage(request.session.challenge ?? '', messagesIn(request)))
  })
  app.post('/login/code/again', withPassword, sendCode, leadToCode)
  app.post(
    '/login/code',
    passport.authenticate('security-code', { failureRedirect: '/login/code', failureMessage: true }),
    completeLogin,
  )

  app.get('/', withPassword, withCode, (request, response, next) => {
    const person = people.byId(request.user?.id ?? '')
    if (person) response.send(homePage(person))
    else next()
  })
  app.post('/logout', async (request, response, next) => {
    await signOut(request)
    request.logout((error) => (error ? next(error) : response.redirect(303, '/login')))
  })
  app.get('/inbox', (_request, response) => {
    response.send(inboxPage(mails()))
  })
  return app

  /** Asks for a code for this login; while a challenge for it lives, it is sent again. */
  async function sendCode(request: Request, _response: Response, next: NextFunction): Promise<void> {
    const whom = await securityCode.whomOf(request)
    const opened = whom && (await countersign.challenges.open({ ...whom, action: 'login.complete' }))
    if (opened?.outcome === 'opened') request.session.challenge = opened.challenge.id
    else leaveMessage(request, 'No code could be sent now. Try again in a minute.')
    next()
  }

  /** A right code is worth one login: it is spent here, and only then is the login whole. */
  async function completeLogin(request: Request, response: Response): Promise<void> {
    const whom = await securityCode.whomOf(request)
    const token = securityCode.elevationOf(request)?.token ?? ''
    const spent = whom && (await countersign.authorize({ ...whom, action: 'login.complete', elevations: [token] }))
    if (spent?.outcome !== 'allow') return leadToCode(request, response)
    request.session.confirmed = spent.stepUp.id
    response.redirect(303, '/')
  }
}

function withPassword(request: Request, response: Response, next: NextFunction): void {
  if (request.user) next()
  else response.redirect(303, '/login')
}

function withCode(request: Request, response: Response, next: NextFunction): void {
  if (request.session.confirmed) next()
  else response.redirect(303, '/login/code')
}

function leadToCode(_request: Request, response: Response): void {
  response.redirect(303, '/login/code')
}

function leaveMessage({ session }: Request, message: string): void {
  session.messages = [...(session.messages ?? []), message]
}

/** They are shown once. */
function messagesIn({ session }: Request): readonly string[] {
  const { messages = [] } = session
  delete session.messages
  return messages
}
