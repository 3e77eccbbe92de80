import { isObject, sessionPartsOf } from '@countersign/express/door'
import type { Request } from 'express'

type LogIn = (this: unknown, user: unknown, ...rest: unknown[]) => unknown

/**
 * Lets the user who has just answered be logged in on the session as it is, for the rest of the request.
 *
 * Passport (from 0.6 on) regenerates the session whenever somebody logs in, and empties it. Here the id was changed a moment ago and the
 * person is the same, so that nothing would be gained, and the key that the elevation is good for would be lost with everything else
 * . Anybody else who is logged in, and every log-out, gets a new session as always.
 */
export function keepSessionAtLogIn(request: Request, user: unknown): void {
  const logIn: unknown = Reflect.get(request, 'logIn')
  if (typeof logIn !== 'function') return

  const keeping: LogIn = function logInKeepingSession(someone, ...rest) {
    const { session } = sessionPartsOf(request)
    const restore = someone === user && session && usesSession(rest[0]) ? skipRegenerate(session) : nothing
    try {
      return Reflect.apply(logIn, this, [someone, ...rest])
    } finally {
      restore()
    }
  }
  Object.assign(request, { logIn: keeping, login: keeping })
}

/** As Passport reads it: without a word about it, logging in is done with a session. */
function usesSession(options: unknown): boolean {
  return !isObject(options) || options.session === undefined || Boolean(options.session)
}

/** Passport calls `regenerate` at once; the next one, and any after the returned function was called, is the session's own again. */
function skipRegenerate(session: object): () => void {
  const own = Object.getOwnPropertyDescriptor(session, 'regenerate')
  const restore = () => {
    if (own) Object.defineProperty(session, 'regenerate', own)
    else Reflect.deleteProperty(session, 'regenerate')
  }
  const value = (done: () => void) => {
    restore()
    done()
  }
  Object.defineProperty(session, 'regenerate', { configurable: true, value })
  return restore
}

function nothing(): void {}
