import { languageOf } from '@countersign/example-bank/parts'
import type { Request, Response } from 'express'
import { renderPage, type ShownPage, type ShownTo } from './render-page.js'

export type { ShownPage }

/** Answers with a page, in the language of the request. */
export function sendPage(
  request: Request,
  response: Response,
  page: ShownPage,
  { status = 200, ...shown }: Readonly<{ status?: number }> & Omit<ShownTo, 'language'> = {},
): void {
  response
    .status(status)
    .type('html')
    .send(renderPage(page, { language: languageOf(request), ...shown }))
}
