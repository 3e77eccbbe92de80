import type { Language } from '@countersign/core'
import type { PageContext } from './page.js'
import type { Moment } from './text.js'

/** British English counts the hours of the day to 24 and writes the day before the month. */
const locales = { en: 'en-GB', de: 'de-DE' } as const satisfies Record<Language, string>

/** The time of day in the person's zone: "14:32", or "14:32 UTC" when the zone is not known to be theirs. */
export function clockTime(at: Date, context: PageContext): Moment {
  return { iso: at.toISOString(), words: format(at, context, timeParts(context)), dated: false }
}

/** The same with the day before it, unless that is today: "23 November, 14:32". */
export function dayAndTime(at: Date, context: PageContext): Moment {
  if (!context.now || dayOf(at, context) === dayOf(context.now, context)) return clockTime(at, context)
  const day = format(at, context, { day: 'numeric', month: 'long' })
  return { iso: at.toISOString(), words: `${day}, ${clockTime(at, context).words}`, dated: true }
}

/** A day with its year, such as the end of something that lasts: "23 May 2027". */
export function calendarDay(at: Date, context: PageContext): string {
  return format(at, context, { dateStyle: 'long' })
}

function timeParts({ timeZoneKnown }: PageContext): Intl.DateTimeFormatOptions {
  const parts: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }
  return timeZoneKnown ? parts : { ...parts, timeZoneName: 'short' }
}

function dayOf(at: Date, context: PageContext): string {
  return format(at, context, { dateStyle: 'short' })
}

function format(at: Date, { language, timeZone }: PageContext, parts: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(locales[language], { ...parts, timeZone }).format(at)
}
