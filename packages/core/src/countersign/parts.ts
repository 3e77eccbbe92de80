import type { Channel } from '../delivery/channel.js'
import type { ContactKind, KnownContact } from '../delivery/contact.js'
import type { Actions } from '../policy/action.js'
import type { KeyRing } from '../secret/key-ring.js'
import type { Log } from './log.js'
import type { Store } from './store.js'

/** What `contactsOf` may give: the person's contacts, or nothing for somebody whom the application does not know. */
export type KnownContacts = readonly KnownContact[] | null | undefined | false | ''

/** A person as callbacks name him: the application's own id as text, and the tenant (`default` where none was given). */
export type Named = Readonly<{ subject: string; tenant: string }>

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
  contactChanged?(
    change: Named & Readonly<{ kind: ContactKind; address: string; was?: string; proved: boolean }>,
  ): unknown
  /** How the application ends its own sessions of a person. Called until it succeeds. */
  endSessions?(ending: Named & Readonly<{ reason: string }>): unknown
  /** One-time codes: digits [8, at least 6] and seconds of validity [300, at most 600]. */
  codes?: Readonly<{ digits?: number; validSeconds?: number }>
  /** Anything with pino's `info`, `warn` and `error` [pino]. */
  log?: Log
}>
