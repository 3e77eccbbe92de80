import type { Language } from '@countersign/core'

/** Points in time in the words of one language and the zone of one person. */
export interface Times {
  /** "23 November 2026, 14:32 CET" */
  on(at: Date): string
  /** "14:37 CET"; with the day in front when that is another one than the day of `from`. */
  until(at: Date, from: Date): string
}

/** British forms for English: day before month and a clock of 24 hours. */
const locales = { en: 'en-GB', de: 'de' } as const satisfies Record<Language, string>

/** A formatter costs as much as a whole message; so many pairs of language and zone are kept. */
const kept = 64
const formatters = new Map<string, Intl.DateTimeFormat>()

/** Times in an IANA zone; an unknown zone becomes UTC, and every time names its zone. */
export function timesIn(language: Language, timeZone: string): Times {
  const formatter = formatterFor(language, timeZone)
  return {
    on: (at) => dayAndTime(formatter, at).join(', '),
    until: (at, from) => {
      const [day, time] = dayAndTime(formatter, at)
      return day === dayAndTime(formatter, from)[0] ? time : `${day}, ${time}`
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
