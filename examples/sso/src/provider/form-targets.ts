import type { Response } from 'express'

/**
 * R-36, but for where forms may lead: Chromium holds each redirect after a form to `form-action` (T33). No script is run; where the
 * library sends one along, it adds its digest to `script-src`, which has to stand there for that.
 */
const rest =
  "default-src 'none'; script-src; style-src 'self'; img-src 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"

/** What a page may do whose forms lead to this site, and on to an address that the provider has checked. */
export function contentSecurity(onwards: unknown = undefined): string {
  return `${rest}; ${formTargets([onwards])}`
}

/** The directive for forms that lead to this site, and on to such addresses as there are. */
export function formTargets(onwards: readonly unknown[]): string {
  return ['form-action', ...new Set(["'self'", ...onwards.flatMap(originOf)])].join(' ')
}

function originOf(address: unknown): readonly string[] {
  if (typeof address !== 'string' || !URL.canParse(address)) return []
  const { origin } = new URL(address)
  return origin === 'null' ? [] : [origin]
}

/** Lets the forms of this answer lead on to a relying party. */
export function allowFormsTo(response: Response, onwards: unknown): void {
  response.set('Content-Security-Policy', contentSecurity(onwards))
}
