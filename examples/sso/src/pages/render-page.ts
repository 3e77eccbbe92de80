import type { Language } from '@countersign/core'
import {
  inFours,
  type Mail,
  moment,
  money,
  seededPassword,
  stylesheetPath,
  theme,
} from '@countersign/example-bank/parts'
import { templates } from './templates.js'
import { type Words, wordsOf } from './words.js'

/** A payment as it stands in the shop's form, and the names of the fields that are wrong. */
export type TypedPayment = Readonly<{ amount: string; payee: string; wrong: readonly string[] }>

/** Every page of provider and relying party, as data. */
export type ShownPage =
  | Readonly<{ page: 'login'; uid: string; email: string; failed: boolean }>
  | Readonly<{ page: 'consent'; uid: string; client: string; scopes: readonly string[] }>
  | Readonly<{ page: 'lost' }>
  | Readonly<{ page: 'refused'; error: string }>
  /** A page of the library in our look; `html` is the library's own. */
  | Readonly<{ page: 'library'; heading: string; lead: string; html: string }>
  | Readonly<{ page: 'inbox'; mails: readonly Mail[] }>
  | Readonly<{ page: 'shop' }>
  | Readonly<{
      page: 'shop-account'
      name: string
      acr: string
      amr: readonly string[]
      authTime: Date
      orders: readonly Readonly<{ id: string; what: string }>[]
      payments: readonly Readonly<{ id: string; amount: string; payee: string }>[]
      payment: TypedPayment
    }>
  | Readonly<{ page: 'resume'; amount: string; payee: string }>
  | Readonly<{ page: 'paid'; amount: string; payee: string; reference: string }>
  | Readonly<{ page: 'not-confirmed'; error: string }>

/** Who looks at a page, and in which language. */
export type ShownTo = Readonly<{ language: Language; person?: string; house?: 'bank' | 'shop' }>

type View = Readonly<{ heading: string; failed?: boolean; mainFact?: string }> & Readonly<Record<string, unknown>>

/** A whole HTML document. */
export function renderPage(page: ShownPage, { language, person, house }: ShownTo): string {
  const words = wordsOf[language]
  const view = viewOf(page, words, language)
  const ofTheShop = house === 'shop' || ['shop', 'shop-account', 'resume', 'paid', 'not-confirmed'].includes(page.page)
  const brand = ofTheShop ? words.shop : theme.brand
  const about = view.mainFact === undefined ? view.heading : `${view.heading}: ${view.mainFact}`
  return templates.render('@layout', {
    headingFocused: page.page !== 'login' && page.page !== 'shop-account',
    wrong: [],
    ...view,
    template: page.page,
    title: `${view.failed ? `${words.error}: ` : ''}${about} - ${brand}`,
    words,
    language,
    person,
    brand,
    logo: ofTheShop ? '' : theme.logo,
    stylesheet: stylesheetPath,
    sections: [],
  })
}

function viewOf(page: ShownPage, words: Words, language: Language): View {
  switch (page.page) {
    case 'login':
      return { ...page, heading: words.signIn, seededPassword, path: `/interaction/${page.uid}` }
    case 'consent': {
      const may = page.scopes.map((scope) => words.scopes[scope] ?? scope)
      return { ...page, heading: words.consent(page.client), may, path: `/interaction/${page.uid}` }
    }
    case 'lost':
      return { heading: words.lost, failed: true, lead: words.lostLead }
    case 'refused':
      return { heading: words.refused, failed: true, lead: words.refusedLead(page.error) }
    case 'library':
      return page
    case 'inbox':
      return { heading: words.inbox, mails: mailsOf(page.mails, language) }
    case 'shop':
      return { heading: words.shop }
    case 'shop-account':
      return {
        ...page,
        heading: words.hello(page.name),
        signedInAt: moment(page.authTime, language),
        ways: page.amr.join(', '),
        ...paymentForm(page.payment, words),
      }
    case 'resume': {
      const amount = euros(page.amount, language)
      return {
        heading: words.resume(amount),
        mainFact: amount,
        lead: words.resumeLead,
        facts: paymentFacts(page, words, language),
        button: words.resume(amount),
      }
    }
    case 'paid': {
      const reference = { label: words.reference, value: page.reference }
      return {
        heading: words.paid,
        mainFact: euros(page.amount, language),
        facts: [...paymentFacts(page, words, language), reference],
      }
    }
    case 'not-confirmed':
      return { heading: words.notConfirmed, failed: true, lead: words.notConfirmedLead, error: page.error }
  }
}

/** The fields of the shop's form, and in front of it what is wrong with them. */
function paymentForm({ wrong, ...typed }: TypedPayment, words: Words) {
  const attributes = {
    amount: { inputmode: 'decimal', autocomplete: 'off' },
    payee: { autocapitalize: 'characters', spellcheck: 'false', autocomplete: 'off' },
  }
  const fields = (['amount', 'payee'] as const).map((name) => {
    const error = wrong.includes(name) ? words.wrongPayment[name] : undefined
    return {
      name,
      label: words[name],
      type: 'text',
      value: typed[name],
      attributes: Object.entries(attributes[name]),
      ...(error !== undefined && { error, description: `${name}-error` }),
    }
  })
  return {
    failed: wrong.length > 0,
    wrong: fields.flatMap(({ name, error }) => (error === undefined ? [] : { name, error })),
    form: { action: '/pay', hidden: [], fields, button: words.payNow },
  }
}

function paymentFacts(
  { amount, payee }: Readonly<{ amount: string; payee: string }>,
  words: Words,
  language: Language,
) {
  return [
    { label: words.amountFact, value: euros(amount, language) },
    { label: words.payeeFact, value: inFours(payee) },
  ]
}

/** Whole cents, as the API takes no others. */
function euros(amount: string, language: Language): string {
  return money(Math.round(Number(amount) * 100), language)
}

function mailsOf(mails: readonly Mail[], language: Language) {
  return mails.toReversed().map(({ subject, to, text, at }) => ({
    subject,
    to,
    iso: at.toISOString(),
    at: moment(at, language),
    parts: [{ text }],
  }))
}
