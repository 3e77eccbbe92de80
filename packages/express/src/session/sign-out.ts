import type { Request } from 'express'
import { dropElevationCookies } from '../answering/elevation-cookies.js'
import { HttpUnavailable } from '../answering/http-unavailable.js'
import { retryAfterSeconds } from '../guard/decide.js'
import type { Parts } from '../parts.js'
import { retireSession } from './rotate-session.js'
import { forgetSessionKey } from './session-key.js'

/** What `signOut` did. */
export type SignedOut = 'signed-out' | 'nobody'

function unavailable(retryAfterSeconds: number, options?: ErrorOptions): HttpUnavailable {
  const message = 'The sign-out was not certainly recorded. Answer with 503 and let the person try again.'
  return new HttpUnavailable(message, retryAfterSeconds, options)
}

/** Ends the session's key and with it every elevation and challenge of the session, in all processes; then its id, for good. */
export async function signOut(parts: Parts, request: Request): Promise<SignedOut> {
  const identity = await parts.who.of(request)
  if (!identity) return 'nobody'
  const { subject, session } = identity.whom
  const outcome = await parts.elevations.revoke({ subject, session, reason: 'sign-out' })
  if (outcome.outcome === 'unavailable') throw unavailable(outcome.retryAfterSeconds)
  await retireSession(request).catch((cause) => {
    throw unavailable(retryAfterSeconds, { cause })
  })

  if (identity.session) forgetSessionKey(identity.session)
  parts.who.forget(request)
  if (request.res && !request.res.headersSent) dropElevationCookies(request.res, parts.cookies, parts.secure)
  return 'signed-out'
}
