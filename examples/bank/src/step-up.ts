import { type Countersign, createCountersign, type Log, type Store } from '@countersign/core'
import { emailChannel } from '@countersign/email'
import { followContact, type KnownAddress } from './people/follow-contact.js'
import type { People } from './people/people.js'

/** What at the bank needs a code. */
export const actions = {
  'transfer.create': {
    binds: { amount: 'decimal', currency: 'currency', payee: 'iban', name: 'text?' },
    words: {
      en: {
        name: 'transfer',
        one: 'a transfer',
        act: 'Send {amount} {currency}',
        fields: { amount: 'Amount', payee: 'To', name: 'Name' },
      },
      de: {
        name: 'Überweisung',
        one: 'eine Überweisung',
        act: '{amount} {currency} überweisen',
        fields: { amount: 'Betrag', payee: 'An', name: 'Name' },
      },
    },
    requires: { level: 'code', mode: 'once', factors: ['security-code', 'email-code'] },
  },
  'settings.email.change': {
    binds: { email: 'email' },
    words: {
      en: {
        name: 'change of address',
        one: 'a change of address',
        act: 'Change the address',
        fields: { email: 'New address' },
      },
      de: {
        name: 'Adressänderung',
        one: 'eine Adressänderung',
        act: 'Adresse ändern',
        fields: { email: 'Neue Adresse' },
      },
    },
    requires: { level: 'code', mode: 'once' },
  },
  'notes.open': {
    words: {
      en: { name: 'access to your notes', one: 'access to your notes', act: 'Open my notes' },
      de: { name: 'Einsicht in Ihre Notizen', one: 'die Einsicht in Ihre Notizen', act: 'Meine Notizen öffnen' },
    },
    requires: { level: 'code', mode: 'window', windowSeconds: 300 },
  },
} as const

/** The bank's step-up. */
export type BankCountersign = Countersign<typeof actions>

/** What the bank's step-up is made of. */
export type StepUpParts = Readonly<{
  store: Store
  keys: string
  publicUrl: URL
  smtpUrl: string
  people: People
  log: Log
}>

/** Step-up for the bank: codes by e-mail to the address in the people table, which follows a change made here. */
export function createBankCountersign({ store, keys, publicUrl, smtpUrl, people, log }: StepUpParts): BankCountersign {
  const countersign: BankCountersign = createCountersign({
    store,
    keys,
    publicUrl: publicUrl.href,
    channels: [emailChannel({ smtp: smtpUrl, from: 'Lindenhof Bank <codes@lindenhof.example>' })],
    contactsOf: async (subject) => {
      const person = await people.byId(subject)
      return person && [{ kind: 'email', address: person.email, proved: person.emailProved }]
    },
    contactChanged: (change) => followContact(people, change, () => addressesOf(countersign, change.subject)),
    // Before the first proof, too, only who chose the password has a session here: nobody else waits in one.
    endSessions: async ({ subject, except, reason }) => {
      if (reason !== 'first-proof') await people.endSessions(subject, new Date(), except)
    },
    securityCode: {},
    // What is missing stands on the customer's start page; nobody is turned away meanwhile.
    registration: { contacts: 1 },
    actions,
    log,
  })
  return countersign
}

/** @throws Error when there is no certain answer: the call is repeated. */
async function addressesOf({ subjects }: BankCountersign, subject: string): Promise<readonly KnownAddress[]> {
  const copy = await subjects.export({ subject })
  if (copy.outcome === 'unavailable') throw new Error('Nobody can say for certain where this person is reached.')
  return copy.data.contacts
}
