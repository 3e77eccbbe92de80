import { CountersignError } from '../errors.js'
import type { Actions } from '../policy/action.js'
import { applicationIdOf, type SubjectId } from '../subject/subject-id.js'
import type { Parts } from './parts.js'

/** Where links in messages lead: never from a request's Host. */
export type PublicUrl = Readonly<{
  /** Without a subject: `undefined` when it depends on the subject. */
  fixed: URL | undefined
  of(subject: SubjectId): URL
}>

/**
 * Reads the configured public URL.
 * @throws CountersignError `ERR_COUNTERSIGN_PUBLIC_URL` when it is none, not https off loopback in production, or missing there.
 */
export function publicUrlOf({ publicUrl }: Parts<Actions>): PublicUrl {
  if (typeof publicUrl === 'function')
    return { fixed: undefined, of: (subject) => checkedUrl(publicUrl(applicationIdOf(subject))) }
  if (publicUrl === undefined && process.env.NODE_ENV === 'production') throw wrongUrl('is missing')
  const fixed = checkedUrl(publicUrl ?? `http://localhost:${process.env.PORT ?? '3000'}`)
  return { fixed, of: () => fixed }
}

function checkedUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^https?:$/.test(url.protocol)) throw wrongUrl(`is "${text}"`)
  if (url.username || url.password || url.search || url.hash) throw wrongUrl('holds more than scheme, host and path')
  if (process.env.NODE_ENV === 'production' && url.protocol === 'http:' && !isLoopback(url.hostname))
    throw wrongUrl(`is "${url.origin}", without TLS`)
  return url
}

/** Whether a host name means this machine. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname)
}

function wrongUrl(what: string): CountersignError {
  return new CountersignError(
    'ERR_COUNTERSIGN_PUBLIC_URL',
    `"publicUrl" ${what}. Give the address at which people reach the application, such as "https://bank.example".`,
  )
}
