import { type AccountForm, type AccountFormRef, accountForms } from '../pages/page.js'
import type { Parts } from '../parts.js'

/** What a page says beside what it shows. It rides in the address, since a POST of a form is answered by a redirect. */
export type Said =
  | 'wrong'
  | 'malformed'
  | 'earlier-code'
  | 'code-expired'
  | 'resent'
  | 'wait'
  | 'locked'
  | 'used-up'
  | 'unavailable'
  | 'busy'
  | 'too-late'
  | 'nothing-waiting'
  | 'last-contact'
  | 'too-many-contacts'
  | 'already-there'
  | 'prove-first'
  | 'too-many-changes'

/** What is said, and the moment that belongs to it. Facts that count are read from the store again; these are words only. */
export type Saying = Readonly<{ said?: Said; at?: Date; form?: AccountFormRef }>

/** The page that asks how to confirm. */
export function askPath({ base }: Parts, ticket: string, saying: Saying = {}): string {
  return withQuery(`${base}/step-up`, { ticket, ...sayingQuery(saying) })
}

/** The page of a challenge. */
export function challengePath({ base }: Parts, id: string, ticket: string | undefined, saying: Saying = {}): string {
  return withQuery(`${base}/challenges/${encodeURIComponent(id)}`, {
    ...(ticket && { ticket }),
    ...sayingQuery(saying),
  })
}

/** The page behind a link of a message. */
export function linkPath({ base }: Parts, page: 'not-me' | 'proofs', token: string, saying: Saying = {}): string {
  return withQuery(`${base}/${page}`, { token, ...sayingQuery(saying) })
}

/** What a person can see and do about contacts and code. */
export function accountPath({ account }: Parts, saying: Saying = {}): string {
  return withQuery(account, sayingQuery(saying))
}

/** A saying as the query of an address. */
export function sayingQuery({ said, at, form }: Saying): Record<string, string> {
  return { ...(said && { said }), ...(at && { at: String(at.getTime()) }), ...form }
}

function withQuery(path: string, query: Record<string, string>): string {
  const text = new URLSearchParams(query).toString()
  return text === '' ? path : `${path}?${text}`
}

const sayings: readonly string[] = [
  'wrong',
  'malformed',
  'earlier-code',
  'code-expired',
  'resent',
  'wait',
  'locked',
  'used-up',
  'unavailable',
  'busy',
  'too-late',
  'nothing-waiting',
  'last-contact',
  'too-many-contacts',
  'already-there',
  'prove-first',
  'too-many-changes',
] satisfies Said[]

/** Furthest moment that a page repeats from its address: a day. */
const furthest = 86_400_000

/** What an address says; anything else than our own words is nothing. */
export function sayingOf(said: string | undefined, at: string | undefined, now: Date): Saying {
  const known = isSaid(said) ? { said } : {}
  const moment = at !== undefined && /^\d{1,15}$/.test(at) ? Number(at) : undefined
  const near = moment !== undefined && Math.abs(moment - now.getTime()) <= furthest
  return { ...known, ...(near && { at: new Date(moment) }) }
}

/** The form of the account page that an address says something about. */
export function formOf(form: string | undefined, contact: string | undefined): AccountFormRef | undefined {
  const known = accountForms.find((one) => one === form)
  return known && formAbout(known, contact)
}

/** A form that there is for each contact. What is no id of one is not repeated, however long it is. */
export function formAbout(form: AccountForm, contact: string | undefined): AccountFormRef {
  return { form, ...(contact !== undefined && contactId.test(contact) && { contact }) }
}

const contactId = /^[A-Za-z0-9_-]{1,64}$/

function isSaid(said: string | undefined): said is Said {
  return said !== undefined && sayings.includes(said)
}
