import { parseCookie } from 'cookie'
import type { Request } from 'express'

/** A cookie of the request, decoded. */
export function cookieOf(request: Request, name: string): string | undefined {
  const header = request.headers.cookie
  // Most requests carry no cookie of ours: no need to read the others.
  return header?.includes(name) ? parseCookie(header)[name] : undefined
}
