import type { CodeDelivery } from '../code/code-record.js'
import type { Channel } from '../delivery/channel.js'
import type { ContactKind, KnownContact } from '../delivery/contact.js'
import type { Actions } from '../policy/action.js'
import type { RegistrationPolicy } from '../registration/missing-proofs.js'
import type { KeyRing } from '../secret/key-ring.js'
import type { CodeFormat } from '../secret/security-code.js'
import type { HashCost } from '../secret/slow-digest.js'
import type { Log } from './log.js'
import type { Store } from './store.js'

/** What `contactsOf` may give: the person's contacts, or nothing for somebody whom the application does not know. */
export type KnownContacts = readonly KnownContact[] | null | undefined | false | ''

/** A person as callbacks name him: the application's own id as text, and the tenant (`default` where none was given). */
export type Named = Readonly<{ subject: string; tenant: string }>

/** A contact as it is now: proved, in the place of `was`, or removed. */
export type ContactChanged = Readonly<{
  kind: ContactKind
  address: string
  was?: string
  proved: boolean
  removed?: true
}>

/** The personal security code: what it is made of, how it comes to its person, how long it lives, what a check of it costs. */
export type SecurityCodeSettings = Readonly<{
  /** `'letters-and-digits'` is Crockford's base32 [`'letters-and-digits'`]. */
  alphabet?: CodeFormat['alphabet']
  /** Characters [10, at least 8]. */
  length?: number
  /** `'pickup'`: shown once in the person's session after a one-time code; `'direct'`: in the message, to be entered once within 24 h [`'pickup'`]. */
  delivery?: CodeDelivery
  /** Days of validity [365, at most 1095]. */
  validDays?: number
  /** Days after its end in which it can still be replaced [30, at most 90]. */
  graceDays?: number
  /** So many days before its end a new one is made ready by itself; only on request without. */
  renewDays?: number
  /** argon2id: memory in KiB [65536, at least 19456] and passes [3, at least 2]. */
  hashing?: Partial<HashCost>
}>

/** What an application gives to `createCountersign`. */
export type Parts<A extends Actions> = Readonly<{
  store: Store
  /** Delivery, in order of preference. */
  channels: readonly Channel[]
  /** Sensitive actions by name. */
  actions: A
  /** Key ring, or its text as `countersign keys new` prints it, newest first. Made at start only with a store that dies with the process, outside production. */
  keys?: string | KeyRing
  /** Where links in messages lead, or a function of the subject [`http://localhost:PORT`, outside production]. */
  publicUrl?: string | ((person: Named) => string)
  /** The application's own people table: the contacts of a person, by the id it gave (a number arrives as text). Asked while nothing is known, and at the first challenge of each session. */
  contactsOf?(subject: string, tenant: string): KnownContacts | Promise<KnownContacts>
  /** How the application's own table follows a proof or a change made here. Called until it succeeds; more than once for one change. */
  contactChanged?(change: Named & ContactChanged): unknown
  /** How the application ends its own sessions of a person; `except` is the `session` that goes on, where one does. Called until it succeeds. */
  endSessions?(ending: Named & Readonly<{ reason: string; except?: string }>): unknown
  /** One-time codes: digits [8, at least 6] and seconds of validity [300, at most 600]. */
  codes?: Readonly<{ digits?: number; validSeconds?: number }>
  /** The personal security code; `{}` takes every default. Without it nobody has one, and no action asks for one. */
  securityCode?: SecurityCodeSettings
  /** What has to be proved before somebody gets a security code [one contact]. Nobody is turned away without. */
  registration?: RegistrationPolicy
  /** Where the application's table names another address than our document: `'keep'` ours and note the difference, or `'follow'` [`'keep'`]. */
  onContactsDiffer?: 'keep' | 'follow'
  /** Anything with pino's `info`, `warn` and `error` [pino]. */
  log?: Log
}>
