import { type ExpressStepUp, stepUp } from '@countersign/express'
import { theme } from '../pages/theme.js'
import { whoIs } from '../sessions/session.js'
import type { actions, BankCountersign } from '../step-up.js'
import { signedOut } from './customer.js'

/** The bank's guards and the pages of Countersign. */
export type BankStepUp = ExpressStepUp<typeof actions>

/** Sets Countersign's door into the bank: the session knows who asks, and a password opened it. */
export function bankStepUp(countersign: BankCountersign, clientLimits: boolean): BankStepUp {
  return stepUp(countersign, {
    identify: (request) => ({ subject: whoIs(request), session: request.session, openedBy: 'password' }),
    theme,
    onAnonymous: signedOut,
    clientLimits: clientLimits ? 'on' : 'off',
  })
}
