import { randomBytes } from 'node:crypto'
import { CountersignError, type SubjectRef, subjectIdOf } from '@countersign/core'
import type { Door } from '@countersign/core/door'
import { isObject, type SessionObject, sessionPartsOf } from './session-object.js'

/** The one property of a session object that is ours. */
export const ourProperty = 'countersign'

/**
 * What we keep in a session: its key and whose it is. `signedOut`: a key of this session was ended; whatever it makes from now
 * on is random, so that an ended key never comes back.
 */
type Kept = Readonly<{ key: string; subject: string; signedOut?: true }> | Readonly<{ signedOut: true }>

/**
 * The key by which the core knows a session, kept in the session object and so carried through the change of its id. The
 * first is made from subject and session id, so that requests that come together agree on it; so is the next, when another
 * person signs in within the same session.
 *
 * A session without an id (cookie-session) gets a random one, and of several first requests the last answered one decides.
 */
export function sessionKeyIn(session: SessionObject, request: object, subject: SubjectRef, door: Door): string {
  const kept = keptIn(session)
  const whose = subjectIdOf(subject)
  if (kept && 'key' in kept && kept.subject === whose) return kept.key

  const signedOut = kept?.signedOut === true
  const key = signedOut ? randomKey() : firstKey(session, request, subject, door)
  session[ourProperty] = { key, subject: whose, ...(signedOut && { signedOut }) }
  return key
}

/** From now on the keys of this session object are random. */
export function forgetSessionKey(session: SessionObject): void {
  session[ourProperty] = { signedOut: true } satisfies Kept
}

function keptIn(session: SessionObject): Kept | undefined {
  const kept = session[ourProperty]
  if (!isObject(kept)) return undefined
  const { key, subject, signedOut } = kept
  const ended = signedOut === true ? ({ signedOut } as const) : undefined
  if (typeof key === 'string' && key !== '' && typeof subject === 'string') return { key, subject, ...ended }
  return ended
}

function firstKey(session: SessionObject, request: object, subject: SubjectRef, door: Door): string {
  const parts = sessionPartsOf(request)
  const id = parts.session === session ? (parts.id ?? session.id) : session.id
  if (typeof id === 'string' && id !== '') return door.sessionKey(subject, id)
  if (parts.session === session) return randomKey()
  throw new CountersignError(
    'ERR_COUNTERSIGN_SESSION_OBJECT',
    'identify gave a session object that has no id and is not request.session, so that nothing written to it would last. Give a text that lives as long as the sign-in: { subject, session: loginId }.',
  )
}

function randomKey(): string {
  return randomBytes(32).toString('base64url')
}
