import { type RequestHandler, Router } from 'express'
import { z } from 'zod'
import { emptyForm, type FormState, type Page } from '../../pages/page.js'
import { canonicalEmail, isEmail, type Person } from '../../people/person.js'
import type { BankParts } from '../bank-parts.js'
import { securityUrl } from '../bank-step-up.js'
import { shaped } from '../body.js'
import { customerOf, customersOnly } from '../customer.js'
import { Problem } from '../problem.js'
import { languageOf, refuseValues, sendDone, sendEither } from '../reply.js'

const addressShape = z.strictObject({ email: z.string() })

/** Where codes go, and how that is changed. */
export function settingsRoutes({ people, countersign, stepUp }: BankParts): Router {
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
    stepUp.requireStepUp('settings.email.change'),
    async function changeEmail(request, response) {
      const { bound } = stepUp.stepUpOf(request, 'settings.email.change')
      const { id } = customerOf(request)
      const change = { subject: id, kind: 'email', address: bound.email, language: languageOf(request) } as const
      const result = await countersign.contacts.change(change)
      if (result.outcome === 'unavailable') throw new Problem('unavailable', result)
      if (result.outcome !== 'pending')
        throw new Problem('wrong-value', { errors: [{ field: 'email', problem: 'email' }] })
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

function securityPage({ email, emailProved }: Person): (form: FormState) => Page {
  return (form) => ({ page: 'security', email, proved: emailProved, form, securityUrl })
}
