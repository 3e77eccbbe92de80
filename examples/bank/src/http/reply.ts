import type { Language } from '@countersign/core'
import type { Request, Response } from 'express'
import type { FormState, Page } from '../pages/page.js'
import { renderPage } from '../pages/render.js'
import { type FieldProblem, Problem } from './problem.js'

declare global {
  namespace Express {
    interface Request {
      /** Stands in the log and in refusals. */
      id: string
    }
    interface Locals {
      /** The name of whoever is signed in. */
      person?: string
      inbox: boolean
      seeded: boolean
    }
  }
}

/** Whether the client would rather have a page than JSON. A program that asks for anything gets JSON. */
export function wantsPage(request: Request): boolean {
  return request.accepts(['json', 'html']) === 'html'
}

/** The language of the pages that the client would rather have. */
export function languageOf(request: Request): Language {
  return request.acceptsLanguages('en', 'de') === 'de' ? 'de' : 'en'
}

/** Answers with a page, in the language of the request. */
export function sendPage(request: Request, response: Response, page: Page, status = 200): void {
  const { person, inbox, seeded } = response.locals
  const context = { language: languageOf(request), inbox, seeded, ...(person !== undefined && { person }) }
  response.status(status).type('html').send(renderPage(page, context))
}

/** Answers with the page or its JSON twin. */
export function sendEither(request: Request, response: Response, page: Page, twin: unknown): void {
  if (wantsPage(request)) sendPage(request, response, page)
  else response.json(twin)
}

/** Answers a POST: a page is left by 303, so that a reload repeats nothing; a program gets the status and the body. */
export function sendDone(request: Request, response: Response, to: string, status: number, body: unknown): void {
  if (wantsPage(request)) response.redirect(303, to)
  else response.status(status).json(body)
}

/** Refuses values: for a page its form again, with what was typed and what is wrong; for a program 422. */
export function refuseValues(
  request: Request,
  response: Response,
  errors: FormState['errors'],
  formPage: (form: FormState) => Page,
): void {
  if (!wantsPage(request)) throw new Problem('wrong-value', { errors: listed(errors) })
  sendPage(request, response, formPage({ values: typed(request.body), errors }), 422)
}

function listed(errors: FormState['errors']): readonly FieldProblem[] {
  return Object.entries(errors).map(([field, problem]) => ({ field, problem }))
}

function typed(body: unknown): Readonly<Record<string, string>> {
  const texts = Object.entries(body ?? {}).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
  return Object.fromEntries(texts)
}

const own = 'http://own.invalid'

/** A path of this site, or the start page: where a form asks to go on must not lead elsewhere. */
export function ownPath(text: string | undefined): string {
  if (text === undefined || !text.startsWith('/') || !URL.canParse(text, own)) return '/'
  const { origin, pathname, search } = new URL(text, own)
  // A path such as `/.//elsewhere` becomes `//elsewhere`, which names a host.
  return origin === own && !pathname.startsWith('//') ? pathname + search : '/'
}
