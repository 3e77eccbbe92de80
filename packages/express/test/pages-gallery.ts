import type { ActionInWords, CodeView, Language } from '@countersign/core'
import type { Page, PageContext, Theme } from '../src/pages/page.js'

/** Every page and every state of it, by a name that a file may have. */
export type Gallery = Readonly<Record<string, Page>>

/** A bank as it would set the pages up. */
export const theme: Theme = {
  brand: 'Lindenhof Bank',
  colours: {
    light: { accent: '#1b5a4a', 'accent-strong': '#12443a', 'accent-tint': '#e4f0ea' },
    dark: { accent: '#7fd0b4', 'accent-strong': '#a9e5cf', 'accent-tint': '#1c312a', 'on-accent': '#0a1f18' },
  },
  logo: '<svg viewBox="0 0 24 24" aria-hidden="true" fill="currentColor"><path d="M12 2C7 5 4 9 4 13.5 4 18 7.6 21 11 21v1h2v-1c3.4 0 7-3 7-7.5C20 9 17 5 12 2z"/></svg>',
  homeUrl: '/',
  helpUrl: '/help',
  privacyUrl: '/privacy',
  phone: '+41 44 000 00 00',
}

/** Where the gallery serves the two files of every page. */
export const assets = { stylesheet: '/countersign/assets/pages.css', script: '/countersign/assets/pages.js' } as const

/** Alice, in Zurich, on 23 November 2026 at 14:33. */
export function aContext(language: Language, changes: Partial<PageContext> = {}): PageContext {
  return {
    language,
    timeZone: 'Europe/Zurich',
    timeZoneKnown: true,
    base: '/countersign',
    assets,
    theme,
    person: 'Alice Keller',
    now: at('14:33'),
    otherLanguageUrl: `/countersign/step-up?language=${language === 'en' ? 'de' : 'en'}`,
    ...changes,
  }
}

/** A transfer of 250 euros in the words of a language. */
export function aTransfer(language: Language): ActionInWords {
  return transfers[language]
}

/** A moment of that day, as the clocks in Zurich show it. */
export function at(time: string): Date {
  return new Date(`2026-11-23T${time}:00+01:00`)
}

/** The code page as it is first seen, with what a test wants else. */
export function aCodePage(language: Language, changes: Partial<CodePage> = {}): CodePage {
  return {
    page: 'code',
    action: aTransfer(language),
    ticket: 'v1.ticket',
    challenge: {
      id: 'c1',
      destination: 'a***@e***.com',
      sentAt: at('14:32'),
      expiresAt: at('14:37'),
      resendAt: at('14:33'),
      delivery: 'sent',
      attemptsLeft: 5,
    },
    digits: 8,
    otherWays: true,
    ...changes,
  }
}

