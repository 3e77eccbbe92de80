import { randomUUID } from 'node:crypto'
import type { Request, Response } from 'express'
import type { Page } from '../pages/page.js'
import type { Problem } from './problem.js'

/** A refusal in both forms: what a program reads, and the page that a person sees. */
export type Refusal = Readonly<{
  problem: Problem
  page: Page
  retryAfterSeconds?: number
}>

/** Shows a page with a status. */
export type ShowPage = (request: Request, response: Response, status: number, page: Page) => Promise<void>

/** Whether the client would rather have a page. JSON where it does not care, as programs do. */
export function prefersPage(request: Request): boolean {
  return request.accepts(['json', 'html']) === 'html'
}

/** Answers with a refusal, as a page or as problem+json (RFC 9457). */
export async function refuse(request: Request, response: Response, refusal: Refusal, show: ShowPage): Promise<void> {
  const { problem, page, retryAfterSeconds } = refusal
  if (retryAfterSeconds !== undefined) response.set('Retry-After', String(retryAfterSeconds))
  response.vary('Accept')
  if (prefersPage(request)) await show(request, response, problem.status, page)
  else sendProblem(request, response, problem)
}

/** Sends problem+json with the request's id. */
export function sendProblem(request: Request, response: Response, problem: Problem): void {
  response.status(problem.status).set('Cache-Control', 'no-store')
  response.type('application/problem+json').send(JSON.stringify({ ...problem, requestId: requestIdOf(request) }))
}

/** Sends JSON that nobody keeps. */
export function sendJson(response: Response, status: number, body: object): void {
  response.status(status).set('Cache-Control', 'no-store').json(body)
}

/** Leads on to a path of our own, with GET. */
export function leadTo(response: Response, path: string): void {
  response.set('Cache-Control', 'no-store').redirect(303, path)
}

/** The id that the application gave the request (`request.id`, as pino-http does), else a fresh one. */
function requestIdOf(request: Request): string {
  const given: unknown = Reflect.get(request, 'id')
  return typeof given === 'string' || typeof given === 'number' ? String(given) : randomUUID()
}

/** Whole seconds from one moment to another, at least one. */
export function secondsUntil(at: Date, now: Date): number {
  return Math.max(1, Math.ceil((at.getTime() - now.getTime()) / 1000))
}
