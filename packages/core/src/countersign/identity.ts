import { CountersignError } from '../errors.js'
import { digest } from '../secret/digest.js'
import { applicationIdOf, type SubjectId, type SubjectRef, subjectIdOf } from '../subject/subject-id.js'
import type { Whom } from './countersign.js'

/** A person and session as documents name them, the encoded subject and the session's digest; `person` is the application's id as text. */
export type Identity = Readonly<{ subject: SubjectId; session: string; person: string }>

const rememberedSessions = 10_000

/** Digest of a session of a subject: SHA-256, for the session is unguessable. Never keyed, so that keys can rotate under living sessions. */
export function sessionDigest(subject: SubjectId, session: string): string {
  return digest(['session', subject, session]).slice(0, 22)
}

/** An empty one would be everybody's. */
export function requireSession(session: unknown): void {
  if (typeof session === 'string' && session !== '') return
  throw new CountersignError(
    'ERR_COUNTERSIGN_SESSION',
    `A session was given as ${session === '' ? 'an empty text' : typeof session}. Give a text that lives from sign-in to sign-out and that nobody can guess.`,
  )
}

/** Turns a person and session into what documents name; the last sessions are remembered, since a guard asks at each request. */
export function identities(): (whom: Whom) => Identity {
  const remembered = new Map<string, Identity & { readonly ref: SubjectRef }>()

  return function identityOf({ subject: ref, session }) {
    const known = remembered.get(session)
    if (known && known.ref === ref) return known

    requireSession(session)
    const subject = subjectIdOf(ref)
    const person = applicationIdOf(subject).subject
    const identity = { ref, subject, person, session: sessionDigest(subject, session) }
    if (remembered.size >= rememberedSessions) remembered.clear()
    remembered.set(session, identity)
    return identity
  }
}