/** All of them, in one language. */
export function galleryIn(language: Language): Gallery {
  const action = aTransfer(language)
  const code = aCodePage(language)
  const undelivered = { ...code.challenge, delivery: 'failed' } as const
  const queued = { ...code.challenge, delivery: 'queued' } as const
  const ways = [
    { id: 'f1', kind: 'email-code', destination: 'a***@e***.com' },
    { id: 'f2', kind: 'email-code', destination: 'k***@l***.ch' },
  ] as const
  return {
    'ask-one-way': { page: 'ask', action, ticket: 'v1.ticket', ways: ways.slice(0, 1) },
    'ask-ways': { page: 'ask', action, ticket: 'v1.ticket', ways },
    'ask-own-code': { page: 'ask', action, ticket: 'v1.ticket', ways: [ownWay] },
    'ask-own-code-or-email': { page: 'ask', action, ticket: 'v1.ticket', ways: [ownWay, ...ways.slice(0, 1)] },
    'own-code': anOwnCodePage(action),
    'own-code-malformed': { ...anOwnCodePage(action), error: { kind: 'malformed' } },
    'own-code-wrong': { ...anOwnCodePage(action), error: { kind: 'wrong', attemptsLeft: 4 } },
    'own-code-expired': { ...anOwnCodePage(action), error: { kind: 'expired', expiredAt: at('14:30') } },
    code,
    'code-queued': { ...code, challenge: queued, otherWays: false },
    'code-malformed': { ...code, error: { kind: 'malformed', digits: 8 } },
    'code-wrong': { ...code, error: { kind: 'wrong', attemptsLeft: 4 } },
    'code-wrong-last': { ...code, error: { kind: 'wrong', attemptsLeft: 1 } },
    'code-earlier': { ...code, error: { kind: 'earlier-code', attemptsLeft: 3, sentAt: at('14:30') } },
    'code-resent': { ...code, notice: 'resent' },
    'code-wait': { ...code, notice: 'wait' },
    'code-undelivered': { ...code, challenge: undelivered },
    expired: { page: 'expired', action, ticket: 'v1.ticket' },
    'used-up': { page: 'used-up', action, startAgain: '/transfers/new' },
    wait: { page: 'wait', action, ticket: 'v1.ticket', retryAt: at('14:42') },
    locked: { page: 'locked', action, retryAt: at('14:47'), back: '/' },
    'confirmed-post': { page: 'confirmed', action, resume: aResumption() },
    'confirmed-get': { page: 'confirmed', action, resume: { method: 'GET', path: '/notes?page=2', fields: [] } },
    'already-used': { page: 'already-used', action, at: at('14:33'), see: '/account' },
    'too-late': { page: 'too-late', action, startAgain: '/transfers/new' },
    ended: { page: 'ended', action, startAgain: '/transfers/new' },
    cancelled: { page: 'cancelled', action, back: '/transfers/new' },
    denied: { page: 'denied', action, reference: '7F3K-92', back: '/' },
    'no-factor': { page: 'no-factor', action, back: '/settings' },
    unavailable: { page: 'unavailable', action, tryAgain: '/countersign/step-up?ticket=v1.ticket' },
    'no-cookie': { page: 'no-cookie', tryAgain: '/countersign/step-up?ticket=v1.ticket' },
    malformed: { page: 'malformed', back: '/' },
    'too-many-requests': { page: 'too-many-requests', retryAt: at('14:35'), tryAgain: '/' },
    'not-signed-in': { page: 'not-signed-in', home: '/' },
    'not-me': aNotMePage(action.name, true),
    'not-me-event': {
      page: 'not-me',
      token: 'v1.token',
      askedAt: at('14:32'),
      event: { type: 'contact.changed', was: 'a***@e***.com', destination: 'k***@l***.ch' },
      endsSessions: true,
      home: '/',
    },
    'not-me-keeps-sessions': aNotMePage(action.name, false),
    stopped: { page: 'stopped', secure: '/settings/security' },
    'all-stopped': { page: 'stopped', secure: '/settings/security', codeEnded: true, whole: true },
    'taken-back': { page: 'stopped', secure: '/settings/security', takenBack: true },
    'not-me-too-late': { page: 'not-me-too-late', confirmedAt: at('14:33') },
    proof: { page: 'proof', token: 'v1.token', masked: 'a***@e***.com' },
    proved: { page: 'proved', masked: 'a***@e***.com', home: '/' },
    'link-over': { page: 'link-over', home: '/' },
    ...accountsIn(action.name),
    'new-code': { page: 'new-code', code: '7KQ4M-2XR9T', until: at('16:33') },
  }
}

const ownWay = { id: 'f0', kind: 'security-code' } as const

function anOwnCodePage(action: ActionInWords): Extract<Page, { page: 'own-code' }> {
  return {
    page: 'own-code',
    action,
    ticket: 'v1.ticket',
    challenge: { id: 'c1', expiresAt: at('14:42'), attemptsLeft: 5 },
    format: { alphabet: 'letters-and-digits', length: 10 },
    otherWays: true,
  }
}

type CodePage = Extract<Page, { page: 'code' }>

const payee = 'CH93 0076 2011 6238 5295 7'

const transfers: Readonly<Record<Language, ActionInWords>> = {
  en: {
    name: 'transfer',
    one: 'a transfer',
    act: 'Send 250.00 EUR',
    facts: [
      { label: 'Amount', value: '250.00 EUR' },
      { label: 'To', value: payee },
      { label: 'Name', value: 'Rhein Bakery' },
    ],
  },
  de: {
    name: 'Überweisung',
    one: 'eine Überweisung',
    act: '250,00 EUR überweisen',
    facts: [
      { label: 'Betrag', value: '250,00 EUR' },
      { label: 'An', value: payee },
      { label: 'Name', value: 'Rhein Bakery' },
    ],
  },
}

function aResumption() {
  const fields = [
    { name: 'amount', value: '250.00' },
    { name: 'currency', value: 'EUR' },
    { name: 'payee', value: payee },
  ]
  return { method: 'POST', path: '/transfers', fields } as const
}

type AccountPage = Extract<Page, { page: 'account' }>

