import { languageOf } from '@countersign/example-bank/parts'
import type { Request, Response } from 'express'
import { renderPage, type ShownPage } from './render-page.js'

export type { ShownPage }

/** Answers with a page, in the language of the request. */
export function sendPage(
  request: Request,
  response: Response,
  page: ShownPage,
  { status = 200, person }: Readonly<{ status?: number; person?: string }> = {},
): void {
  const shownTo = { language: languageOf(request), ...(person !== undefined && { person }) }
  response.status(status).type('html').send(renderPage(page, shownTo))
}
