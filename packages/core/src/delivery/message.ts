import type { OneTimeCode } from '../secret/one-time-code.js'
import type { Secret } from '../secret/secret.js'
import type { SecurityCode } from '../secret/security-code.js'
import type { ContactKind } from './contact.js'

/** Languages of pages and messages. */
export type Language = 'en' | 'de'

/** The languages that there are, the default one first. */
export const languages = ['en', 'de'] as const satisfies readonly Language[]

/** What kinds of message leave. */
export type MessageKind = 'code' | 'security-code' | 'contact-proof' | NoticeKind

/** Messages that ask nothing: what happened, when, from where, and the way to object. */
export type NoticeKind = 'locked' | CodeNoticeKind | ContactNoticeKind

/** What happened to the security code. */
export type CodeNoticeKind =
  | 'code-ready'
  | 'code-asked'
  | 'code-activated'
  | 'code-rotated'
  | 'code-expiring'
  | 'code-expired'
  | 'code-revoked'

/** What happened to a contact. */
export type ContactNoticeKind = 'contact-change-asked' | 'contact-changed' | 'contact-added' | 'contact-removed'

/** From where something was asked, as far as it is known. */
export type Origin = Readonly<{
  /** Such as "Chrome on Windows". */
  device?: string
  /** Such as "Basel". */
  place?: string
}>

/** One line of what is authorised, in the person's language: `{ label: 'Amount', value: '250.00 EUR' }`. */
export type Fact = Readonly<{ label: string; value: string }>

/** An action and its bound fields in the words of one language. */
export type ActionInWords = Readonly<{
  /** "transfer", "Überweisung". */
  name: string
  /** "a transfer", "eine Überweisung". */
  one: string
  /** What the confirming button says: "Send 250.00 EUR". */
  act: string
  /** The bound fields that may be shown here, the main one first. */
  facts: readonly Fact[]
}>

type Common = Readonly<{
  /** The same on every retry; a channel makes its Message-ID from it. */
  id: string
  to: Readonly<{ kind: ContactKind; address: Secret<string> }>
  language: Language
  /** IANA name; times in the message are shown in it and name it. */
  timeZone: string
  /** When it was asked for, on the store's clock. */
  askedAt: Date
  origin: Origin
  /** The "this was not me" page. */
  notMeUrl: Secret<string>
}>

/** A one-time code and what it is for. */
export type CodeMessage = Common & Readonly<{ kind: 'code'; code: OneTimeCode; expiresAt: Date; action: ActionInWords }>

/** Too many wrong codes: they pause. */
export type LockedMessage = Common & Readonly<{ kind: 'locked'; until: Date }>

/** To the new address: follow the link to prove it, or type the code where the address was given. */
export type ContactProofMessage = Common &
  Readonly<{
    kind: 'contact-proof'
    proofUrl: Secret<string>
    expiresAt: Date
    code: OneTimeCode
    /** The code ends before the link does. */
    codeExpiresAt: Date
  }>

/** A contact was added, changed or removed, or somebody asked to change it; `destination` is the one that came or went, masked. */
export type ContactChangeMessage = Common & Readonly<{ kind: ContactNoticeKind; destination: string }>

/** The security code itself, in two groups: it has to be entered once until `expiresAt`. */
export type SecurityCodeMessage = Common & Readonly<{ kind: 'security-code'; code: SecurityCode; expiresAt: Date }>

/**
 * What became of the security code, never the code. `until`: a ready one can be picked up, an active one is valid, an
 * expired one can be replaced until then; a revoked one ended then. One that was asked for without the one before it can
 * be picked up from then on.
 */
export type SecurityCodeNotice = Common & Readonly<{ kind: CodeNoticeKind; until: Date }>

/** A message as data. A channel turns it into words; it never holds free text of a user. */
export type Message =
  | CodeMessage
  | LockedMessage
  | ContactProofMessage
  | ContactChangeMessage
  | SecurityCodeMessage
  | SecurityCodeNotice
