import { Router } from 'express'
import type { BankParts } from '../bank-parts.js'
import { everybody } from '../customer.js'
import { sendEither } from '../reply.js'

/** The mail that the bank sent, while it keeps it itself. */
export function inboxRoutes({ inbox, people }: BankParts): Router {
  const routes = Router()
  if (!inbox) return routes

  routes.get('/inbox', everybody(people), function showInbox(request, response) {
    const mails = inbox.mails()
    sendEither(request, response, { page: 'inbox', mails }, mails)
  })
  return routes
}
