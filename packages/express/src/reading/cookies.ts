import type { IncomingHttpHeaders } from 'node:http'
import { parseCookie } from 'cookie'

/** A request as far as its headers go: Express's, Koa's or Node's own. */
export type WithHeaders = Readonly<{ headers: IncomingHttpHeaders }>

/** A cookie of the request, decoded. */
export function cookieOf(request: WithHeaders, name: string): string | undefined {
  const header = request.headers.cookie
  // Most requests carry no cookie of ours: no need to read the others.
  return header?.includes(name) ? parseCookie(header)[name] : undefined
}
