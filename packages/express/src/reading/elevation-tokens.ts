import { cookieOf, type WithHeaders } from './cookies.js'

/** The names of our cookies. Browsers refuse `__Host-` without TLS, which is for localhost only. */
export type CookieNames = Readonly<{ window: string; once: string }>

/** Cookie names where browsers reach us by TLS, and where they do not. */
export function cookieNames(secure: boolean): CookieNames {
  const prefix = secure ? '__Host-' : ''
  return { window: `${prefix}countersign`, once: `${prefix}countersign-once` }
}

/** Stands between the tokens of one cookie; no token holds it. */
const between = '~'

/** Windowed elevations that travel at once. */
const windowsCap = 4

/** A cookie of more bytes is refused by browsers; room is left for its name and attributes. */
const cookieBytes = 3_800

const header = 'countersign-elevation'

/** The tokens that came with a request, the decisive one first: the header's alone, else the cookies'. */
export function elevationTokens(request: WithHeaders, names: CookieNames, mode: 'once' | 'window'): readonly string[] {
  const sent = request.headers[header]
  if (typeof sent === 'string') return [sent]
  if (!request.headers.cookie?.includes(names.window)) return none
  const windows = windowTokens(request, names)
  const once = cookieOf(request, names.once)
  if (once === undefined || once === '') return windows
  return mode === 'once' ? [once, ...windows] : [...windows, once]
}

const none: readonly string[] = []

function windowTokens(request: WithHeaders, names: CookieNames): readonly string[] {
  return (
    cookieOf(request, names.window)
      ?.split(between, windowsCap)
      .filter((token) => token !== '') ?? none
  )
}

/** The value of the windowed cookie with one more token in it: the newest first, the oldest gives way. */
export function withWindow(request: WithHeaders, names: CookieNames, token: string): string {
  const tokens = [token, ...windowTokens(request, names).filter((one) => one !== token)].slice(0, windowsCap)
  while (tokens.length > 1 && tokens.join(between).length > cookieBytes) tokens.pop()
  return tokens.join(between)
}

/** Whether the once-cookie decided: it is there, and no header went before it. */
export function usesOnceCookie(request: WithHeaders, names: CookieNames): boolean {
  return request.headers[header] === undefined && Boolean(cookieOf(request, names.once))
}
