import type { Request, RequestHandler } from 'express'
import { Problem } from './problem.js'

const loopbackNames = new Set(['localhost', '127.0.0.1', '[::1]'])

/** Whether a host name (without port, as `URL.hostname` writes it) is this machine's own. */
export function isLoopbackHost(hostname: string): boolean {
  return loopbackNames.has(hostname)
}

/** Whether an origin is the bank's: that of its public URL, or with a loopback one every loopback name on any port. */
export function isOwnOrigin(publicUrl: URL, origin: string): boolean {
  if (!URL.canParse(origin)) return false
  const given = new URL(origin)
  if (given.origin !== origin) return false
  if (given.origin === publicUrl.origin) return true
  return given.protocol === publicUrl.protocol && isLoopbackHost(publicUrl.hostname) && isLoopbackHost(given.hostname)
}

/** Answers 421 to a `Host` that the bank does not go by, except on the health routes. */
export function knownHost(publicUrl: URL): RequestHandler {
  return function knownHostMiddleware(request, _response, next) {
    const exempt = request.path === '/health/live' || request.path === '/health/ready'
    if (exempt || isKnownHost(publicUrl, request.host)) return next()
    next(new Problem('unknown-host'))
  }
}

function isKnownHost(publicUrl: URL, host: string | undefined): boolean {
  return (
    host !== undefined &&
    /^[\w.:[\]-]+$/.test(host) &&
    isOwnOrigin(publicUrl, originOf(`${publicUrl.protocol}//${host}`))
  )
}

function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : ''
}

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Lets a request change something only when it comes from the bank's own pages. */
export function ownOrigin(publicUrl: URL): RequestHandler {
  return function ownOriginMiddleware(request, _response, next) {
    const harmless = safeMethods.has(request.method) || isProgram(request)
    if (harmless || comesFromOwnPage(publicUrl, request)) return next()
    next(new Problem('foreign-origin'))
  }
}

/** What authenticates by itself is no browser that lends its cookies to another site's page. */
function isProgram({ headers }: Request): boolean {
  return headers.authorization !== undefined && headers.cookie === undefined
}

/** `Origin: null` is what a page without a referrer sends; the browser then says in `Sec-Fetch-Site` whose page it was. */
function comesFromOwnPage(publicUrl: URL, request: Request): boolean {
  const { origin } = request.headers
  const site = request.headers['sec-fetch-site']
  if (origin === undefined || origin === 'null') return site === 'same-origin'
  return isOwnOrigin(publicUrl, origin) && (site === undefined || site === 'same-origin')
}
