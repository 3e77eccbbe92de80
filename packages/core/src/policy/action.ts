import type { FactorKind, Level } from '../assurance/level.js'
import type { Language } from '../delivery/message.js'

/** What a bound field holds. All but `integer` (a JSON number) and `boolean` are JSON texts. */
export type FieldKind =
  | 'decimal'
  | 'integer'
  | 'currency'
  | 'iban'
  | 'email'
  | 'phone'
  | 'date'
  | 'boolean'
  | 'id'
  | 'text'

/** A field kind; with `?` the field may be left out. */
export type FieldSpec = FieldKind | `${FieldKind}?`

/** A bound value, as it was sent. */
export type BoundValue = string | number | boolean

/** Bound fields by name. */
export type BoundValues = Readonly<Record<string, BoundValue>>

/**
 * What an action needs. `once`: an elevation that one request spends, good for exactly the fields it was shown with.
 * `window`: an elevation that holds for `windowSeconds` [300, at most 900] and binds no field. `factors`: the ways
 * to prove that it takes, the preferred one first [a code over each channel in its order, then the security code].
 */
export type Requirement = 'nothing' | (Proof & (Once | Window))

type Proof = Readonly<{ level: Exclude<Level, 'base'>; factors?: readonly FactorKind[] }>
type Once = Readonly<{ mode: 'once'; validSeconds?: number }>
type Window = Readonly<{ mode: 'window'; windowSeconds?: number }>

/**
 * An action in the words of one language. `{amount}` stands for a bound field; a decimal before a currency is written as money.
 *
 * @example
 * { name: 'transfer', one: 'a transfer', act: 'Send {amount} {currency}', fields: { amount: 'Amount', payee: 'To' } }
 */
export type ActionWords = Readonly<{
  /** The act as a thing: "transfer", "Überweisung". */
  name: string
  /** With its article: "a transfer", "eine Überweisung". */
  one: string
  /** What the confirming button says. */
  act: string
  /** Labels of the bound fields. */
  fields?: Readonly<Record<string, string>>
}>

/** An action as an application writes it. A text for `words` is the button's text. */
export type ActionDefinition = Readonly<{
  /** Bound fields and their kinds, the main one first. */
  binds?: Readonly<Record<string, FieldSpec>>
  /** Body fields that are deliberately not bound, such as `_csrf`. */
  unbound?: readonly string[]
  words?: Readonly<Partial<Record<Language, string | ActionWords>>>
  /** A bound field that holds the id of a contact: a code over that one serves only where no other factor can. */
  avoids?: string
  requires: Requirement
}>

/** Actions by name. */
export type Actions = Readonly<Record<string, ActionDefinition>>

/** The names of the actions, as texts. */
export type ActionName<A extends Actions> = keyof A & string

type ValueOf<Kind extends string> = Kind extends 'integer' ? number : Kind extends 'boolean' ? boolean : string

type FieldsOf<Binds> = {
  readonly [Name in keyof Binds as Binds[Name] extends `${string}?` ? never : Name]: ValueOf<Binds[Name] & string>
} & {
  readonly [Name in keyof Binds as Binds[Name] extends `${string}?`
    ? Name
    : never]?: Binds[Name] extends `${infer Kind}?` ? ValueOf<Kind> : never
}

/** The bound fields of one action, each with the type of its kind. */
export type Bound<A extends Actions, N extends keyof A> = A[N] extends { readonly binds: infer Binds }
  ? { readonly [Name in keyof FieldsOf<Binds>]: FieldsOf<Binds>[Name] }
  : Readonly<Record<never, never>>