/** The account page in each state of the code, and with what can be wrong with its forms. */
function accountsIn(actionName: string): Gallery {
  const account = (securityCode: Partial<CodeView>, changes: Partial<AccountPage> = {}) =>
    anAccount(actionName, { state: 'none', missing: [], ...securityCode }, changes)
  const pickup = { delivery: 'pickup', shown: false, until: at('14:33'), from: at('09:00') } as const
  const shown = { ...pickup, shown: true }
  const unproved = { id: 'k1', kind: 'email', masked: 'a***@e***.com', proved: false } as const
  const proving = {
    kind: 'email',
    masked: 'a***@e***.com',
    expiresAt: at('16:33'),
    codeUntil: at('14:43'),
    attemptsLeft: 5,
  } as const
  const missing = [{ what: 'contact', more: 1 }] as const
  const active = { state: 'active', expiresAt: new Date('2027-05-23T12:00Z') } as const
  const replaceable = { replaceableUntil: new Date('2026-12-20T12:00Z') }
  const second = { ...unproved, id: 'k2', masked: 'k***@l***.ch', proved: true, recoveryFrom: at('16:33') }
  const elsewhere = { delivery: 'pickup', shown: false, until: at('16:33'), elsewhere: true } as const
  const typed = { address: 'alice@example' }
  return {
    'account-new': account({ missing }, { contacts: [unproved] }),
    'account-proving': account({ missing }, { contacts: [unproved], pending: proving }),
    'account-claiming': account({ missing }, { contacts: [], pending: proving }),
    'account-without-code': account({}),
    'account-ready': account({ state: 'issued', waiting: pickup }),
    'account-shown': account({ state: 'issued', waiting: shown }),
    'account-sent': account({ state: 'issued', waiting: { ...pickup, delivery: 'direct' } }),
    'account-lost': account({ ...active, waiting: { ...pickup, from: at('16:33') } }),
    'account-to-replace': account({ ...active, waiting: { delivery: 'pickup', shown: false, until: pickup.until } }),
    'account-elsewhere': account({ ...active, waiting: elsewhere }),
    'account-sent-elsewhere': account({ ...active, waiting: { ...elsewhere, delivery: 'direct' } }),
    'account-elsewhere-expired': account({ state: 'expired', ...replaceable, waiting: elsewhere }),
    'account-beside-unproved': account(active, {
      contacts: [
        { ...unproved, proved: true },
        { ...unproved, id: 'k2', masked: second.masked },
      ],
    }),
    'account-active': account(active, { contacts: [{ ...unproved, proved: true }, second] }),
    'account-expiring': account({ state: 'expiring', expiresAt: new Date('2026-11-30T12:00Z') }),
    'account-replacing': account({ state: 'expiring', expiresAt: new Date('2026-11-30T12:00Z'), waiting: shown }),
    'account-expired': account({ state: 'expired', ...replaceable }),
    'account-revoked': account({ state: 'revoked' }),
    'account-address-wrong': account(active, {
      notice: { why: 'malformed', at: { form: 'add' } },
      draft: { form: 'add', ...typed },
    }),
    'account-change-wrong': account(active, {
      notice: { why: 'too-many-changes', at: { form: 'change', contact: 'k1' } },
      draft: { form: 'change', contact: 'k1', ...typed },
    }),
    'account-proof-wrong': account(
      { missing },
      { contacts: [unproved], pending: proving, notice: { why: 'wrong', at: { form: 'prove' } } },
    ),
    'account-proof-malformed': account(
      { missing },
      { contacts: [unproved], pending: proving, notice: { why: 'malformed', at: { form: 'prove' } } },
    ),
    'account-proof-over': account(active, {
      pending: { ...proving, masked: second.masked, codeUntil: at('14:30'), codeOver: 'code-expired' },
    }),
    'account-proof-used-up': account(active, {
      pending: { ...proving, masked: second.masked, codeUntil: at('16:33'), attemptsLeft: 0, codeOver: 'used-up' },
      notice: { why: 'used-up', at: { form: 'prove' } },
    }),
    'account-changing': account(active, {
      pending: { ...proving, masked: second.masked, replaces: 'k1' },
    }),
    'account-code-wrong': account(
      { ...active, waiting: shown },
      { notice: { why: 'wrong', at: { form: 'activate' } } },
    ),
    'account-code-malformed': account(
      { ...active, waiting: shown },
      { notice: { why: 'malformed', at: { form: 'activate' } } },
    ),
    'account-last-contact': account(active, { notice: { why: 'last-contact', at: { form: 'remove', contact: 'k1' } } }),
    'account-busy': account(active, { notice: { why: 'busy', until: at('14:35'), at: { form: 'rotate' } } }),
    'account-uncertain': account(active, { notice: { why: 'unavailable', at: { form: 'revoke' } } }),
  }
}

function anAccount(actionName: string, securityCode: CodeView, changes: Partial<AccountPage>): AccountPage {
  const origin = { device: 'Chrome on Windows', place: 'Basel' }
  return {
    page: 'account',
    contacts: [{ id: 'k1', kind: 'email', masked: 'a***@e***.com', proved: true }],
    securityCode,
    digits: 8,
    format: { alphabet: 'letters-and-digits', length: 10 },
    activity: [
      { id: '7', type: 'elevation.granted', at: at('14:33'), actionName, origin },
      { id: '6', type: 'challenge.opened', at: at('14:32'), actionName, origin },
      { type: 'code.expired', at: at('09:00') },
    ],
    home: '/',
    ...changes,
  }
}

function aNotMePage(actionName: string, endsSessions: boolean): Page {
  return {
    page: 'not-me',
    token: 'v1.token',
    askedAt: at('14:32'),
    place: 'Basel',
    actionName,
    endsSessions,
    home: '/',
  }
}
