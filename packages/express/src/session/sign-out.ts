import { StoreUnavailable } from '@countersign/core'
import type { Request } from 'express'
import { dropElevationCookies } from '../answering/elevation-cookies.js'
import { retryAfterSeconds } from '../guard/decide.js'
import type { Parts } from '../parts.js'
import { retireSession } from './rotate-session.js'
import { forgetSessionKey } from './session-key.js'

/** What `signOut` did. */
export type SignedOut = 'signed-out' | 'nobody'

/** Express answers with `status` and `headers` where nobody else handles the error. */
class SignOutUnavailable extends StoreUnavailable {
  readonly status = 503
  readonly headers: Readonly<Record<string, string>>

  constructor(retryAfterSeconds: number, options?: ErrorOptions) {
    super('The sign-out was not certainly recorded. Answer with 503 and let the person try again.', options)
    this.headers = { 'Retry-After': String(retryAfterSeconds) }
  }
}

/** Ends the session's key and with it every elevation and challenge of the session, in all processes; then its id, for good. */
export async function signOut(parts: Parts, request: Request): Promise<SignedOut> {
  const identity = await parts.who.of(request)
  if (!identity) return 'nobody'
  const { subject, session } = identity.whom
  const outcome = await parts.elevations.revoke({ subject, session, reason: 'sign-out' })
  if (outcome.outcome === 'unavailable') throw new SignOutUnavailable(outcome.retryAfterSeconds)
  await retireSession(request).catch((cause) => {
    throw new SignOutUnavailable(retryAfterSeconds, { cause })
  })

  if (identity.session) forgetSessionKey(identity.session)
  parts.who.forget(request)
  if (request.res && !request.res.headersSent) dropElevationCookies(request.res, parts.cookies, parts.secure)
  return 'signed-out'
}
