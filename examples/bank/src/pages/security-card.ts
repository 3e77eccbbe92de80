import type { Language } from '@countersign/core'
import { longDay, moment } from './figures.js'
import type { SecurityStatus } from './page.js'
import type { Words } from './words.js'

/** What a customer still has to do until his security code works, the next of it as a button. */
type Guide = Readonly<{ steps: readonly Readonly<{ label: string; done: boolean }>[]; next: string }>

/** The security card of the start page, and above it what is missing, as long as something is. */
export function securityCard(status: SecurityStatus, words: Words, language: Language) {
  const { contact, pending, lastUse } = status
  const { state } = status.code
  return {
    state: stateOf(status, words, language),
    tone: state === 'active' ? 'good' : 'warn',
    contact: contact?.masked ?? pending ?? words.noContact,
    contactState: contact && (contact.proved ? words.proved : words.notProved),
    lastUse: lastUse ? moment(lastUse, language) : words.never,
    guide: guideOf(status, words),
  }
}

function stateOf({ code: { state, expiresAt } }: SecurityStatus, { security }: Words, language: Language): string {
  switch (state) {
    case 'active':
      return expiresAt ? security.active(longDay(expiresAt, language)) : security.none
    case 'expiring':
      return expiresAt ? security.expiring(longDay(expiresAt, language)) : security.none
    case 'none':
    case 'issued':
    case 'expired':
    case 'revoked':
      return security[state]
  }
}

/** Nobody is turned away: this is shown beside everything else, to whoever never had a code that works. */
function guideOf({ code: { state, waiting, missing }, pending }: SecurityStatus, words: Words): Guide | undefined {
  if (state !== 'none' && state !== 'issued') return undefined
  const { steps, next } = words.security
  const proved = !missing.some(({ what }) => what === 'contact')
  return {
    steps: [
      { label: steps.prove, done: proved },
      { label: steps.pickUp, done: waiting?.shown === true },
      { label: steps.use, done: false },
    ],
    next: proved ? (waiting ? next.pickUp : next.issue) : pending === undefined ? next.prove : next.enterProof,
  }
}
