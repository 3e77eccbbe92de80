import { CountersignError } from '@countersign/core'
import { gate, linkRoutes } from '@countersign/express/door'
import express, { type RequestHandler, type Router } from 'express'
import type { Parts } from '../parts.js'
import { answerChallenge, answerShape } from './answer.js'
import { openChallenge, openShape } from './open.js'
import { readChallenge } from './read-challenge.js'
import { abort, bareShape, leadToNotMe, resendCode, resendShape } from './resend-and-abort.js'
import { showStepUp } from './show.js'
import { ourRoute, type SurroundingsByRequest } from './visit.js'

/** The pages of a step-up, and what the links of its messages lead to. Everything else passes by. */
export function interactionRoutes(parts: Parts, surroundings: SurroundingsByRequest): Router {
  const router = express.Router()
  router.use(requirePath(parts))
  router.use(['/not-me', '/proofs', '/assets'], gate(parts.attached().pages))
  router.use(linkRoutes(parts.attached().pages))
  router.get('/:uid', ourRoute(parts, surroundings, bareShape, showStepUp(parts)))
  router.get('/:uid/challenge', ourRoute(parts, surroundings, bareShape, readChallenge(parts)))
  router.post('/:uid/challenge', ourRoute(parts, surroundings, openShape, openChallenge(parts)))
  router.post('/:uid/answer', ourRoute(parts, surroundings, answerShape, answerChallenge(parts)))
  router.post('/:uid/resend', ourRoute(parts, surroundings, resendShape, resendCode(parts)))
  router.post('/:uid/abort', ourRoute(parts, surroundings, bareShape, abort(parts)))
  router.post('/:uid/not-me', ourRoute(parts, surroundings, bareShape, leadToNotMe(parts)))
  return router
}

/** Mounted elsewhere than the path says, no interaction would ever be found: said at the first request. */
function requirePath({ path }: Parts): RequestHandler {
  return function requirePathOfStepUp({ baseUrl }, _response, next) {
    if (baseUrl === '' || path.endsWith(baseUrl) || baseUrl.endsWith(path)) return next()
    next(
      new CountersignError(
        'ERR_COUNTERSIGN_OIDC_PATH',
        `The router of step-up is mounted at "${baseUrl}", and "path" says "${path}". Write app.use('${path}', stepUp.attach(provider).router), or path: '${baseUrl}'.`,
      ),
    )
  }
}
