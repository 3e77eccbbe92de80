import { Router } from 'express'
import type { Entry } from '../../ledger/entry.js'
import { decimalOf } from '../../money.js'
import { whoIs } from '../../sessions/session.js'
import type { BankParts } from '../bank-parts.js'
import { securityUrl } from '../bank-step-up.js'
import { customerOf, customersOnly } from '../customer.js'
import { sendPage, wantsPage } from '../reply.js'
import { securityStatus } from '../security-status.js'

/** A program that lost an answer looks its transfer up in this list. */
const mostListed = 1000
const mostOnPage = 20

/** The account and what has left it. */
export function accountRoutes(parts: BankParts): Router {
  const { people, ledger } = parts
  const routes = Router()

  routes.get('/', function start(request, response) {
    response.redirect(303, whoIs(request) === undefined ? '/sign-in' : '/account')
  })

  routes.get('/account', customersOnly(people), async function showAccount(request, response) {
    const { id, name, email } = customerOf(request)
    const entries = await ledger.newest(id, mostListed)
    const balance = entries[0]?.balance ?? 0
    const transfers = entries.filter(({ kind }) => kind === 'transfer').map(transferView)
    if (!wantsPage(request))
      return void response.json({ name, email, balance: decimalOf(balance), currency: 'EUR', transfers })
    const security = await securityStatus(parts, id)
    const shown = { name, balance, entries: entries.slice(0, mostOnPage), securityUrl }
    sendPage(request, response, { page: 'account', ...shown, ...(security && { security }) })
  })

  return routes
}

/** A transfer as programs see it. */
export function transferView({ reference, confirmation, cents, currency, payee, at }: Entry) {
  return { id: reference, confirmation, amount: decimalOf(-cents), currency, payee, at: at.toISOString() }
}
