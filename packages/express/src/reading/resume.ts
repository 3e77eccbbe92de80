import type { Request } from 'express'
import type { Resumption } from '../pages/page.js'
import type { OwnHosts } from './own-hosts.js'
import { ownPath } from './own-path.js'

/** What is needed to go on with an interrupted request. It travels inside the ticket. */
export type Resume = Readonly<{
  method: 'GET' | 'POST'
  /** Where the request went. */
  path: string
  /** Where the person came from, to start again. */
  from: string
  /** The form that was posted, urlencoded. */
  form?: string
  /** How many ways to confirm there were. */
  ways: number
  /** When the question was first asked, in milliseconds, where the ticket was sealed anew for a page. */
  asked?: number
}>

/**
 * A larger form is not carried; the person finds the page that it was sent from. Sealed, it stays below the 8 KiB that proxies take in one
 * line of a request; a proxy that takes 4 KiB of headers from us (`proxy_buffer_size`) has to be told to take 16.
 */
const longestForm = 4 * 1024

/** The core takes 6 KiB. */
const longestResume = 6 * 1024

/** What it takes to send this request again: a GET, or the form that was posted; else the page that it came from. */
export function resumeOf(request: Request, own: OwnHosts, base: string, ways: number): Resume {
  const from = pageBefore(request, own, base)
  const back: Resume = { method: 'GET', path: from, from, ways }
  const again = repeatable(request)
  const resume = again && {
    ...again,
    path: ownPath(request.originalUrl),
    from: again.method === 'GET' ? ownPath(request.originalUrl) : from,
    ways,
  }
  return resume && JSON.stringify(resume).length <= longestResume
    ? resume
    : JSON.stringify(back).length <= longestResume
      ? back
      : { ...back, path: '/', from: '/' }
}

/** The text that the ticket carries. */
export function resumeText(resume: Resume): string {
  return JSON.stringify(resume)
}

/** What a ticket carried. It was sealed by us, so that its form is ours; a ticket without it leads home. */
export function readResume(text: string | undefined): Resume {
  return text === undefined ? { method: 'GET', path: '/', from: '/', ways: 1 } : JSON.parse(text)
}

/** How a page goes on, its path checked once more at the moment of use. */
export function resumptionOf({ method, path, form }: Resume): Resumption {
  const fields = [...new URLSearchParams(form ?? '')].map(([name, value]) => ({ name, value }))
  return { method, path: ownPath(path), fields }
}

function repeatable(request: Request): Readonly<{ method: 'GET' } | { method: 'POST'; form: string }> | undefined {
  const method = sentMethod(request)
  if (method === 'GET' || method === 'HEAD') return { method: 'GET' }
  if (method !== 'POST' || !request.is('application/x-www-form-urlencoded')) return undefined
  const form = new URLSearchParams(pairsOf(request.body)).toString()
  return form.length <= longestForm ? { method: 'POST', form } : undefined
}

/** The method that the browser used: a method override keeps it aside. */
function sentMethod(request: Request): string {
  const original: unknown = Reflect.get(request, 'originalMethod')
  return typeof original === 'string' ? original : request.method
}

/** A parsed form as pairs again, in the way of writing that any parser of forms reads back. */
function pairsOf(value: unknown, name = ''): [string, string][] {
  if (Array.isArray(value)) return value.flatMap((one) => pairsOf(one, typeof one === 'object' ? `${name}[]` : name))
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([key, inner]) => pairsOf(inner, name === '' ? key : `${name}[${key}]`))
  return value === undefined || value === null ? [] : [[name, String(value)]]
}

/** The own page that the request was sent from; ours lead nowhere again, but for the account page. */
function pageBefore(request: Request, own: OwnHosts, base: string): string {
  const referer = request.get('referer') ?? ''
  const url = URL.canParse(referer) ? new URL(referer) : undefined
  if (!url || !own.knowsOrigin(url.origin)) return '/'
  if (url.pathname === `${base}/account`) return url.pathname
  if (url.pathname.startsWith(`${base}/`)) return '/'
  return ownPath(url.pathname + url.search)
}
