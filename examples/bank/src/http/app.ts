import { randomBytes } from 'node:crypto'
import express, { type Express, type RequestHandler } from 'express'
import type { Store } from 'express-session'
import helmet from 'helmet'
import type { Logger } from 'pino'
import { printable } from '../log.js'
import { stylesheet, stylesheetPath } from '../pages/stylesheet.js'
import { mark } from '../pages/theme.js'
import { bankSessions } from '../sessions/session.js'
import type { BankParts } from './bank-parts.js'
import { formBody, knownMediaType } from './body.js'
import { knownHost, ownOrigin } from './own-origin.js'
import { Problem } from './problem.js'
import { refusals } from './refusals.js'
import { accountRoutes } from './routes/account.js'
import { healthRoutes } from './routes/health.js'
import { inboxRoutes } from './routes/inbox.js'
import { notesRoutes } from './routes/notes.js'
import { settingsRoutes } from './routes/settings.js'
import { signInRoutes } from './routes/sign-in.js'
import { signUpRoutes } from './routes/sign-up.js'
import { transferRoutes } from './routes/transfers.js'

/** What stands around the bank's routes. */
export type AppSurroundings = Readonly<{
  publicUrl: URL
  sessionStore: Store
  sessionSecrets: string[]
  trustProxy: false | number | readonly string[]
  log: Logger
}>

/** The bank as an Express application: read from top to bottom, this is the way of a request. */
export function createApp(
  parts: BankParts,
  { publicUrl, sessionStore, sessionSecrets, trustProxy, log }: AppSurroundings,
): Express {
  const app = express()
  app.disable('x-powered-by')
  app.set('query parser', 'simple')
  app.set('trust proxy', typeof trustProxy === 'object' ? [...trustProxy] : trustProxy)

  app.use(accounted(log, parts))
  app.use(securityHeaders())
  app.use(knownHost(publicUrl))
  app.use(healthRoutes(parts))
  app.get(stylesheetPath, sendStylesheet)
  app.get(['/favicon.svg', '/favicon.ico'], sendMark)
  app.use(notKept)

  app.use(ownOrigin(publicUrl))
  app.use(knownMediaType)
  app.use(bankSessions({ store: sessionStore, secrets: sessionSecrets, publicUrl }))
  app.use(sessionThere)
  app.use(parts.stepUp.stepUpRoutes)
  app.use(parts.stepUp.jsonBody())
  app.use(formBody)

  app.use(signInRoutes(parts, publicUrl))
  app.use(signUpRoutes(parts))
  app.use(accountRoutes(parts))
  app.use(transferRoutes(parts))
  app.use(settingsRoutes(parts))
  app.use(notesRoutes(parts))
  app.use(inboxRoutes(parts))

  app.use(nothingHere)
  app.use(refusals(log))
  return app
}

/** Numbers each request and writes one line about it, without its query or its body. */
function accounted(log: Logger, { inbox, seeded }: BankParts): RequestHandler {
  return function accountedMiddleware(request, response, next) {
    const began = performance.now()
    const requestId = randomBytes(9).toString('base64url')
    request.id = requestId
    response.locals.inbox = inbox !== undefined
    response.locals.seeded = seeded
    const { method, path } = request
    response.once('close', () => {
      const milliseconds = Math.round(performance.now() - began)
      log.info({ requestId, method, path: printable(path), status: response.statusCode, milliseconds }, 'request')
    })
    next()
  }
}

/** With `no-referrer`, Chromium would send `Origin: null` on the bank's own forms. */
function securityHeaders(): RequestHandler {
  const self = ["'self'"]
  const none = ["'none'"]
  const directives = {
    defaultSrc: none,
    styleSrc: self,
    imgSrc: self,
    formAction: self,
    baseUri: none,
    objectSrc: none,
    frameAncestors: none,
  }
  return helmet({
    contentSecurityPolicy: { useDefaults: false, directives },
    strictTransportSecurity: { maxAge: 31_536_000, includeSubDomains: true },
    referrerPolicy: { policy: 'same-origin' },
    xFrameOptions: { action: 'deny' },
  })
}

/** What a page shows of a customer stays in no cache; and it differs by language and by who asks. */
const notKept: RequestHandler = function notKeptMiddleware(_request, response, next) {
  response.set('Cache-Control', 'no-store')
  response.vary('Accept, Accept-Language, Cookie')
  next()
}

const sendStylesheet: RequestHandler = function sendStylesheetFile(_request, response) {
  response.set('Cache-Control', 'public, max-age=31536000, immutable').type('css').send(stylesheet)
}

const sendMark: RequestHandler = function sendMarkFile(_request, response) {
  response.set('Cache-Control', 'public, max-age=86400').type('svg').send(mark)
}

/** While its store is away, express-session goes on without a session. */
const sessionThere: RequestHandler = function sessionThereMiddleware(request, _response, next) {
  next(request.session ? undefined : new Problem('unavailable', { retryAfterSeconds: 2 }))
}

const nothingHere: RequestHandler = function nothingHereMiddleware(_request, _response, next) {
  next(new Problem('not-found'))
}
