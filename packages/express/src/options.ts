import type { ContactAddress, Language, SubjectRef } from '@countersign/core'
import type { NextFunction, Request, Response } from 'express'
import type { Problem } from './answering/problem.js'
import type { Theme } from './pages/page.js'

/** A value, or a promise of it. */
export type Awaitable<T> = T | Promise<T>

/**
 * Who sends a request. Without `subject` it is nobody.
 *
 * `session` is the session object (our key lives in it, and survives the change of the session's id), or a text that
 * lives from sign-in to sign-out: with bearer tokens their `sid`, the refresh family or `auth_time`, never `jti` or
 * `iat`, and never `request.sessionID`, which changes with every right answer.
 */
export type Identified = Readonly<{
  subject: SubjectRef | null | undefined
  session: string | object
  /** What opened the session. Say it where a link or a code by mail opens sessions. */
  openedBy?: 'password' | ContactAddress
}>

/**
 * Says who sends a request: `{ subject, session }`, a session object (read by convention: `userId`, `user.id`,
 * `passport.user` or its `id`), or null for nobody. Asked once a request.
 *
 * @example
 * (request) => request.session
 * @example
 * (request) => request.user && { subject: request.user.id, session: request.session }
 */
export type Identify = (request: Request) => Awaitable<Identified | object | null | undefined>

/** How Countersign stands in one Express application. Only `identify` is needed. */
export type StepUpOptions = Readonly<{
  identify: Identify
  /** Where the routes are, as the browser sees it [`/countersign`]. */
  base?: string
  /** Own origins beside the public URL's, such as `https://www.bank.example`. Needed when `publicUrl` is a function. */
  origins?: readonly string[]
  /** The person's language; else the one chosen on a page, else `Accept-Language`. */
  language?: (request: Request) => Awaitable<Language | undefined>
  /** The person's IANA time zone; else the one that the page's script set, else UTC, named. */
  timeZone?: (request: Request) => Awaitable<string | undefined>
  /** Where a request comes from, in a word such as "Basel", where the application knows; messages and the account page say it. */
  place?: (request: Request) => Awaitable<string | undefined>
  /** What a brand sets. Without it, the host's name stands on the pages. */
  theme?: Theme
  /** Answers a guarded request of nobody, instead of 401. */
  onAnonymous?: (request: Request, response: Response, next: NextFunction) => void
  /** Answers a request that a guard refused, instead of the guard. `problem` is what the JSON would have said. */
  onRefused?: (request: Request, response: Response, problem: Problem, next: NextFunction) => void
  /** What stays in the session when its id changes at a right answer: `'all'` [default], or the names to keep. */
  keepInSession?: 'all' | readonly string[]
  /**
   * `false` leaves the session's id alone at a right answer [`true`]: for single-page applications with requests in flight. A slow one that
   * began before the answer and sets the session cookie (`rolling`, or `maxAge` and a changed session) would hand the browser the dead id.
   */
  rotateSession?: boolean
  /** `'off'` lifts the limits per address of the client, for tests [`'on'`]. */
  clientLimits?: 'on' | 'off'
}>
