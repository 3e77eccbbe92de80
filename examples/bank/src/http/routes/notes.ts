import { type RequestHandler, Router } from 'express'
import { z } from 'zod'
import type { BankParts } from '../bank-parts.js'
import { shaped } from '../body.js'
import { customerOf, customersOnly } from '../customer.js'
import { refuseValues, sendDone, sendEither } from '../reply.js'

const notesShape = z.strictObject({ text: z.string() })
const longestNotes = 2000

/** A person's private notes, which open for five minutes after a code. */
export function notesRoutes({ people, stepUp }: BankParts): Router {
  const routes = Router()
  const customers = customersOnly(people)
  const opened = stepUp.requireStepUp('notes.open', { bind: () => ({}) })

  const writeNotes: RequestHandler = async (request, response) => {
    const { text } = shaped(request, notesShape)
    await people.writeNotes(customerOf(request).id, text)
    sendDone(request, response, '/notes?saved=', 200, { text })
  }

  routes.get('/notes', customers, opened, function readNotes(request, response) {
    const { notes } = customerOf(request)
    const form = { values: { text: notes }, errors: {} }
    sendEither(request, response, { page: 'notes', form, saved: request.query.saved === '' }, { text: notes })
  })
  routes.put('/notes', customers, checkNotes, opened, writeNotes)
  // A form without script cannot PUT.
  routes.post('/notes', customers, checkNotes, opened, writeNotes)

  return routes
}

/** Refuses what could not be kept before anybody is asked for a code. */
const checkNotes: RequestHandler = function checkNotesMiddleware(request, response, next) {
  const { text } = shaped(request, notesShape)
  if (text.length <= longestNotes && text.isWellFormed()) return next()
  refuseValues(request, response, { text: 'notes' }, (form) => ({ page: 'notes', form, saved: false }))
}
