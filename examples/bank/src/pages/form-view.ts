import type { FormState } from './page.js'
import type { Words } from './words.js'

/** A field as a page asks for it. */
export type FieldSpec = Readonly<{
  name: string
  label: string
  hint?: string
  type?: 'text' | 'email' | 'password'
  /** A field of several lines. */
  lines?: true
  /** A value that is never sent back to the page. */
  secret?: true
  attributes?: Readonly<Record<string, string>>
}>

/** A form as a page asks for it. */
export type FormSpec = Readonly<{
  action: string
  button: string
  fields: readonly FieldSpec[]
  hidden?: Readonly<Record<string, string>>
}>

/** A form as the template prints it. */
export function formView(spec: FormSpec, state: FormState, words: Words, focusFirst: boolean) {
  return {
    action: spec.action,
    button: spec.button,
    hidden: Object.entries(spec.hidden ?? {}),
    fields: spec.fields.map((field, index) => fieldView(field, state, words, focusFirst && index === 0)),
  }
}

function fieldView(field: FieldSpec, { values, errors }: FormState, words: Words, focused: boolean) {
  const { name, label, hint, type = 'text', lines, secret, attributes = {} } = field
  const wrong = errors[name]
  const description = [wrong && `${name}-error`, hint && `${name}-hint`].filter(Boolean).join(' ')
  const value = secret ? '' : (values[name] ?? '')
  return {
    name,
    label,
    hint,
    type,
    lines,
    value,
    focused,
    description,
    error: wrong && words.errors[wrong],
    attributes: Object.entries(attributes),
  }
}

/** The errors in the order of the fields; one that has no field of its own leads to the first. */
export function wrongFields(fields: readonly FieldSpec[], { errors }: FormState, words: Words) {
  const [first] = fields
  const order = fields.map(({ name }) => name)
  return Object.entries(errors)
    .map(([name, wrong]) => ({ name: order.includes(name) ? name : (first?.name ?? name), error: words.errors[wrong] }))
    .sort((one, other) => order.indexOf(one.name) - order.indexOf(other.name))
}
