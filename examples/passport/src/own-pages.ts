import type { RequestHandler } from 'express'
import helmet from 'helmet'

/** What the pages may load and do, and who may show them: their own forms, and nobody within a frame. */
export function pageHeaders(): RequestHandler[] {
  const directives = { defaultSrc: ["'none'"], formAction: ["'self'"], baseUri: ["'none'"], frameAncestors: ["'none'"] }
  return [
    helmet({
      contentSecurityPolicy: { useDefaults: false, directives },
      referrerPolicy: { policy: 'same-origin' },
      xFrameOptions: { action: 'deny' },
    }),
    // What a page shows of a person stays in no cache.
    function notKept(_request, response, next) {
      response.set('Cache-Control', 'no-store')
      next()
    },
  ]
}

/**
 * Lets a request change something only when it comes from an own page. A form of another site would log its visitor in as somebody
 * else, and he would leave his data there.
 */
export function ownForms(publicUrl: string): RequestHandler {
  const { origin: own } = new URL(publicUrl)
  return function ownFormsMiddleware(request, response, next) {
    const { origin, 'sec-fetch-site': site } = request.headers
    const isOwn = site === undefined ? origin === own : site === 'same-origin'
    if (isOwn || request.method === 'GET' || request.method === 'HEAD') next()
    else response.status(403).type('text').send('This form belongs to another site.')
  }
}
