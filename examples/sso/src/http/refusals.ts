import { StoreUnavailable } from '@countersign/core'
import { Problem, wantsPage } from '@countersign/example-bank/parts'
import type { ErrorRequestHandler } from 'express'
import { errors } from 'oidc-provider'
import type { Logger } from 'pino'
import { sendPage } from '../pages/send-page.js'

/** An interaction that is over, was answered in another tab, or is another browser's (T18). As Countersign's own routes say it. */
const lost = {
  type: 'urn:countersign:problem:interaction-lost',
  title: 'This sign-in is over; begin again where it began',
  status: 410,
} as const

/** Whatever a route throws becomes an answer: a page, or problem+json. */
export function refusals(log: Logger): ErrorRequestHandler {
  return function refusalsMiddleware(error: unknown, request, response, next) {
    if (response.headersSent) return next(error)
    const body = isLost(error) ? { ...lost, startAgain: '/' } : refusalOf(error)
    if (body.status >= 500) log.error({ reason: error instanceof Error ? error.name : 'unknown' }, 'a request failed')
    if (body.status === 503) response.set('Retry-After', '2')
    response.status(body.status)
    if (!wantsPage(request)) response.type('application/problem+json').send(JSON.stringify(body))
    else if (body.status === 410) sendPage(request, response, { page: 'lost' }, { status: 410 })
    else sendPage(request, response, { page: 'refused', error: body.title }, { status: body.status })
  }
}

function isLost(error: unknown): boolean {
  return error instanceof errors.SessionNotFound
}

function refusalOf(error: unknown): Readonly<{ status: number; title: string }> {
  const problem = problemOf(error)
  const { status, message } = problem
  return { ...problem.body(''), status, title: message }
}

function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error
  if (error instanceof StoreUnavailable) return new Problem('unavailable', { cause: error })
  const status = typeof error === 'object' && error !== null && 'status' in error ? error.status : undefined
  if (typeof status === 'number' && status >= 400 && status < 500) return new Problem('malformed', { cause: error })
  return new Problem('internal', { cause: error })
}
