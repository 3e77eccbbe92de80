import type {
  ActionInWords,
  AuditEvent,
  CodeFormat,
  CodeView,
  ContactsOutcome,
  FactorKind,
  Language,
  Origin,
} from '@countersign/core'
import type { ToldEvent } from './account-words.js'
import type { Addresses } from './addresses.js'

/** Where a person is asked, in which words and zone, and with whose look. */
export type PageContext = Readonly<{
  language: Language
  /** IANA name; times are shown in it, and it is named when the person's own is not known. */
  timeZone: string
  timeZoneKnown: boolean
  /** The door's base as the browser sees it, such as `/countersign`. */
  base: string
  /** Where the challenge pages lead, where that is not below the base. */
  addresses?: Addresses
  theme: Theme
  /** Addresses of the two files that every page loads; their names hold a digest of what is in them. */
  assets: Readonly<{ stylesheet: string; script: string }>
  /** The signed-in person as the application wants to call him; left out when unknown. */
  person?: string
  /** The store's clock. With it, a moment of another day is shown with its day; without it, as a time of day. */
  now?: Date
  /** This page in the other language; the footer links to it. */
  otherLanguageUrl?: string
  /** A look that beats the one the person's system asks for. */
  scheme?: 'light' | 'dark'
}>

/** What a brand sets: colours by token name without `--cs-`, a name, and where "Back" and "Help" lead. */
export type Theme = Readonly<{
  brand: string
  colours?: Readonly<{
    light?: Readonly<Partial<Record<BrandColour, string>>>
    dark?: Readonly<Partial<Record<BrandColour, string>>>
  }>
  /** Inline SVG of the application's own making, `aria-hidden`. */
  logo?: string
  homeUrl?: string
  helpUrl?: string
  privacyUrl?: string
  phone?: string
}>

/** The tokens that a brand may set. */
export type BrandColour = 'accent' | 'accent-strong' | 'accent-tint' | 'on-accent'

/** A way to confirm, as a radio button. */
export type Way = Readonly<{ id: string; kind: FactorKind; destination?: string }>

/** The interrupted request, to be sent again. A GET goes on by a link; anything else by a form of hidden fields. */
export type Resumption = Readonly<{
  method: 'GET' | 'POST'
  path: string
  fields: readonly Readonly<{ name: string; value: string }>[]
}>

/** What went wrong with the last try, on the code page. */
export type CodeError =
  | Readonly<{ kind: 'malformed'; digits: number }>
  | Readonly<{ kind: 'wrong'; attemptsLeft: number }>
  | Readonly<{ kind: 'earlier-code'; attemptsLeft: number; sentAt: Date }>

/** The same on the page that asks for the person's own code. */
export type OwnCodeError =
  | Readonly<{ kind: 'malformed' }>
  | Readonly<{ kind: 'wrong'; attemptsLeft: number }>
  /** It was right, and its time is over. */
  | Readonly<{ kind: 'expired'; expiredAt: Date }>

/** What happened, as far as a person may read it. */
export type ActivityEvent = Readonly<{
  /** The number that "Not me" names it by; none where that would stop nothing. */
  id?: string
  type: AuditEvent['type']
  at: Date
  /** From where, where that is known. */
  origin?: Origin
  /** The action's name in the person's language. */
  actionName?: string
  /** Masked. */
  destination?: string
  /** The address before it, masked. */
  was?: string
}>

/** The forms of the account page, by what they do. */
export const accountForms = [
  'add',
  'verify',
  'resend',
  'withdraw',
  'prove',
  'correct',
  'change',
  'remove',
  'issue',
  'rotate',
  'lost',
  'revoke',
  'show',
  'activate',
  'not-me',
] as const

export type AccountForm = (typeof accountForms)[number]

/** A form of the account page, and the contact that it is about where there is one for each. */
export type AccountFormRef = Readonly<{ form: AccountForm; contact?: string }>

/** Why a form of the account page was refused. */
export type AccountRefusal =
  | Readonly<{
      why:
        | 'wrong'
        | 'malformed'
        | 'used-up'
        | 'code-expired'
        | 'nothing-waiting'
        | 'last-contact'
        | 'already-there'
        | 'prove-first'
        | 'too-many-contacts'
        | 'too-many-changes'
        | 'unavailable'
    }>
  | Readonly<{ why: 'locked' | 'wait' | 'busy'; until: Date }>

/** What came of a form that was sent from the account page: said at that form, where it still is. */
export type AccountNotice = AccountRefusal & Readonly<{ at?: AccountFormRef }>

/** What a form of the account page held when it was sent, so that nobody types it twice. */
export type AccountDraft = AccountFormRef & Readonly<{ address: string }>

type FoundContacts = Extract<ContactsOutcome, { outcome: 'found' }>

