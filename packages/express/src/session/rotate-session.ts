import { StoreUnavailable } from '@countersign/core'
import { parseCookie } from 'cookie'
import type { Request } from 'express'
import type { StepUpOptions } from '../options.js'
import { isRetired, isSessionStore, retire, type SessionStore, watchSessionStore } from './retired-session.js'
import { ourProperty } from './session-key.js'
import { isObject, type SessionObject, sessionPartsOf } from './session-object.js'

/** A session whose id a client holds and a store knows. */
type Retirable = Readonly<{ session: SessionObject; id: string; store: SessionStore }>

type Rotatable = Retirable & Readonly<{ regenerate: () => Promise<unknown> }>

/**
 * Gives the session of a request a new id, after a right answer: the same person, the same content (or the names that
 * `keepInSession` lists), and the old id dead at once and for good. Does nothing where there is no session with an id, such as with
 * bearer tokens, and where a parallel request has just done it.
 *
 * @throws StoreUnavailable when the session store fails; nothing that the right answer earned may be handed out then.
 */
export async function rotateSession(
  request: Request,
  { keepInSession = 'all', rotateSession = true }: StepUpOptions,
): Promise<void> {
  const rotatable = rotateSession ? rotatableIn(request) : undefined
  if (!rotatable) return
  try {
    await rotate(request, rotatable, keepInSession)
  } catch (cause) {
    throw new StoreUnavailable('The session store gave no certain answer while the session got its new id.', { cause })
  }
}

/**
 * Ends the id of a request's session for good, at sign-out: a slow request that changed the session cannot bring it back, in no process.
 * Does nothing where there is no session with an id. Rejects, with the session as it was, if the store fails.
 */
export async function retireSession(request: Request): Promise<void> {
  const retirable = retirableIn(request)
  if (!retirable) return
  watchSessionStore(retirable.store)
  await retire(retirable.store, retirable.id)
}

/**
 * Writes the session now, before a browser is led on. express-session writes it at the end of the answer, when the browser has seen
 * where to go: its next request would read the session as it was, and could write that back over what this one has changed.
 *
 * @throws StoreUnavailable when the session store fails.
 */
export async function saveSession(request: Request): Promise<void> {
  const save = retirableIn(request)?.session.save
  if (typeof save !== 'function') return
  try {
    await called(save.bind(sessionPartsOf(request).session))
  } catch (cause) {
    throw new StoreUnavailable('The session store gave no certain answer while the session was written.', { cause })
  }
}

/** Starts watching the store of a request's session, if it has one. */
export function watchSessionOf(request: object): void {
  const store: unknown = Reflect.get(request, 'sessionStore')
  if (isObject(store) && isSessionStore(store)) watchSessionStore(store)
}

async function rotate(
  request: Request,
  { session, id, store, regenerate }: Rotatable,
  keep: 'all' | readonly string[],
): Promise<void> {
  watchSessionStore(store)
  if (await isRetired(store, id)) return
  const kept = keptOf(session, keep)
  const { cookie } = session
  await retire(store, id)
  await regenerate()
  await fill(request, kept, cookie)
}

function rotatableIn(request: Request): Rotatable | undefined {
  const retirable = retirableIn(request)
  const regenerate = retirable?.session.regenerate
  if (!retirable || typeof regenerate !== 'function') return undefined
  return { ...retirable, regenerate: () => called(regenerate.bind(retirable.session)) }
}

function retirableIn(request: Request): Retirable | undefined {
  const { session, id, store } = sessionPartsOf(request)
  if (!session || id === undefined || !isSessionStore(store) || !isHeldByClient(request, id)) return undefined
  return { session, id, store }
}

/** A session that was only just made for this request, as with bearer tokens, has an id that nobody knows yet. */
function isHeldByClient(request: Request, id: string): boolean {
  return Object.values(parseCookie(request.headers.cookie ?? '')).some((value) => value?.includes(id))
}

function keptOf(session: SessionObject, keep: 'all' | readonly string[]): SessionObject {
  const names = keep === 'all' ? Object.keys(session) : [...keep, ourProperty]
  return Object.fromEntries(
    names.filter((name) => name !== 'cookie' && name in session).map((name) => [name, session[name]]),
  )
}

async function fill(request: Request, kept: SessionObject, cookie: unknown): Promise<void> {
  const { session } = sessionPartsOf(request)
  if (!session) throw new Error('The session library made no new session.')
  Object.assign(session, kept)
  keepExpiry(session.cookie, cookie)
  const save = session.save
  if (typeof save === 'function') await called(save.bind(session))
}

/** The new id changes nothing of how long a session lives. */
function keepExpiry(cookie: unknown, before: unknown): void {
  if (!isObject(cookie) || !isObject(before)) return
  cookie.expires = before.expires
  cookie.originalMaxAge = before.originalMaxAge
}

function called(verb: (callback: (error?: unknown) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => verb((error) => (error ? reject(error) : resolve())))
}
