import type { NextFunction, Request, Response } from 'express'
import { sendProblem } from './answering/respond.js'
import { readJsonBody } from './reading/body.js'

/** A middleware that keeps the types of the handlers behind it. */
export type KeepingMiddleware = <P, ResBody, ReqBody, ReqQuery, Locals extends Record<string, unknown>>(
  request: Request<P, ResBody, ReqBody, ReqQuery, Locals>,
  response: Response<ResBody, Locals>,
  next: NextFunction,
) => void

/**
 * A parser of JSON bodies with the limits of R-39: 16 KiB, 8 levels, 100 keys, no key twice, none that reaches a prototype or that
 * a database would take for an operator. What is wrong is answered with `400 malformed` (`413` when too long), before any guard looks.
 * Other types are left to other parsers.
 *
 * @example
 * app.use(jsonBody())
 */
export function jsonBody(): KeepingMiddleware {
  return function jsonBodyMiddleware(request, response, next) {
    const [plainRequest, plainResponse] = [request as unknown as Request, response as unknown as Response]
    readJsonBody(plainRequest, plainResponse).then((body) => {
      if (body.outcome === 'read') next()
      else sendProblem(plainRequest, plainResponse, body.problem)
    }, next)
  }
}
