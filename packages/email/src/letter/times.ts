import type { Language } from '@countersign/core'

/** The points in time of one message, in the words of its language and the zone of its person. */
export interface Times {
  /** When it was asked for: "23 November 2026, 14:32 CET". */
  readonly asked: string
  /** "14:37 CET"; with the day in front when that is not the day it was asked for. */
  until(at: Date): string
}

/** British forms for English: day before month and a clock of 24 hours. */
const locales = { en: 'en-GB', de: 'de' } as const satisfies Record<Language, string>

/** A formatter costs as much as a whole message; so many pairs of language and zone are kept. */
const kept = 64
const formatters = new Map<string, Intl.DateTimeFormat>()

/** Times in an IANA zone; an unknown zone becomes UTC, and every time names its zone. */
export function timesIn(language: Language, timeZone: string, askedAt: Date): Times {
  const formatter = formatterFor(language, timeZone)
  const asked = dayAndTime(formatter, askedAt)
  return {
    asked: asked.join(', '),
    until(at) {
      const [day, time] = dayAndTime(formatter, at)
      return day === asked[0] ? time : `${day}, ${time}`
    },
  }
}

function formatterFor(language: Language, timeZone: string): Intl.DateTimeFormat {
  const key = `${language} ${timeZone}`
  const known = formatters.get(key)
  if (known) return known

  const formatter = newFormatter(locales[language], timeZone) ?? new Intl.DateTimeFormat(locales[language], form('UTC'))
  const [oldest] = formatters.keys()
  if (formatters.size >= kept && oldest !== undefined) formatters.delete(oldest)
  formatters.set(key, formatter)
  return formatter
}

function newFormatter(locale: string, timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat(locale, form(timeZone))
  } catch {
    return undefined
  }
}

function form(timeZone: string): Intl.DateTimeFormatOptions {
  return {
    timeZone,
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'short',
  }
}

/** "23 November 2026" and "14:32 CET". The locale joins the two by "at" or "um", messages by a comma. */
function dayAndTime(formatter: Intl.DateTimeFormat, at: Date): [day: string, time: string] {
  const parts = formatter.formatToParts(at)
  const year = parts.findIndex((part) => part.type === 'year')
  const day = parts.slice(0, year + 1).map((part) => part.value)
  const value = (type: Intl.DateTimeFormatPartTypes) => parts.find((part) => part.type === type)?.value
  return [day.join(''), `${value('hour')}:${value('minute')} ${value('timeZoneName')}`]
}
