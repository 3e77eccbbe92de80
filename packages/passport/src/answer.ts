import { type AnswerOutcome, type GrantedElevation, StoreUnavailable } from '@countersign/core'
import {
  askingOf,
  HttpUnavailable,
  type Identity,
  retryAfterSeconds,
  rotateSession,
  setWindowCookie,
  watchSessionOf,
} from '@countersign/express/door'
import type { Request } from 'express'
import type { Parts } from './options.js'
import type { Refusal } from './outcome.js'
import { type TypedAnswer, typedAnswer } from './typed-answer.js'

/** What came of a request: the user who was there already and what was earned, or a refusal. */
export type Answered = Readonly<{ outcome: 'passed'; user: unknown; elevation: GrantedElevation }> | Refusal

/**
 * Answers the challenge that a request names. Whoever is not signed in gets no further, and what is no code is compared with
 * nothing. A right answer changes the session's id before it is worth anything.
 *
 * @throws HttpUnavailable when a store gave no certain answer.
 */
export async function answer(parts: Parts, request: Request): Promise<Answered> {
  try {
    return await answered(parts, request)
  } catch (cause) {
    const isUnworded = cause instanceof StoreUnavailable && !(cause instanceof HttpUnavailable)
    throw isUnworded ? unavailable(retryAfterSeconds, { cause }) : cause
  }
}

async function answered(parts: Parts, request: Request): Promise<Answered> {
  watchSessionOf(request)
  const identity = await parts.who.of(request)
  const user = identity && (await parts.userOf(request, identity))
  if (!identity || !user) return { outcome: 'not-signed-in' }
  const typed = typedAnswer(request, parts.options)
  if (!typed) return { outcome: 'malformed' }
  if (await isForAnotherAction(parts, identity, typed)) return { outcome: 'not-found' }

  const outcome = await compared(parts, request, identity, typed)
  if (outcome.outcome !== 'passed') return outcome
  await handOver(parts, request, outcome.elevation)
  return { ...outcome, user }
}

/** Looked at before the code is: a right one for something else would be spent for nothing. */
async function isForAnotherAction(
  { challenges, options }: Parts,
  { whom }: Identity,
  { challengeId }: TypedAnswer,
): Promise<boolean> {
  if (options.action === undefined) return false
  const read = await challenges.read({ ...whom, challengeId })
  if (read.outcome === 'unavailable') throw unavailable(read.retryAfterSeconds)
  return read.outcome === 'found' && read.challenge.action !== options.action
}

async function compared(
  { challenges, options }: Parts,
  request: Request,
  { whom }: Identity,
  typed: TypedAnswer,
): Promise<Exclude<AnswerOutcome, { outcome: 'unavailable' }>> {
  const asking = await askingOf(request, options)
  const outcome = await challenges.answer({ ...whom, ...asking, ...typed })
  if (outcome.outcome === 'unavailable') throw unavailable(outcome.retryAfterSeconds)
  return outcome
}

async function handOver(parts: Parts, request: Request, elevation: GrantedElevation): Promise<void> {
  const { keepInSession = 'all', identify } = parts.options
  await rotateSession(request, { identify, keepInSession })
  if (elevation.mode === 'window' && request.res)
    setWindowCookie(request, request.res, parts.cookies, elevation.token, parts.secure)
}

function unavailable(seconds: number, options?: ErrorOptions): HttpUnavailable {
  return new HttpUnavailable(
    'There was no certain answer. Answer with 503 and let the person try again.',
    seconds,
    options,
  )
}
