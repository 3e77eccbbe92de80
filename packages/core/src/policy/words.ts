import type { ActionInWords, Fact, Language } from '../delivery/message.js'
import { maskEmail } from '../secret/mask.js'
import type { ActionDefinition, ActionWords, BoundValue, BoundValues } from './action.js'
import { kindOf } from './field.js'

/** Who reads: the page shows everything in full, a message shortens targets and leaves free text out. */
export type Reader = 'page' | 'message'

const locales = { en: 'en-GB', de: 'de-DE' } as const

const plainWords: Readonly<Record<Language, ActionWords>> = {
  en: { name: 'step', one: 'one step in your account', act: 'Confirm' },
  de: { name: 'Vorgang', one: 'einen Schritt in Ihrem Konto', act: 'Bestätigen' },
}

/** An action and its fields in the words of one language; a language without words of its own falls back to English, then to plain ones. */
export function actionInWords(
  definition: ActionDefinition,
  bound: BoundValues,
  language: Language,
  reader: Reader,
): ActionInWords {
  const words = wordsOf(definition, language)
  const rows = rowsOf(definition, bound, language, reader)
  const value = (field: string) =>
    rows.find(({ fields }) => fields[0] === field)?.parts[0] ??
    rows.find(({ fields }) => fields.includes(field))?.parts[1] ??
    ''
  return {
    name: words.name,
    one: words.one,
    act: words.act.replace(/\{(\w+)\}/g, (_, field: string) => value(field)).trim(),
    facts: rows.map(({ fields, parts }) => fact(words, fields, parts)),
  }
}

function wordsOf({ words }: ActionDefinition, language: Language): ActionWords {
  const given = words?.[language] ?? words?.en
  if (given === undefined) return plainWords[language]
  return typeof given === 'string' ? { ...plainWords[language], act: given } : given
}

type Row = Readonly<{ fields: readonly string[]; parts: readonly string[] }>

/** A decimal and the currency after it are one row: money. */
function rowsOf(
  { binds = {} }: ActionDefinition,
  bound: BoundValues,
  language: Language,
  reader: Reader,
): readonly Row[] {
  const rows: Row[] = []
  const entries = Object.entries(binds).filter(
    ([field, spec]) => bound[field] !== undefined && (reader === 'page' || kindOf(spec) !== 'text'),
  )
  for (let index = 0; index < entries.length; index++) {
    const [field = '', spec = 'text'] = entries[index] ?? []
    const [next = '', nextSpec = 'text'] = entries[index + 1] ?? []
    const own = inWords(kindOf(spec), bound[field], language, reader)
    const isMoney = kindOf(spec) === 'decimal' && kindOf(nextSpec) === 'currency'
    rows.push(
      isMoney ? { fields: [field, next], parts: [own, String(bound[next])] } : { fields: [field], parts: [own] },
    )
    if (isMoney) index += 1
  }
  return rows
}

function fact(words: ActionWords, fields: readonly string[], parts: readonly string[]): Fact {
  const [field = ''] = fields
  return { label: words.fields?.[field] ?? field.charAt(0).toUpperCase() + field.slice(1), value: parts.join(' ') }
}

function inWords(kind: string, value: BoundValue | undefined, language: Language, reader: Reader): string {
  const text = String(value)
  if (kind === 'decimal') return decimalInWords(text, language)
  if (kind === 'iban') return reader === 'message' ? shortened(text.replace(/ /g, '')) : inFours(text)
  if (kind === 'email' && reader === 'message') return maskEmail(text)
  if ((kind === 'id' || kind === 'phone') && reader === 'message') return shortened(text.replace(/ /g, ''))
  if (kind === 'boolean') return yesOrNo[language][value === true ? 1 : 0]
  if (kind === 'date')
    return new Intl.DateTimeFormat(locales[language], { dateStyle: 'long', timeZone: 'UTC' }).format(
      new Date(`${text}T00:00:00Z`),
    )
  return text
}

const yesOrNo = { en: ['no', 'yes'], de: ['nein', 'ja'] } as const

/** The digits stay as they were sent; only the decimal sign is the language's. */
function decimalInWords(text: string, language: Language): string {
  return language === 'de' ? text.replace('.', ',') : text
}

/** `CH93...2957`: enough to recognise, not enough to learn. */
function shortened(text: string): string {
  return text.length > 10 ? `${text.slice(0, 4)}...${text.slice(-4)}` : text
}

function inFours(text: string): string {
  return text.replace(/ /g, '').replace(/(.{4})(?=.)/g, '$1 ')
}
