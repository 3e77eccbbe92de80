import { isUtf8 } from 'node:buffer'
import express, { type NextFunction, type Request, type Response } from 'express'
import { type Problem, problem } from '../answering/problem.js'
import { bodyLimits, faultOfJsonText, faultOfValue } from './json-text.js'

/** A body that was read, or why it is not accepted. */
export type BodyOutcome = Readonly<{ outcome: 'read' }> | Readonly<{ outcome: 'refused'; problem: Problem }>

const common = { limit: bodyLimits.bytes, inflate: false } as const
const readBytes = express.raw({ ...common, type: 'application/json' })
const readForm = express.urlencoded({
  ...common,
  extended: false,
  parameterLimit: bodyLimits.keys,
  verify: requirePlainForm,
})

/** Reads a JSON body with our limits, unless another parser already did. What is of another type stays unread. */
export async function readJsonBody(request: Request, response: Response): Promise<BodyOutcome> {
  const failed = await run(readBytes, request, response)
  if (failed) return refused(failed)
  if (!Buffer.isBuffer(request.body)) return checked(request)
  return parsed(request, request.body)
}

/** Reads a JSON or urlencoded body with our limits, unless another parser already did. */
export async function readAnyBody(request: Request, response: Response): Promise<BodyOutcome> {
  const json = await readJsonBody(request, response)
  if (json.outcome === 'refused') return json
  const failed = await run(readForm, request, response)
  return failed ? refused(failed) : checked(request)
}

function parsed(request: Request, bytes: Buffer): BodyOutcome {
  if (!isPlainUtf8(bytes, charsetOf(request))) return malformed()
  const text = bytes.toString('utf8')
  const value = parseJson(text)
  if (typeof value !== 'object' || value === null || faultOfJsonText(text)) return malformed()
  request.body = value
  return { outcome: 'read' }
}

/** RFC 8259, 8.1: JSON is UTF-8 and has no byte order mark. */
function isPlainUtf8(bytes: Buffer, charset: string): boolean {
  return charset === 'utf-8' && isUtf8(bytes) && !bytes.subarray(0, 3).equals(Buffer.of(0xef, 0xbb, 0xbf))
}

function charsetOf(request: Request): string {
  const [, charset = 'utf-8'] = /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(request.get('content-type') ?? '') ?? []
  return charset.toLowerCase()
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function checked(request: Request): BodyOutcome {
  return faultOfValue(request.body) ? malformed() : { outcome: 'read' }
}

/** The parser would leave a field `__proto__` out without a word, and the rest would look well-formed. */
function requirePlainForm(_request: unknown, _response: unknown, bytes: Buffer): void {
  if (!isUtf8(bytes)) throw new TypeError('not UTF-8')
  if (new URLSearchParams(bytes.toString('utf8')).has('__proto__')) throw new TypeError('a field of no form')
}

function malformed(): BodyOutcome {
  return { outcome: 'refused', problem: problem('malformed') }
}

function refused(error: unknown): BodyOutcome {
  const type = typeof error === 'object' && error !== null && 'type' in error ? error.type : undefined
  if (type === 'entity.too.large') return { outcome: 'refused', problem: problem('malformed', {}, 413) }
  if (type === 'encoding.unsupported') return { outcome: 'refused', problem: problem('unsupported-media-type') }
  return malformed()
}

type Step = (request: Request, response: Response, next: NextFunction) => void

/** Runs a body parser; what it fails with is the result. */
function run(step: Step, request: Request, response: Response): Promise<unknown> {
  return new Promise((resolve) => step(request, response, resolve))
}