/**
 * Every page of the challenge (pages.md, section 4) and of the links in messages, as data.
 *
 * Where their forms post to, urlencoded (every answer is a 303); no other field is accepted:
 *
 * | form | to | fields |
 * |---|---|---|
 * | ask, expired, wait: send a code | `{base}/challenges` | `ticket`, `factor?` |
 * | code | `{base}/challenges/{id}/answer` | `code`, `ticket` |
 * | send a new code | `{base}/challenges/{id}/resend` | `ticket`, `factor?` |
 * | cancel | `{base}/challenges/{id}/cancel` | `ticket` |
 * | use another way | a link: `{base}/step-up?ticket=` | |
 * | not-me | `{base}/not-me` | `token` |
 * | proof | `{base}/proofs` | `token` |
 * | confirmed | `resume.path` | `resume.fields` |
 * | account, new-code | `{base}/account/...` | `page`, and what the route takes |
 *
 * The script reads the delivery from `{base}/challenges/{id}` with `Accept: application/json`, and sets the cookie
 * `countersign-tz` to the browser's IANA zone, percent-encoded.
 */
export type Page =
  /** Nothing was sent yet. `other`: the person chose "Use another way". */
  | Readonly<{ page: 'ask'; action: ActionInWords; ticket: string; ways: readonly Way[] }>
  | Readonly<{
      page: 'code'
      action: ActionInWords
      ticket: string
      challenge: Readonly<{
        id: string
        destination: string
        sentAt: Date
        expiresAt: Date
        resendAt: Date
        delivery: 'queued' | 'sent' | 'failed'
        attemptsLeft: number
      }>
      digits: number
      error?: CodeError
      /** `resent`: say that only the new one works. `wait`: a resend came too early. */
      notice?: 'resent' | 'wait'
      /** Whether "Use another way" leads anywhere. */
      otherWays: boolean
    }>
  /** The person's own code is asked for. */
  | Readonly<{
      page: 'own-code'
      action: ActionInWords
      ticket: string
      challenge: Readonly<{ id: string; expiresAt: Date; attemptsLeft: number }>
      format: CodeFormat
      error?: OwnCodeError
      otherWays: boolean
    }>
  /** The ticket may open again. */
  | Readonly<{ page: 'expired'; action: ActionInWords; ticket: string }>
  | Readonly<{ page: 'used-up'; action: ActionInWords; startAgain: string }>
  | Readonly<{ page: 'wait'; action: ActionInWords; ticket: string; retryAt: Date }>
  | Readonly<{ page: 'locked'; action?: ActionInWords; retryAt: Date; back: string }>
  | Readonly<{ page: 'confirmed'; action: ActionInWords; resume: Resumption }>
  | Readonly<{ page: 'already-used'; action?: ActionInWords; at: Date; see: string }>
  | Readonly<{ page: 'too-late'; action?: ActionInWords; startAgain: string }>
  /** It was stopped from elsewhere before it was confirmed, such as by the link of a message. */
  | Readonly<{ page: 'ended'; action?: ActionInWords; startAgain: string }>
  | Readonly<{ page: 'cancelled'; action?: ActionInWords; back: string }>
  | Readonly<{ page: 'denied'; action?: ActionInWords; reference: string; back: string }>
  | Readonly<{ page: 'no-factor'; action?: ActionInWords; back: string }>
  | Readonly<{ page: 'unavailable'; action?: ActionInWords; tryAgain: string }>
  | Readonly<{ page: 'no-cookie'; action?: ActionInWords; tryAgain: string }>
  | Readonly<{ page: 'malformed'; action?: ActionInWords; back: string }>
  /** Too many requests from this address of the network; nothing was carried out. */
  | Readonly<{ page: 'too-many-requests'; action?: ActionInWords; retryAt: Date; tryAgain: string }>
  /** The session is over, or there was none. */
  | Readonly<{ page: 'not-signed-in'; action?: ActionInWords; home: string }>
  | Readonly<{
      page: 'not-me'
      token: string
      askedAt: Date
      place?: string
      actionName?: string
      /** What happened, where it is no question. */
      event?: ToldEvent
      endsSessions: boolean
      home: string
    }>
  /** `takenBack`: a change of address that had been made already; `whole`: it was about no single question. */
  | Readonly<{ page: 'stopped'; secure: string; takenBack?: boolean; codeEnded?: boolean; whole?: boolean }>
  | Readonly<{ page: 'not-me-too-late'; confirmedAt: Date }>
  | Readonly<{ page: 'proof'; token: string; masked: string }>
  | Readonly<{ page: 'proved'; masked: string; home: string }>
  | Readonly<{ page: 'link-over'; home: string }>
  /** `securityCode` is left out where nobody gets one. */
  | Readonly<{
      page: 'account'
      contacts: FoundContacts['contacts']
      pending?: NonNullable<FoundContacts['pending']>
      securityCode?: CodeView
      /** What a code from a message, and a security code, are made of. */
      digits: number
      format?: CodeFormat
      /** The newest first. */
      activity: readonly ActivityEvent[]
      notice?: AccountNotice
      draft?: AccountDraft
      home: string
    }>
  /** A security code in groups, shown this once. */
  | Readonly<{ page: 'new-code'; code: string; until: Date }>
