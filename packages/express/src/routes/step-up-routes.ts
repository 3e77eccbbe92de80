import express, { type ErrorRequestHandler, type RequestHandler, type Router } from 'express'
import { problem } from '../answering/problem.js'
import { refuse } from '../answering/respond.js'
import { malformedRefusal } from '../guard/refusals.js'
import type { Parts } from '../parts.js'
import { watchSessionOf } from '../session/rotate-session.js'
import { accountShape, showAccount } from './account.js'
import {
  activateCode,
  activateShape,
  codeShape,
  endCode,
  issueCode,
  lostCode,
  rotateCode,
  showCode,
} from './account-code.js'
import {
  addContact,
  changeContact,
  contactShape,
  correctContact,
  proveContact,
  removeContact,
  resendProof,
  verifyContact,
  withdrawContact,
} from './account-contacts.js'
import { notMineShape, stopNotMine } from './account-not-me.js'
import { answerChallenge, answerShape } from './answer-challenge.js'
import { linkRoutes } from './link-routes.js'
import { leadToNotMe } from './links.js'
import { openChallenge, openShape } from './open-challenge.js'
import { cancelChallenge, cancelShape, resendCode, resendShape } from './resend-and-cancel.js'
import { showChallenge, showShape } from './show-challenge.js'
import { showStepUp, stepUpShape } from './show-step-up.js'
import { gate, personRoute } from './visit.js'

/** Our routes as one mount point needs them: the path that is left of the base there, and their router. */
type Mounted = Readonly<{ path: string; router: Router }>

/** All routes below the base. Everything else passes by, but for the watch over the session store (see `watchSessionStore`). */
export function stepUpRoutes(parts: Parts): RequestHandler {
  const ours = ourRoutes(parts)
  const mounts = new Map<string, Mounted>()

  return function stepUpRoutesMiddleware(request, response, next) {
    watchSessionOf(request)
    const { path, router } = mountedAt(request.baseUrl)
    if (isElsewhere(request.url, path)) next()
    else router(request, response, next)
  }

  /** `base` is as the browser sees it: what Express has already taken off for a mounted router comes off here too. */
  function mountedAt(baseUrl: string): Mounted {
    const known = mounts.get(baseUrl)
    if (known) return known
    const path = pathBelow(baseUrl, parts.base)
    const mounted = { path, router: express.Router().use(path, ours) }
    // A parameter in the path of a mounted router makes many of them; they are cheap to make again.
    if (mounts.size < 16) mounts.set(baseUrl, mounted)
    return mounted
  }
}

/**
 * Whether a request is surely for another route, as most are; about all others the router decides. A path counts in any case, as it
 * does for Express; an address in absolute form begins with no slash.
 */
function isElsewhere(url: string, path: string): boolean {
  return url.startsWith('/') && url.slice(0, path.length).toLowerCase() !== path.toLowerCase()
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
  router.post('/challenges/:id/not-me', personRoute(parts, cancelShape(parts), leadToNotMe(parts)))
  router.use(linkRoutes(parts))
  router.use('/account', accountRoutes(parts))
  router.use(nothingHere(parts))
  router.use(unreadableAddress(parts))
  return router
}

function accountRoutes(parts: Parts): Router {
  const router = express.Router()
  router.get('/', personRoute(parts, accountShape(parts), showAccount(parts)))
  router.post('/not-me', personRoute(parts, notMineShape(parts), stopNotMine(parts)))
  router.use('/contacts', contactRoutes(parts))
  if (parts.door.securityCode) router.use('/code', codeRoutes(parts))
  return router
}

function contactRoutes(parts: Parts): Router {
  const router = express.Router()
  const shape = contactShape
  const either = ['address', 'contact'] as const
  router.post('/', personRoute(parts, shape(parts, 'send', 'add', ['address']), addContact(parts)))
  router.post('/verify', personRoute(parts, shape(parts, 'send', 'verify', ['contact']), verifyContact(parts)))
  router.post('/resend', personRoute(parts, shape(parts, 'send', 'resend', []), resendProof(parts)))
  router.post('/withdraw', personRoute(parts, shape(parts, 'end', 'withdraw', []), withdrawContact(parts)))
  router.post('/correct', personRoute(parts, shape(parts, 'send', 'correct', ['address']), correctContact(parts)))
  router.post('/prove', personRoute(parts, shape(parts, 'answer', 'prove', ['code']), proveContact(parts)))
  router.post('/change', personRoute(parts, shape(parts, 'send', 'change', either), changeContact(parts)))
  router.post('/remove', personRoute(parts, shape(parts, 'send', 'remove', ['contact']), removeContact(parts)))
  return router
}

function codeRoutes(parts: Parts): Router {
  const router = express.Router()
  router.post('/issue', personRoute(parts, codeShape(parts, 'send', 'issue'), issueCode(parts)))
  router.post('/rotate', personRoute(parts, codeShape(parts, 'send', 'rotate'), rotateCode(parts)))
  router.post('/lost', personRoute(parts, codeShape(parts, 'send', 'lost'), lostCode(parts)))
  router.post('/revoke', personRoute(parts, codeShape(parts, 'end', 'revoke'), endCode(parts)))
  router.post('/show', personRoute(parts, codeShape(parts, 'send', 'show'), showCode(parts)))
  router.post('/activate', personRoute(parts, activateShape(parts), activateCode(parts)))
  return router
}

function nothingHere(parts: Parts): RequestHandler {
  return function nothingHereRoute(request, response, next) {
    const page = { page: 'malformed', back: parts.home } as const
    refuse(request, response, { problem: problem('not-found'), page }, parts.show).catch(next)
  }
}

/** A parameter of the path with a "%" that begins no character. Every other error is the application's to answer. */
function unreadableAddress(parts: Parts): ErrorRequestHandler {
  return function unreadableAddressRoute(error: unknown, request, response, next) {
    if (!(error instanceof URIError)) return next(error)
    refuse(request, response, malformedRefusal(parts.home), parts.show).catch(next)
  }
}
