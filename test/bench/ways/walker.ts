import type { Client, Headers, Reply } from '../frame/client.js'

/** Somebody who walks through a step-up, and what he carries from one step to the next. */
export type Walker = Readonly<{
  name: string
  headers: Headers
  cookies: ReadonlyMap<string, string>
  ticket?: string
  challenge?: string
  elevation?: string
}>

/** One request of a way. `code` is the newest one that was sent to the walker. */
export type Step = Readonly<{
  name: 'ask' | 'open' | 'answer' | 'use'
  /** Whether a code leaves for each walker. */
  sends?: true
  take(client: Client, walker: Walker, code: string): Promise<Walker>
}>

/** A way through a step-up: who walks it, and its requests in order. */
export type Way = Readonly<{ walker(client: Client, name: string): Promise<Walker>; steps: readonly Step[] }>

/** The headers of a walker's next request. */
export function headersOf({ headers, cookies }: Walker): Headers {
  if (cookies.size === 0) return headers
  return { ...headers, cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') }
}

/** The walker with the cookies that a reply set in the place of older ones. */
export function withCookies(walker: Walker, { cookies: set }: Reply): Walker {
  if (set.length === 0) return walker
  const pairs = set.map((cookie): [string, string] => {
    const between = cookie.indexOf('=')
    return [cookie.slice(0, between), cookie.slice(between + 1)]
  })
  return { ...walker, cookies: new Map([...walker.cookies, ...pairs]) }
}

/** Where the codes of a walker go. */
export function addressOf({ name }: Pick<Walker, 'name'>): string {
  return `${name}@example.test`
}
