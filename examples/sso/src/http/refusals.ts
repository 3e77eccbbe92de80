import { faultOf, problemOf, wantsPage } from '@countersign/example-bank/parts'
import type { ErrorRequestHandler, Request, Response } from 'express'
import { errors } from 'oidc-provider'
import type { Logger } from 'pino'
import { type ShownPage, sendPage } from '../pages/send-page.js'
import { interactionLost, Refused } from './refused.js'

/** Whose pages say it. */
export type House = 'bank' | 'shop'

/** Whatever a route throws becomes an answer: a page, or problem+json (RFC 9457). */
export function refusals(log: Logger, house: House = 'bank'): ErrorRequestHandler {
  return function refusalsMiddleware(error: unknown, request, response, next) {
    const refused = refusedBy(error, request.id)
    const { status, title } = refused.body
    if (status >= 500) log.error({ requestId: request.id, ...faultOf(error) }, title)
    if (response.headersSent) return next(error)
    answer(request, response, refused, house)
  }
}

/** Answers with a refusal. */
function answer(request: Request, response: Response, { body, retryAfterSeconds }: Refused, house: House): void {
  const { status } = body
  if (retryAfterSeconds !== undefined) response.set('Retry-After', String(retryAfterSeconds))
  if (wantsPage(request)) sendPage(request, response, pageOf(body), { status, house })
  else
    response
      .status(status)
      .type('application/problem+json')
      .send(JSON.stringify({ ...body, requestId: request.id }))
}

function pageOf({ status, title, error }: Refused['body']): ShownPage {
  if (status === 410) return { page: 'lost' }
  return typeof error === 'string' ? { page: 'not-confirmed', error } : { page: 'refused', error: title }
}

function refusedBy(error: unknown, requestId: string): Refused {
  if (error instanceof Refused) return error
  if (error instanceof errors.SessionNotFound) return interactionLost()
  const problem = problemOf(error)
  const { status, message: title, retryAfterSeconds } = problem
  return new Refused({ type: '', ...problem.body(requestId), title, status }, retryAfterSeconds)
}
