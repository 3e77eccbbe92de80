import type { ChangeContactOutcome } from '@countersign/core'
import { type Request, type RequestHandler, Router } from 'express'
import { z } from 'zod'
import { emptyForm, type FormState, type Page } from '../../pages/page.js'
import { canonicalEmail, isEmail, type Person } from '../../people/person.js'
import type { BankParts } from '../bank-parts.js'
import { securityUrl } from '../bank-step-up.js'
import { shaped } from '../body.js'
import { customerOf, customersOnly } from '../customer.js'
import { Problem } from '../problem.js'
import { languageOf, refuseValues, sendDone, sendEither } from '../reply.js'
import { findSignInContact, signInContactOf } from '../sign-in-contact.js'

const addressShape = z.strictObject({ email: z.string() })

/** Where codes go, and how that is changed. */
export function settingsRoutes(parts: BankParts): Router {
  const { people, countersign } = parts
  const routes = Router()
  const customers = customersOnly(people)

  routes.get(['/settings', '/settings/email'], customers, async function showSettings(request, response) {
    const { id, email, emailProved } = customerOf(request)
    const contacts = await countersign.contacts.list({ subject: id })
    if (contacts.outcome === 'unavailable') throw new Problem('unavailable', contacts)
    const pending = contacts.pending?.masked
    const page = {
      page: 'security',
      email,
      proved: emailProved,
      form: emptyForm,
      securityUrl,
      ...(pending !== undefined && { pending }),
    } as const
    sendEither(request, response, page, { email, proved: emailProved, pending: pending ?? null })
  })

  routes.post(
    '/settings/email',
    customers,
    readAddress,
    findSignInContact(countersign),
    guardChange(parts),
    async function changeEmail(request, response) {
      const { id: subject } = customerOf(request)
      const address = confirmedAddress(parts, request)
      const change = { subject, kind: 'email', address, replaces: signInContactOf(request).id } as const
      const result = await countersign.contacts.change({ ...change, language: languageOf(request) })
      if (result.outcome !== 'pending') throw refusalOf(result)
      sendDone(request, response, '/settings', 202, { pending: result.masked })
    },
  )

  return routes
}

/** Refuses what is no address before anybody is asked for a code. */
const readAddress: RequestHandler = function readAddressMiddleware(request, response, next) {
  const { email } = shaped(request, addressShape)
  if (!isEmail(email)) return refuseValues(request, response, { email: 'email' }, securityPage(customerOf(request)))
  request.body = { email: canonicalEmail(email) }
  next()
}

/**
 * The mailbox of an address does not confirm that another takes its place where its person has another way: then
 * it is the action of the account page, over which nobody gets round its rule.
 */
function guardChange({ stepUp }: BankParts): RequestHandler {
  const overTheAddress = stepUp.requireStepUp('settings.email.change')
  const overAnother = stepUp.requireStepUp('countersign.contact.change', {
    bind: (request) => ({ address: String(request.body.email), contact: signInContactOf(request).id }),
  })
  return function guardChangeMiddleware(request, response, next) {
    const guard = signInContactOf(request).another ? overAnother : overTheAddress
    return guard(request, response, next)
  }
}

function confirmedAddress({ stepUp }: BankParts, request: Request): string {
  return signInContactOf(request).another
    ? stepUp.stepUpOf(request, 'countersign.contact.change').bound.address
    : stepUp.stepUpOf(request, 'settings.email.change').bound.email
}

function refusalOf(result: Exclude<ChangeContactOutcome, { outcome: 'pending' }>): Problem {
  switch (result.outcome) {
    case 'too-many-changes':
      return new Problem('too-many-changes')
    case 'malformed':
      return new Problem('wrong-value', { errors: [{ field: 'email', problem: 'email' }] })
    case 'already-there':
      return new Problem('wrong-value', { errors: [{ field: 'email', problem: 'known' }] })
    case 'unknown-contact':
      return new Problem('unavailable', { retryAfterSeconds: 2 })
    case 'unavailable':
      return new Problem('unavailable', result)
  }
}

function securityPage({ email, emailProved }: Person): (form: FormState) => Page {
  return (form) => ({ page: 'security', email, proved: emailProved, form, securityUrl })
}
