import type { Entry } from '../ledger/entry.js'
import { seededPassword } from '../seeds.js'
import { day, inFours, initials, moment, money, signedMoney } from './figures.js'
import { type FieldSpec, type FormSpec, formView, wrongFields } from './form-view.js'
import type { FormState, Page, PageContext } from './page.js'
import { securityCard } from './security-card.js'
import type { Words } from './words.js'

type PageOf<Name extends Page['page']> = Extract<Page, { page: Name }>

/** What every page hands to the layout, whatever else its template prints. */
export type View = Readonly<{
  heading: string
  headingFocused: boolean
  failed: boolean
  mainFact?: string
  wrong: readonly unknown[]
}> &
  Readonly<Record<string, unknown>>

const shortText = { autocapitalize: 'off', spellcheck: 'false' }

/** A page that is mainly a form: its first field takes the focus, or the list of what is wrong. */
function formPage(heading: string, spec: FormSpec, state: FormState, words: Words, failed = false): View {
  const wrong = wrongFields(spec.fields, state, words)
  const calm = wrong.length === 0
  return { heading, headingFocused: false, failed: failed || !calm, wrong, form: formView(spec, state, words, calm) }
}

export function signInView(page: PageOf<'sign-in'>, words: Words, { seeded }: PageContext): View {
  const { form, returnTo, notice } = page
  const fields: readonly FieldSpec[] = [
    { name: 'email', label: words.email, type: 'email', attributes: { ...shortText, autocomplete: 'username' } },
    {
      name: 'password',
      label: words.password,
      type: 'password',
      secret: true,
      attributes: { autocomplete: 'current-password' },
    },
  ]
  const spec = { action: '/sign-in', button: words.signIn, fields, hidden: returnTo === undefined ? {} : { returnTo } }
  const said =
    notice &&
    { 'wrong-credentials': words.wrongCredentials, created: words.created, 'signed-out': words.signedOut }[notice]
  const failed = notice === 'wrong-credentials'
  return {
    ...formPage(words.signIn, spec, form, words, failed),
    notice: said,
    tone: failed ? 'danger' : 'good',
    ...(seeded && { seededPassword }),
  }
}

export function signUpView({ form }: PageOf<'sign-up'>, words: Words): View {
  const fields: readonly FieldSpec[] = [
    { name: 'name', label: words.name, attributes: { autocomplete: 'name' } },
    {
      name: 'email',
      label: words.email,
      hint: words.emailHint,
      type: 'email',
      attributes: { ...shortText, autocomplete: 'username' },
    },
    {
      name: 'password',
      label: words.password,
      hint: words.passwordHint,
      type: 'password',
      secret: true,
      attributes: { autocomplete: 'new-password' },
    },
  ]
  return formPage(words.signUp, { action: '/sign-up', button: words.signUp, fields }, form, words)
}

export function accountView(
  { name, balance, entries, security, securityUrl }: PageOf<'account'>,
  words: Words,
  { language }: PageContext,
): View {
  return {
    heading: words.hello(name),
    headingFocused: false,
    failed: false,
    mainFact: money(balance, language),
    wrong: [],
    balance: money(balance, language),
    lines: entries.map((entry) => lineOf(entry, words, language)),
    securityUrl,
    ...(security && { security: securityCard(security, words, language) }),
  }
}

function lineOf(entry: Entry, words: Words, language: PageContext['language']) {
  const opening = entry.kind === 'opening'
  const name = opening ? 'Lindenhof Bank' : (entry.name ?? inFours(entry.payee ?? ''))
  return {
    name,
    initials: initials(name),
    kind: opening ? words.opening : words.outgoing,
    iso: entry.at.toISOString(),
    day: day(entry.at, language),
    amount: signedMoney(entry.cents, language),
    incoming: entry.cents > 0,
  }
}

export function transferView({ balance, form }: PageOf<'transfer'>, words: Words, { language }: PageContext): View {
  const fields: readonly FieldSpec[] = [
    {
      name: 'amount',
      label: words.amount,
      hint: words.amountHint,
      attributes: { inputmode: 'decimal', autocomplete: 'off' },
    },
    {
      name: 'payee',
      label: words.payee,
      hint: words.payeeHint,
      attributes: { ...shortText, autocapitalize: 'characters', autocomplete: 'off' },
    },
    { name: 'name', label: words.payeeName, hint: words.payeeNameHint, attributes: { autocomplete: 'off' } },
  ]
  const spec = { action: '/transfers', button: words.goOn, fields, hidden: { currency: 'EUR' } }
  const values = { ...form.values, payee: inFours(form.values.payee ?? '') }
  return {
    ...formPage(words.newTransfer, spec, { ...form, values }, words),
    lead: words.transferLead(money(balance, language)),
  }
}

export function sentView({ entry }: PageOf<'sent'>, words: Words, { language }: PageContext): View {
  const amount = money(-entry.cents, language)
  const facts = [
    { label: words.amountSent, value: amount },
    ...(entry.name === undefined ? [] : [{ label: words.to, value: entry.name }]),
    { label: words.iban, value: inFours(entry.payee ?? '') },
    { label: words.executedAt, value: moment(entry.at, language) },
    { label: words.reference, value: entry.reference },
  ]
  return { heading: words.sent, headingFocused: true, failed: false, mainFact: amount, wrong: [], facts }
}

export function securityView({ email, proved, pending, form, securityUrl }: PageOf<'security'>, words: Words): View {
  const attributes = { ...shortText, autocomplete: 'email' }
  const fields: readonly FieldSpec[] = [
    { name: 'email', label: words.newEmail, hint: words.newEmailHint, type: 'email', attributes },
  ]
  const page = formPage(words.securitySection, { action: '/settings/email', button: words.change, fields }, form, words)
  const calm = !page.failed
  return {
    ...page,
    form: formView({ action: '/settings/email', button: words.change, fields }, form, words, false),
    headingFocused: calm,
    email,
    status: proved ? words.proved : words.unproved,
    pending: pending === undefined ? undefined : words.pending(pending),
    securityUrl,
  }
}

export function notesView({ form, saved }: PageOf<'notes'>, words: Words): View {
  const fields: readonly FieldSpec[] = [{ name: 'text', label: words.notesLabel, lines: true }]
  return { ...formPage(words.notes, { action: '/notes', button: words.save, fields }, form, words), saved }
}

export function inboxView({ mails }: PageOf<'inbox'>, words: Words, { language }: PageContext): View {
  const newestFirst = mails.toReversed().map(({ subject, to, text, at }) => ({
    subject,
    to,
    iso: at.toISOString(),
    at: moment(at, language),
    parts: linked(text),
  }))
  return { heading: words.inbox, headingFocused: true, failed: false, wrong: [], mails: newestFirst }
}

/** A text in pieces, its web addresses as links. */
function linked(text: string): readonly Readonly<{ text: string; href?: string }>[] {
  return text
    .split(/(https?:\/\/[^\s<>"]+[^\s<>".,;:!?)])/)
    .map((part, index) => (index % 2 === 1 ? { text: part, href: part } : { text: part }))
}

export function problemView({ kind, requestId }: PageOf<'problem'>, words: Words): View {
  const [heading, lead] = words.problems[kind in words.problems ? (kind as keyof Words['problems']) : 'other']
  return { heading, headingFocused: true, failed: true, wrong: [], lead, requestId }
}
