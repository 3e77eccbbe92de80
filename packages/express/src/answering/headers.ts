import type { Response } from 'express'

/** What a page of ours may load and do: its own files, its own forms, nothing else. */
const before = [
  "default-src 'none'",
  "style-src 'self'",
  "script-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
]
const after = ["base-uri 'none'", "frame-ancestors 'none'", "object-src 'none'"]

/** Chromium holds a form to `form-action` through every redirect that answers it: a sign-in's leads on to the relying party. */
function contentSecurityPolicy(formTarget: string | undefined): string {
  const formAction = formTarget === undefined ? "form-action 'self'" : `form-action 'self' ${formTarget}`
  return [...before, formAction, ...after].join('; ')
}

/** The headers of every answer of ours. With no-referrer, Chromium would send `Origin: null` on own forms. */
export function setOurHeaders(response: Response, secure: boolean, formTarget?: string): void {
  response.removeHeader('X-Powered-By')
  response.set({
    'Cache-Control': 'no-store',
    'Content-Security-Policy': contentSecurityPolicy(formTarget),
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Referrer-Policy': 'same-origin',
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
    ...(secure && { 'Strict-Transport-Security': 'max-age=31536000; includeSubDomains' }),
  })
}
