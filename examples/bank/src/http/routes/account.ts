import { Router } from 'express'
import type { Entry } from '../../ledger/entry.js'
import { decimalOf } from '../../money.js'
import { whoIs } from '../../sessions/session.js'
import type { BankParts } from '../bank-parts.js'
import { customerOf, customersOnly } from '../customer.js'
import { sendEither } from '../reply.js'

/** A program that lost an answer looks its transfer up in this list. */
const mostListed = 1000
const mostOnPage = 20

/** The account and what has left it. */
export function accountRoutes({ people, ledger }: BankParts): Router {
  const routes = Router()

  routes.get('/', function start(request, response) {
    response.redirect(303, whoIs(request) === undefined ? '/sign-in' : '/account')
  })

  routes.get('/account', customersOnly(people), async function showAccount(request, response) {
    const { id, name, email } = customerOf(request)
    const entries = await ledger.newest(id, mostListed)
    const balance = entries[0]?.balance ?? 0
    const transfers = entries.filter(({ kind }) => kind === 'transfer').map(transferView)
    const page = { page: 'account', name, email, balance, entries: entries.slice(0, mostOnPage) } as const
    sendEither(request, response, page, { name, email, balance: decimalOf(balance), currency: 'EUR', transfers })
  })

  return routes
}

/** A transfer as programs see it. */
export function transferView({ reference, confirmation, cents, currency, payee, at }: Entry) {
  return { id: reference, confirmation, amount: decimalOf(-cents), currency, payee, at: at.toISOString() }
}
