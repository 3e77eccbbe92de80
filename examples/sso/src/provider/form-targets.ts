import type { Response } from 'express'

/** R-36, but for where forms may lead: Chromium holds each redirect after a form to `form-action` (T33). */
const rest =
  "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"

/** What a page may do whose forms lead to this site, and on to an address that the provider has checked. */
export function contentSecurity(onwards: unknown = undefined): string {
  const origin = typeof onwards === 'string' && URL.canParse(onwards) ? new URL(onwards).origin : undefined
  return `${rest}; form-action 'self'${origin === undefined || origin === 'null' ? '' : ` ${origin}`}`
}

/** Lets the forms of this answer lead on to a relying party. */
export function allowFormsTo(response: Response, onwards: unknown): void {
  response.set('Content-Security-Policy', contentSecurity(onwards))
}
