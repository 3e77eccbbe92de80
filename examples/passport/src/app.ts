import { randomBytes } from 'node:crypto'
import { stepUp } from '@countersign/express'
import express, { type Express, type NextFunction, type Request, type Response } from 'express'
import session from 'express-session'
import { logInWith } from './log-in.js'
import { ownForms, pageHeaders } from './own-pages.js'
import { codePage, homePage, inboxPage, passwordPage, type ShownMail, type Way, ways } from './pages.js'
import type { People } from './people.js'
import './session.js'
import type { LoginCountersign } from './step-up.js'

/** What the application works with. */
export type AppParts = Readonly<{
  publicUrl: string
  people: People
  countersign: LoginCountersign
  mails: () => readonly ShownMail[]
}>

/** A login in two steps, and a page that needs both. */
export function createApp({ publicUrl, people, countersign, mails }: AppParts): Express {
  const { passport, securityCode } = logInWith(people, countersign)
  const { stepUpRoutes, signOut } = stepUp(countersign, { identify: (request) => request.session })

  const app = express()
  app.disable('x-powered-by')
  app.use(pageHeaders(), ownForms(publicUrl))
  app.use(
    session({
      secret: randomBytes(32).toString('base64url'),
      resave: false,
      saveUninitialized: false,
      cookie: { httpOnly: true, sameSite: 'lax' },
    }),
  )
  // Half a login looks after no addresses and gets no security code.
  app.use('/countersign/account', withCode)
  // The account page, and the pages behind the links in mails. It also sees to it that a session that ended stays ended.
  app.use(stepUpRoutes)
  app.use(passport.session())
  app.use(express.urlencoded({ extended: false }))

  app.get('/login', (request, response) => {
    response.send(passwordPage(messagesIn(request)))
  })
  app.post(
    '/login',
    passport.authenticate('local', { failureRedirect: '/login', failureMessage: true }),
    askForCode,
    leadToCode,
  )

  app.get('/login/code', withPassword, async (request, response) => {
    const { challenge = '', asked = 'email-code' } = request.session
    response.send(codePage({ challenge, asked, hasOwn: await hasOwnCode(request) }, messagesIn(request)))
  })
  app.post('/login/code/again', withPassword, askForCode, leadToCode)
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

  /**
   * Asks for a code for this login: for the person's own, where he has one, else for one by mail; the form of the second step may ask for
   * the other way. While a challenge for this login lives, it goes on.
   */
  async function askForCode(request: Request, _response: Response, next: NextFunction): Promise<void> {
    const whom = await securityCode.whomOf(request)
    const factor = wayIn(request.body) ?? ((await hasOwnCode(request)) ? 'security-code' : 'email-code')
    const opened = whom && (await countersign.challenges.open({ ...whom, action: 'login.complete', factor }))
    if (opened?.outcome === 'opened')
      Object.assign(request.session, { challenge: opened.challenge.id, asked: opened.challenge.factor })
    else leaveMessage(request, 'No code could be asked for now. Try again in a minute.')
    next()
  }

  async function hasOwnCode({ user }: Request): Promise<boolean> {
    const status = user && (await countersign.codes.status({ subject: user.id }))
    return status?.outcome === 'found' && ['active', 'expiring'].includes(status.code.state)
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

/** What the buttons of the second step ask for. */
function wayIn(body: unknown): Way | undefined {
  const way: unknown = Reflect.get(Object(body), 'way')
  return ways.find((one) => one === way)
}

/** They are shown once. */
function messagesIn({ session }: Request): readonly string[] {
  const { messages = [] } = session
  delete session.messages
  return messages
}
