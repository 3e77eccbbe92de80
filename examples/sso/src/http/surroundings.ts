import { randomBytes } from 'node:crypto'
import { mark, printable, stylesheet, stylesheetPath } from '@countersign/example-bank/parts'
import type { Express, RequestHandler } from 'express'
import helmet from 'helmet'
import type { Logger } from 'pino'

/** What stands before the routes of each of the three programs: a line in the log, headers, and what pages look like. */
export function surround(app: Express, { log, policy }: Readonly<{ log: Logger; policy: string }>): void {
  app.disable('x-powered-by')
  app.set('query parser', 'simple')
  app.use(accounted(log))
  app.use(
    helmet({
      contentSecurityPolicy: false,
      referrerPolicy: { policy: 'same-origin' },
      xFrameOptions: { action: 'deny' },
    }),
  )
  app.use(withPolicy(policy))
  app.get(stylesheetPath, sendStylesheet)
  app.get(['/favicon.svg', '/favicon.ico'], sendMark)
}

function withPolicy(policy: string): RequestHandler {
  return function withPolicyMiddleware(_request, response, next) {
    response.set({ 'Content-Security-Policy': policy, 'Cache-Control': 'no-store' })
    response.vary('Accept, Accept-Language, Cookie')
    next()
  }
}

/** Numbers each request and writes one line about it, without its query or its body. */
function accounted(log: Logger): RequestHandler {
  return function accountedMiddleware(request, response, next) {
    const began = performance.now()
    const requestId = randomBytes(9).toString('base64url')
    request.id = requestId
    const { method, path } = request
    response.once('close', () => {
      const milliseconds = Math.round(performance.now() - began)
      log.info({ requestId, method, path: printable(path), status: response.statusCode, milliseconds }, 'request')
    })
    next()
  }
}

const sendStylesheet: RequestHandler = function sendStylesheetFile(_request, response) {
  response.set('Cache-Control', 'public, max-age=31536000, immutable').type('css').send(stylesheet)
}

const sendMark: RequestHandler = function sendMarkFile(_request, response) {
  response.set('Cache-Control', 'public, max-age=86400').type('svg').send(mark)
}
