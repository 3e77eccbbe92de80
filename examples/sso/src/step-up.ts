import { type Countersign, createCountersign, type Log, type Store } from '@countersign/core'
import { emailChannel } from '@countersign/email'
import { type People, theme } from '@countersign/example-bank/parts'
import { createOidcStepUp, type OidcStepUp } from '@countersign/oidc-provider'
import { levels } from './levels.js'

/** What at the provider needs a code beside the levels: a payment that a relying party describes (RFC 9396). */
const actions = {
  'payment.approve': {
    binds: { amount: 'decimal', currency: 'currency', payee: 'iban' },
    words: {
      en: {
        name: 'payment',
        one: 'a payment',
        act: 'Pay {amount} {currency}',
        fields: { amount: 'Amount', payee: 'To' },
      },
      de: {
        name: 'Zahlung',
        one: 'eine Zahlung',
        act: '{amount} {currency} zahlen',
        fields: { amount: 'Betrag', payee: 'An' },
      },
    },
    requires: { level: 'code', mode: 'once' },
  },
} as const

/** What the provider's step-up is made of. */
export type StepUpParts = Readonly<{
  store: Store
  keys: string
  issuer: string
  smtpUrl: string
  people: People
  clientLimits: boolean
  log: Log
}>

/** Step-up of the provider, and its Countersign, which is to be started. */
export type ProviderStepUp = Readonly<{ countersign: Countersign<typeof actions>; stepUp: OidcStepUp }>

/** Codes by e-mail to the address in the bank's people table. */
export function createProviderStepUp(parts: StepUpParts): ProviderStepUp {
  const { store, keys, issuer, smtpUrl, people, clientLimits, log } = parts
  const countersign = createCountersign({
    store,
    keys,
    publicUrl: issuer,
    channels: [emailChannel({ smtp: smtpUrl, from: 'Lindenhof Bank <codes@lindenhof.example>' })],
    contactsOf: async (subject) => {
      const person = await people.byId(subject)
      return person && [{ kind: 'email', address: person.email, proved: person.emailProved }]
    },
    actions,
    log,
  })
  const stepUp = createOidcStepUp({
    countersign,
    levels,
    path: '/interaction',
    theme: { ...theme, homeUrl: '/' },
    openedBy: () => 'password',
    transactions: { payment: { action: 'payment.approve', bind: paymentOf } },
    clientLimits: clientLimits ? 'on' : 'off',
  })
  return { countersign, stepUp }
}

/** A payment as `authorization_details` have it; what is missing or of another kind is refused by the action's fields. */
function paymentOf(detail: Readonly<Record<string, unknown>>): { amount: string; currency: string; payee: string } {
  const { amount, currency, payee } = detail
  if (typeof amount === 'string' && typeof currency === 'string' && typeof payee === 'string')
    return { amount, currency, payee }
  throw new TypeError('A payment has "amount", "currency" and "payee", each a text.')
}
