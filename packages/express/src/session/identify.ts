import { CountersignError, StoreUnavailable, type SubjectRef, subjectIdOf } from '@countersign/core'
import type { Door } from '@countersign/core/door'
import type { Request } from 'express'
import type { Identified, Identify } from '../options.js'
import { sessionKeyIn } from './session-key.js'
import { isObject, type SessionObject, sessionPartsOf } from './session-object.js'
import { watchForSession } from './session-watch.js'
import { subjectInSession } from './subject-in-session.js'

/** Who sends a request, in the core's words, and the session object that our key lives in, if it is one. */
export type Identity = Readonly<{
  whom: Readonly<{ subject: SubjectRef; session: string; openedBy?: NonNullable<Identified['openedBy']> }>
  session?: SessionObject
}>

/** Finds out who sends a request; asks the application once. */
export type Identification = Readonly<{
  of: (request: Request) => Promise<Identity | undefined>
  /** The next question asks again. */
  forget: (request: Request) => void
}>

/** Identification by the application's `identify`. */
export function identification(identify: Identify, door: Door): Identification {
  const known = new WeakMap<object, Promise<Identity | undefined>>()
  const ask = asking(identify, door)
  return {
    of(request) {
      const before = known.get(request)
      if (before) return before
      const identity = ask(request)
      known.set(request, identity)
      return identity
    },
    forget: (request) => {
      known.delete(request)
    },
  }
}

function asking(identify: Identify, door: Door): (request: Request) => Promise<Identity | undefined> {
  const say = { nobody: once(logNobody(door)), differing: once(logDiffering(door)) }
  let sessionSeen = false
  let sessionNotNeeded = false

  return async function askWho(request) {
    if (sessionNotNeeded || 'session' in request) {
      sessionSeen ||= !sessionNotNeeded
      return identityFrom(await identify(request), request)
    }
    const watch = watchForSession(request)
    const answer = await Promise.resolve(identify(request)).finally(watch.stop)
    if (isNobody(answer) && answer !== null && watch.wasRead()) throw sessionMissing(sessionSeen)
    const identity = identityFrom(answer, request)
    sessionNotNeeded ||= identity !== undefined
    return identity
  }

  function identityFrom(answer: unknown, request: Request): Identity | undefined {
    if (!isObject(answer)) return undefined
    return isIdentified(answer) ? fromIdentified(answer, request, door) : fromSession(answer, request)
  }

  function fromSession(session: SessionObject, request: Request): Identity | undefined {
    const found = subjectInSession(session)
    if (found.outcome !== 'found') {
      say[found.outcome](found.fields)
      return undefined
    }
    return { whom: { subject: found.subject, session: sessionKeyIn(session, request, found.subject, door) }, session }
  }
}

/** Nothing, or a person without a session: what comes out where no session middleware ran. */
function isNobody(answer: unknown): boolean {
  return !isObject(answer) || (isIdentified(answer) && (answer.session === undefined || answer.session === null))
}

function isIdentified(answer: SessionObject): answer is SessionObject & Identified {
  return 'subject' in answer && 'session' in answer
}

function fromIdentified(answer: Identified, request: Request, door: Door): Identity | undefined {
  const { subject, session } = answer
  if (subject === undefined || subject === null || session === undefined || session === null) return undefined
  // What is none is a mistake of `identify`, told here and not by whichever verb is asked first.
  subjectIdOf(subject)
  const opened = answer.openedBy === undefined ? {} : { openedBy: answer.openedBy }
  if (typeof session === 'string') return { whom: { subject, session: checkedText(session, request), ...opened } }
  if (!isObject(session)) return undefined
  return { whom: { subject, session: sessionKeyIn(session, request, subject, door), ...opened }, session }
}

function checkedText(session: string, request: Request): string {
  if (session !== sessionPartsOf(request).id) return session
  throw new CountersignError(
    'ERR_COUNTERSIGN_SESSION_ID',
    'identify gave request.sessionID as the session. That id changes with every right answer. Give the session object: { subject, session: request.session }.',
  )
}

/** Where sessions were seen before, their store is away for now; where none was ever seen, nobody has set them up. */
function sessionMissing(seenBefore: boolean): Error {
  if (seenBefore)
    return new StoreUnavailable('There is no request.session, though there was one before: is the session store away?')
  return new CountersignError(
    'ERR_COUNTERSIGN_SESSION_MISSING',
    'identify read request.session, which is not there: the session middleware is not mounted, or it is mounted after the guard. Write app.use(session({ ... })) before app.use(stepUpRoutes) and before the guarded routes. Where a request has no session on purpose, let identify return null.',
  )
}

function logNobody({ log }: Door) {
  return (fields: readonly string[]) =>
    log.warn(
      { fields: fields.slice(0, 20) },
      'The session names nobody by convention (userId, user.id, passport.user), so that the request is answered with 401. If somebody is signed in, say who: identify: (request) => ({ subject: request.session.account, session: request.session }).',
    )
}

function logDiffering({ log }: Door) {
  return (fields: readonly string[]) =>
    log.error(
      { fields, code: 'ERR_COUNTERSIGN_TWO_SUBJECTS' },
      'The session names two different people, so that the request is answered with 401. Say which one it is: identify: (request) => ({ subject: request.session.userId, session: request.session }).',
    )
}

function once<T>(act: (value: T) => void): (value: T) => void {
  let done = false
  return (value) => {
    if (!done) act(value)
    done = true
  }
}
