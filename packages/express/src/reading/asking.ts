import { type Language, languages } from '@countersign/core'
import Bowser from 'bowser'
import type { Request } from 'express'
import type { StepUpOptions } from '../options.js'
import { cookieOf } from './cookies.js'

/** How a person is to be spoken to. */
export type Manner = Readonly<{ language: Language; timeZone: string; timeZoneKnown: boolean }>

/** Set by the page's script: the browser's IANA zone. */
const timeZoneCookie = 'countersign-tz'

/** Set when a person chose a language on a page. */
export const languageCookie = 'countersign-language'

/** Language and zone: the application's word, else what the browser says. */
export async function mannerOf(request: Request, { language, timeZone }: StepUpOptions): Promise<Manner> {
  const zone = knownZone(await timeZone?.(request)) ?? knownZone(cookieOf(request, timeZoneCookie))
  return {
    language: knownLanguage(await language?.(request)) ?? languageOf(request),
    timeZone: zone ?? 'UTC',
    timeZoneKnown: zone !== undefined,
  }
}

/** What a message and the account page say about where it was asked for. */
export async function askingOf(request: Request, options: StepUpOptions) {
  const { language, timeZone } = await mannerOf(request, options)
  const device = deviceOf(request.get('user-agent'))
  const place = await options.place?.(request)
  return {
    language,
    timeZone,
    origin: { ...(device !== undefined && { device }), ...(isPlace(place) && { place }) },
  }
}

/** A word or a few: no line break and no sign that turns the direction of what stands beside it gets into a message. */
function isPlace(place: unknown): place is string {
  return typeof place === 'string' && place.length <= 64 && /^[^\p{C}\p{Zl}\p{Zp}]+$/u.test(place)
}

/** A language of ours, or nothing. */
export function knownLanguage(language: string | undefined): Language | undefined {
  return languages.find((one) => one === language)
}

function languageOf(request: Request): Language {
  const chosen =
    request.method === 'GET' && typeof request.query.language === 'string' ? request.query.language : undefined
  const accepted = request.acceptsLanguages([...languages])
  return (
    knownLanguage(chosen) ??
    knownLanguage(cookieOf(request, languageCookie)) ??
    knownLanguage(accepted || undefined) ??
    languages[0]
  )
}

const zones = new Map<string, boolean>()

/** A zone that this Node can tell the time in. Remembered, up to as many as there are. */
function knownZone(zone: string | undefined): string | undefined {
  if (zone === undefined || !/^[A-Za-z0-9_+/-]{1,64}$/.test(zone)) return undefined
  const known = zones.get(zone) ?? canTellTimeIn(zone)
  if (zones.size < 600) zones.set(zone, known)
  return known ? zone : undefined
}

function canTellTimeIn(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

const browsers: ReadonlySet<string> = new Set(Object.values(Bowser.BROWSER_MAP))
const systems: ReadonlySet<string> = new Set(Object.values(Bowser.OS_MAP))

/**
 * "Chrome on Windows", as far as the browser tells. Of a browser that it does not know, Bowser gives the words that came: whoever sends
 * the request would write into the person's messages.
 */
function deviceOf(userAgent: string | undefined): string | undefined {
  if (!userAgent || userAgent.length > 512) return undefined
  const { browser, os } = Bowser.parse(userAgent)
  const names = [known(browsers, browser.name), known(systems, os.name)].filter((name) => name !== undefined)
  return names.length > 0 ? names.join(' on ') : undefined
}

function known(names: ReadonlySet<string>, name: string | undefined): string | undefined {
  return name !== undefined && names.has(name) ? name : undefined
}
