import type { Inbox } from '../inbox/inbox.js'
import type { Ledger } from '../ledger/ledger.js'
import type { People } from '../people/people.js'
import type { BankCountersign } from '../step-up.js'
import type { BankStepUp } from './bank-step-up.js'

/** What the routes work with. */
export type BankParts = Readonly<{
  people: People
  ledger: Ledger
  countersign: BankCountersign
  stepUp: BankStepUp
  /** Only when the bank keeps the mail that it sends. */
  inbox?: Inbox
  clientLimits: boolean
  /** Whether the people of the demo are there. */
  seeded: boolean
}>
