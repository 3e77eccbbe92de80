import type { Language } from '@countersign/core'
import { english } from './english.js'
import { german } from './german.js'

/** What the pages of provider and relying party say, in one language. */
export type Words = Readonly<{
  error: string
  skip: string
  sections: string
  signOut: string
  inbox: string
  inboxLead: string
  noMail: string
  mailTo: string

  signIn: string
  signInFor: string
  email: string
  password: string
  wrongCredentials: string
  demo: string
  demoPeople: string
  goBack: string

  consent: (client: string) => string
  consentLead: string
  scopes: Readonly<Record<string, string>>
  allow: string

  lost: string
  lostLead: string
  startAgain: string
  refused: string
  refusedLead: (error: string) => string

  onwards: Readonly<{ heading: string; lead: string; button: string }>
  logout: Readonly<{ heading: string; lead: string; yes: string; no: string; done: string }>
  device: Readonly<{
    heading: string
    lead: string
    wrong: string
    goOn: string
    confirm: (client: string) => string
    same: (code: string) => string
    no: string
    done: string
    close: string
  }>

  shop: string
  shopLead: string
  hello: (name: string) => string
  level: string
  ways: string
  signedInAt: string
  orders: string
  noOrders: string
  pay: string
  payLead: string
  amount: string
  payee: string
  amountFact: string
  payeeFact: string
  payNow: string
  thereIsAProblem: string
  wrongPayment: Readonly<{ amount: string; payee: string }>
  resume: (amount: string) => string
  resumeLead: string
  paid: string
  reference: string
  home: string
  notConfirmed: string
  notConfirmedLead: string
}>

/** The words of each language. */
export const wordsOf: Readonly<Record<Language, Words>> = { en: english, de: german }
