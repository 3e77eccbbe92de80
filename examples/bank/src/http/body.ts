import express, { type Request, type RequestHandler } from 'express'
import type { z } from 'zod'
import { Problem } from './problem.js'

const mostBytes = '16kb'
const mostFields = 100
const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS'])

const formType = 'application/x-www-form-urlencoded'

/** Answers 415 to a body that is neither JSON nor a form of ours. */
export const knownMediaType: RequestHandler = function knownMediaTypeMiddleware(request, _response, next) {
  const named = request.headers['content-type'] !== undefined || hasBody(request)
  if (safeMethods.has(request.method) || !named || request.is(['application/json', formType])) return next()
  next(new Problem('unsupported-media-type'))
}

function hasBody(request: Request): boolean {
  return request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0
}

const readText = express.text({ type: formType, limit: mostBytes, inflate: false })

/** Reads the form of a page: each field once, with a plain name. */
export const formBody: RequestHandler = function formBodyMiddleware(request, response, next) {
  readText(request, response, (error?: unknown) => {
    if (error) return next(error)
    if (!request.is(formType)) return next()
    try {
      request.body = fieldsOf(typeof request.body === 'string' ? request.body : '')
      next()
    } catch (problem) {
      next(problem)
    }
  })
}

function fieldsOf(text: string): Readonly<Record<string, string>> {
  const fields = [...new URLSearchParams(text)]
  const names = new Set(fields.map(([name]) => name))
  if (names.size !== fields.length || fields.length > mostFields) throw new Problem('malformed')
  // `__proto__`, `$where` or `a.b` are no names of ours.
  if (![...names].every((name) => /^[A-Za-z][A-Za-z-]*$/.test(name))) throw new Problem('malformed')
  return Object.fromEntries(fields)
}

/** The body in the shape that a route takes; a missing or unknown field and another JSON type are malformed. */
export function shaped<Shape extends z.ZodType>(request: Request, shape: Shape): z.infer<Shape> {
  const read = shape.safeParse(request.body ?? {})
  if (read.success) return read.data
  const [issue] = read.error.issues
  const field = issue?.path.join('.') || (issue?.code === 'unrecognized_keys' ? 'unknown' : 'body')
  throw new Problem('malformed', { errors: [{ field, problem: issue?.code ?? 'invalid' }] })
}
