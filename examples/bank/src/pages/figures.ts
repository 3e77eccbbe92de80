import type { Language } from '@countersign/core'
import type { Cents } from '../money.js'

const locales = { en: 'en-GB', de: 'de-DE' } as const satisfies Record<Language, string>

/** Where the bank keeps its books. */
const timeZone = 'Europe/Berlin'

/** "1,000.00 EUR", "1.000,00 EUR". */
export function money(cents: Cents, language: Language): string {
  const number = new Intl.NumberFormat(locales[language], { minimumFractionDigits: 2 }).format(cents / 100)
  return `${number} EUR`
}

/** The same with a sign, for a line of an account. */
export function signedMoney(cents: Cents, language: Language): string {
  return `${cents < 0 ? '\u2212' : '+'}${money(Math.abs(cents), language)}`
}

/** "23 Nov 2026" */
export function day(at: Date, language: Language): string {
  return new Intl.DateTimeFormat(locales[language], { dateStyle: 'medium', timeZone }).format(at)
}

/** "23 November 2026" */
export function longDay(at: Date, language: Language): string {
  return new Intl.DateTimeFormat(locales[language], { dateStyle: 'long', timeZone }).format(at)
}

/** "23 November 2026 at 14:33 CET" */
export function moment(at: Date, language: Language): string {
  const parts = {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
  } as const
  return new Intl.DateTimeFormat(locales[language], { ...parts, timeZone }).format(at)
}

/** An IBAN in fours. */
export function inFours(iban: string): string {
  return iban.replace(/(.{4})(?=.)/g, '$1 ')
}

/** At most two letters that stand for a name. */
export function initials(name: string): string {
  const letters = name.split(/\s+/).map((word) => [...word][0] ?? '')
  return [letters[0], letters.length > 1 ? letters.at(-1) : ''].join('').toLocaleUpperCase()
}
