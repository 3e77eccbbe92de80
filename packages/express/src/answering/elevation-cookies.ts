import type { GrantedElevation } from '@countersign/core'
import type { CookieOptions, Request, Response } from 'express'
import { type CookieNames, withWindow } from '../reading/elevation-tokens.js'

/** Seconds that the windowed cookie lives: as long as any elevation can. Each token in it has its own end. */
const windowCookieSeconds = 900

/** */
function attributes(secure: boolean): CookieOptions {
  return { httpOnly: true, secure, sameSite: 'lax', path: '/' }
}

/** Gives a windowed elevation to the browser, beside those that it has. */
export function setWindowCookie(
  request: Request,
  response: Response,
  names: CookieNames,
  token: string,
  secure: boolean,
): void {
  const value = withWindow(request, names, token)
  response.cookie(names.window, value, { ...attributes(secure), maxAge: windowCookieSeconds * 1000 })
}

/** Gives a one-shot elevation to the browser, for the one request that it is good for. */
export function setOnceCookie(
  response: Response,
  names: CookieNames,
  { token, expiresAt }: GrantedElevation,
  now: Date,
  secure: boolean,
): void {
  const maxAge = Math.max(0, expiresAt.getTime() - now.getTime())
  response.cookie(names.once, token, { ...attributes(secure), maxAge })
}

/** Takes the one-shot elevation back: it was used. */
export function dropOnceCookie(response: Response, names: CookieNames, secure: boolean): void {
  response.clearCookie(names.once, attributes(secure))
}

/** Takes both back: the session is over. */
export function dropElevationCookies(response: Response, names: CookieNames, secure: boolean): void {
  dropOnceCookie(response, names, secure)
  response.clearCookie(names.window, attributes(secure))
}
