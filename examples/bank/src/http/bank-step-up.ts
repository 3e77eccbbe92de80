import { type ExpressStepUp, stepUp } from '@countersign/express'
import { theme } from '../pages/theme.js'
import type { People } from '../people/people.js'
import type { actions, BankCountersign } from '../step-up.js'
import { signedOut, whoLooks } from './customer.js'

/** The bank's guards and the pages of Countersign. */
export type BankStepUp = ExpressStepUp<typeof actions>

/** Where a customer looks after contacts and security code: Countersign's own page. */
export const securityUrl = '/countersign/account'

/** Sets Countersign's door into the bank: the session knows who asks, unless it was ended, and a password opened it. */
export function bankStepUp(countersign: BankCountersign, people: People, clientLimits: boolean): BankStepUp {
  return stepUp(countersign, {
    identify: async (request) => {
      const person = await whoLooks(people, request)
      return { subject: person?.id, session: request.session, openedBy: 'password' }
    },
    theme,
    onAnonymous: signedOut,
    clientLimits: clientLimits ? 'on' : 'off',
  })
}
