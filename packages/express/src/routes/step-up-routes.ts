import express, { type RequestHandler, type Router } from 'express'
import { problem } from '../answering/problem.js'
import { refuse } from '../answering/respond.js'
import type { Parts } from '../parts.js'
import { watchSessionOf } from '../session/rotate-session.js'
import { answerChallenge, answerShape } from './answer-challenge.js'
import { acceptProof, linkFormShape, linkShape, showNotMe, showProof, stopNotMe } from './links.js'
import { openChallenge, openShape } from './open-challenge.js'
import { cancelChallenge, cancelShape, resendCode, resendShape } from './resend-and-cancel.js'
import { serveAsset } from './serve-asset.js'
import { showChallenge, showShape } from './show-challenge.js'
import { showStepUp, stepUpShape } from './show-step-up.js'
import { gate, personRoute, route } from './visit.js'

/** All routes below the base. Everything else passes by, but for the watch over the session store (see `watchSessionStore`). */
export function stepUpRoutes(parts: Parts): RequestHandler {
  const ours = ourRoutes(parts)
  const mounted = new Map<string, Router>()

  return function stepUpRoutesMiddleware(request, response, next) {
    watchSessionOf(request)
    routerBelow(request.baseUrl)(request, response, next)
  }

  /** `base` is as the browser sees it: what Express has already taken off for a mounted router comes off here too. */
  function routerBelow(baseUrl: string): Router {
    const known = mounted.get(baseUrl)
    if (known) return known
    const router = express.Router().use(pathBelow(baseUrl, parts.base), ours)
    // A parameter in the path of a mounted router makes many of them; they are cheap to make again.
    if (mounted.size < 16) mounted.set(baseUrl, router)
    return router
  }
}

function pathBelow(baseUrl: string, base: string): string {
  if (baseUrl === base) return '/'
  return base.startsWith(`${baseUrl}/`) ? base.slice(baseUrl.length) : base
}

function ourRoutes(parts: Parts): Router {
  const router = express.Router()
  router.use(gate(parts))
  router.get('/step-up', personRoute(parts, stepUpShape(parts), showStepUp(parts)))
  router.post('/challenges', personRoute(parts, openShape(parts), openChallenge(parts)))
  router.get('/challenges/:id', personRoute(parts, showShape(parts), showChallenge(parts)))
  router.delete('/challenges/:id', personRoute(parts, cancelShape(parts), cancelChallenge(parts)))
  router.post('/challenges/:id/answer', personRoute(parts, answerShape(parts), answerChallenge(parts)))
  router.post('/challenges/:id/resend', personRoute(parts, resendShape(parts), resendCode(parts)))
  router.post('/challenges/:id/cancel', personRoute(parts, cancelShape(parts), cancelChallenge(parts)))
  router.get('/not-me', route(parts, linkShape(parts), showNotMe(parts)))
  router.post('/not-me', route(parts, linkFormShape(parts, 'not-me'), stopNotMe(parts)))
  router.get('/proofs', route(parts, linkShape(parts), showProof(parts)))
  router.post('/proofs', route(parts, linkFormShape(parts, 'proofs'), acceptProof(parts)))
  router.get('/assets/:name', serveAsset(parts))
  router.use(nothingHere(parts))
  return router
}

function nothingHere(parts: Parts): RequestHandler {
  return function nothingHereRoute(request, response, next) {
    const page = { page: 'malformed', back: parts.home } as const
    refuse(request, response, { problem: problem('not-found'), page }, parts.show).catch(next)
  }
}
