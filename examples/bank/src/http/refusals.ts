import { StoreUnavailable } from '@countersign/core'
import type { ErrorRequestHandler, Request, Response } from 'express'
import { mongo } from 'mongoose'
import type { Logger } from 'pino'
import { hasCode } from '../error-code.js'
import { AccountContended } from '../ledger/execute-transfer.js'
import { TooBusy } from '../people/password.js'
import { Problem } from './problem.js'
import { sendPage, wantsPage } from './reply.js'

/** Turns whatever went wrong into an answer with a stable type, and writes down what is the bank's own fault. */
export function refusals(log: Logger): ErrorRequestHandler {
  // Express knows an error handler by its four parameters.
  return function refusalsMiddleware(error: unknown, request, response, _next) {
    const problem = problemOf(error)
    if (problem.status >= 500) log.error({ requestId: request.id, ...faultOf(error) }, problem.message)
    // The session could not be saved behind an answer that is on its way.
    if (response.headersSent) return
    if (problem.retryAfterSeconds !== undefined) response.set('Retry-After', String(problem.retryAfterSeconds))
    answer(request, response, problem)
  }
}

function answer(request: Request, response: Response, problem: Problem): void {
  const { id: requestId } = request
  if (wantsPage(request))
    sendPage(request, response, { page: 'problem', kind: problem.kind, requestId }, problem.status)
  else
    response
      .status(problem.status)
      .type('application/problem+json')
      .send(JSON.stringify(problem.body(requestId)))
}

/** The refusal that an error is to a client. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error
  if (isPassing(error)) return new Problem('unavailable', { retryAfterSeconds: 2, cause: error })
  return refusedByExpress(error) ?? new Problem('internal', { cause: error })
}

/** How a connection to the database ends when the driver has no word of its own for it. */
const connectionEnds = ['EPIPE', 'ECONNRESET', 'ECONNREFUSED', 'ETIMEDOUT']

/** What may work in a moment, and has no certain outcome now. */
function isPassing(error: unknown): boolean {
  const kinds = [StoreUnavailable, TooBusy, AccountContended, mongo.MongoError]
  const known = kinds.some((kind) => error instanceof kind) || /^Mongo/.test(nameOf(error))
  return known || connectionEnds.some((code) => hasCode(error, code))
}

/** Express and its parsers say with a status what was wrong with a request. */
function refusedByExpress(error: unknown): Problem | undefined {
  const status = typeof error === 'object' && error !== null && 'status' in error ? error.status : undefined
  if (status === 413) return new Problem('malformed', { status: 413 })
  if (status === 415) return new Problem('unsupported-media-type')
  return typeof status === 'number' && status >= 400 && status < 500 ? new Problem('malformed') : undefined
}

/** What the log may say of an error. */
export function faultOf(error: unknown): Readonly<{ error: string; frames: readonly string[] }> {
  return { error: nameOf(error), frames: framesOf(error) }
}

/** Where it happened; the message of an error may repeat what somebody sent. */
function framesOf(error: unknown): readonly string[] {
  const stack = typeof error === 'object' && error !== null && 'stack' in error ? String(error.stack) : ''
  return (
    stack
      .match(/^ {4}at .*/gm)
      ?.slice(0, 8)
      .map((frame) => frame.trim()) ?? []
  )
}

function nameOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'name' in error ? String(error.name) : typeof error
}
