import { randomUUID } from 'node:crypto'
import type { Request, Response } from 'express'
import type { TokenRefusal } from './refusals.js'

const retryAfterSeconds = 1

/** Answers with a refusal as problem+json, with the request's id. */
export function refuse(request: Request, response: Response, { problem, challenges }: TokenRefusal): void {
  if (challenges.length > 0) response.setHeader('WWW-Authenticate', [...challenges])
  if (problem.status === 503) response.setHeader('Retry-After', retryAfterSeconds)
  exposeChallenge(response)
  response.status(problem.status).setHeader('Cache-Control', 'no-store')
  response.type('application/problem+json').send(JSON.stringify({ ...problem, requestId: requestIdOf(request) }))
}

/** A page of another origin reads the challenge only where this header names it. */
function exposeChallenge(response: Response): void {
  const exposed = String(response.getHeader('Access-Control-Expose-Headers') ?? '')
  if (exposed === '*' || /(?:^|[\s,])www-authenticate(?:$|[\s,])/i.test(exposed)) return
  response.setHeader(
    'Access-Control-Expose-Headers',
    exposed === '' ? 'WWW-Authenticate' : `${exposed}, WWW-Authenticate`,
  )
}

/** The id that the application gave the request (`request.id`, as pino-http does), else a fresh one. */
function requestIdOf(request: Request): string {
  const given: unknown = Reflect.get(request, 'id')
  return typeof given === 'string' || typeof given === 'number' ? String(given) : randomUUID()
}
