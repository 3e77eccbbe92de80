import { z } from 'zod'
import type { ActionDefinition, BoundValue, BoundValues, FieldKind } from './action.js'

const text = (pattern: RegExp, what: string) => z.string(`must be a text: ${what}`).regex(pattern, `must be ${what}`)

/** What a value of each kind looks like. The application's own validation says whether it makes sense; this keeps free text out of messages. */
export const fieldKinds: Readonly<Record<FieldKind, z.ZodType<BoundValue>>> = {
  decimal: text(/^-?[0-9]{1,15}(\.[0-9]{1,8})?$/, 'a decimal number as a text, such as "250.00"'),
  integer: z.int('must be a whole number'),
  currency: text(/^[A-Z]{3}$/, 'three capital letters (ISO 4217)'),
  iban: text(/^[A-Z]{2}[0-9]{2}( ?[A-Z0-9]){10,31}$/, 'an IBAN (ISO 13616), in groups or without'),
  email: z.string('must be a text').max(254).pipe(z.email('must be an e-mail address')),
  phone: text(/^\+[1-9][0-9 ]{5,19}$/, 'a phone number that begins with "+" (E.164)'),
  date: z.string('must be a text').pipe(z.iso.date('must be a date, such as "2026-11-23"')),
  boolean: z.boolean('must be true or false'),
  id: text(/^[A-Za-z0-9_.:~-]{1,128}$/, 'an id: up to 128 letters, digits and _ . : ~ -'),
  text: z
    .string('must be a text')
    .max(500, 'must have at most 500 characters')
    .refine((value) => value.isWellFormed(), 'must be well-formed Unicode'),
}

/** Bound values together, as UTF-8 of their JSON. */
const boundBytesCap = 1024

/** The outcome of looking at bound values: the values themselves, or the first field that is wrong and why. Never the value. */
export type CheckedBound =
  | Readonly<{ outcome: 'ok'; bound: BoundValues }>
  | Readonly<{ outcome: 'malformed'; field: string; problem: string }>

/** Whether these are exactly the action's bound fields, each of its kind. Values stay as they were sent. */
export function checkBoundValues({ binds = {} }: ActionDefinition, given: unknown): CheckedBound {
  const values = given ?? {}
  if (typeof values !== 'object' || Array.isArray(values)) return malformed('', 'must be an object of fields')

  const foreign = Object.keys(values).find((field) => !Object.hasOwn(binds, field))
  if (foreign !== undefined) return malformed(foreign, 'is not bound by the action')

  const bound: Record<string, BoundValue> = {}
  const specs = Object.entries(binds)
  if (specs.length === 0) return { outcome: 'ok', bound }
  for (const [field, spec] of specs) {
    const value: unknown = Reflect.get(values, field)
    if (value === undefined && spec.endsWith('?')) continue
    if (value === undefined) return malformed(field, 'is missing')
    const checked = fieldKinds[kindOf(spec)].safeParse(value)
    if (!checked.success) return malformed(field, checked.error.issues[0]?.message ?? 'is of another kind')
    bound[field] = checked.data
  }
  if (Buffer.byteLength(JSON.stringify(bound)) > boundBytesCap)
    return malformed('', `must have at most ${boundBytesCap} bytes in all`)
  return { outcome: 'ok', bound }
}

/** The kind without the mark of what may be left out. */
export function kindOf(spec: string): FieldKind {
  return spec.replace(/\?$/, '') as FieldKind
}

function malformed(field: string, problem: string): CheckedBound {
  return { outcome: 'malformed', field, problem }
}
