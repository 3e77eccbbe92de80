import type { Language } from '@countersign/core'
import { english } from './english.js'
import { german } from './german.js'
import type { FieldError } from './page.js'

/** What the pages say, in one language. A word that a language lacks does not compile. */
export type Words = Readonly<{
  error: string
  skip: string
  accounts: string
  transfer: string
  securitySection: string
  inbox: string
  signOut: string
  sections: string

  signIn: string
  signInLead: string
  email: string
  emailHint: string
  password: string
  noAccountYet: string
  wrongCredentials: string
  created: string
  signedOut: string
  demo: string
  demoPeople: string

  signUp: string
  signUpLead: string
  name: string
  passwordHint: string
  haveAccount: string

  hello: (name: string) => string
  balance: string
  newTransfer: string
  latest: string
  outgoing: string
  opening: string
  noTransfers: string
  /** The security code, as its card says it. */
  security: Readonly<{
    title: string
    none: string
    issued: string
    active: (until: string) => string
    expiring: (until: string) => string
    expired: string
    revoked: string
    guide: string
    guideLead: string
    done: string
    steps: Readonly<Record<'prove' | 'pickUp' | 'use', string>>
    next: Readonly<Record<'prove' | 'enterProof' | 'issue' | 'pickUp', string>>
  }>
  sentTo: string
  noContact: string
  lastUse: string
  never: string
  manage: string
  notKnownNow: string
  notesCard: string
  openNotes: string

  transferLead: (balance: string) => string
  amount: string
  amountHint: string
  payee: string
  payeeHint: string
  payeeName: string
  payeeNameHint: string
  goOn: string
  codeNext: string

  sent: string
  amountSent: string
  to: string
  iban: string
  executedAt: string
  reference: string
  anotherTransfer: string
  toAccount: string

  securityLead: string
  codesGoTo: string
  proved: string
  notProved: string
  unproved: string
  codeAndContacts: string
  codeAndContactsLead: string
  pending: (masked: string) => string
  pendingHint: string
  changeEmail: string
  newEmail: string
  newEmailHint: string
  change: string

  notes: string
  notesLead: string
  notesLabel: string
  save: string
  saved: string

  inboxLead: string
  noMail: string
  mailTo: string

  thereIsAProblem: string
  tryAgain: string
  startPage: string
  requestId: string
  errors: Readonly<Record<FieldError, string>>
  problems: Readonly<
    Record<
      | 'not-found'
      | 'foreign-origin'
      | 'malformed'
      | 'too-many-requests'
      | 'too-many-changes'
      | 'unavailable'
      | 'internal'
      | 'other',
      readonly [string, string]
    >
  >
}>

/** The words of each language. */
export const wordsOf: Readonly<Record<Language, Words>> = { en: english, de: german }
