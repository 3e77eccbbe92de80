import type { CodeView, Language } from '@countersign/core'
import type { ProblemName } from '../http/problem.js'
import type { Mail } from '../inbox/inbox.js'
import type { Entry } from '../ledger/entry.js'
import type { Cents } from '../money.js'

/** Who looks at a page, and in which language. */
export type PageContext = Readonly<{
  language: Language
  /** The name of whoever is signed in. */
  person?: string
  /** Whether the bank keeps the mail that it sends. */
  inbox: boolean
  /** Whether the people of the demo are there. */
  seeded: boolean
}>

/** What is wrong with a value, in a word that `words.ts` turns into a sentence. */
export type FieldError = 'amount' | 'funds' | 'currency' | 'iban' | 'name' | 'email' | 'known' | 'password' | 'notes'

/** What was typed, and what is wrong with it, both by the field's name. */
export type FormState = Readonly<{
  values: Readonly<Record<string, string>>
  errors: Readonly<Record<string, FieldError>>
}>

/** A form that nobody has typed into. */
export const emptyForm: FormState = { values: {}, errors: {} }

/** How a customer can confirm something. */
export type SecurityStatus = Readonly<{
  code: CodeView
  /** Where codes go, masked. */
  contact?: Readonly<{ masked: string; proved: boolean }>
  /** An address that waits for its proof, masked. */
  pending?: string
  /** When something was confirmed last. */
  lastUse?: Date
}>

/** Every page of the bank, as data. */
export type Page =
  | Readonly<{
      page: 'sign-in'
      form: FormState
      returnTo?: string
      notice?: 'wrong-credentials' | 'created' | 'signed-out'
    }>
  | Readonly<{ page: 'sign-up'; form: FormState }>
  /** Without `security` while nobody can say how it is with that. */
  | Readonly<{
      page: 'account'
      name: string
      balance: Cents
      entries: readonly Entry[]
      security?: SecurityStatus
      /** Where contacts and code are looked after. */
      securityUrl: string
    }>
  | Readonly<{ page: 'transfer'; balance: Cents; form: FormState }>
  | Readonly<{ page: 'sent'; entry: Entry }>
  | Readonly<{
      page: 'security'
      email: string
      proved: boolean
      pending?: string
      form: FormState
      securityUrl: string
    }>
  | Readonly<{ page: 'notes'; form: FormState; saved: boolean }>
  | Readonly<{ page: 'inbox'; mails: readonly Mail[] }>
  | Readonly<{ page: 'problem'; kind: ProblemName; requestId: string }>
