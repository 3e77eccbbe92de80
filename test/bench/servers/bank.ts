import { createCountersign, newKey, type Store } from '@countersign/core'
import { type Identify, stepUp } from '@countersign/express'
import type { Express } from 'express'
import { droppingChannel, silent } from './dropped.js'
import { showNotes } from './notes.js'

/** Adds Countersign to an application, before two routes: notes behind a window, transfers behind a one-shot. */
export async function addBank(
  app: Express,
  { store, codes, identify }: Readonly<{ store: Store; codes: Map<string, string>; identify: Identify }>,
): Promise<void> {
  const countersign = createCountersign({
    store,
    keys: newKey(),
    publicUrl: 'http://127.0.0.1:3000',
    channels: [droppingChannel(codes)],
    contactsOf: (subject) => [{ kind: 'email', address: `${subject}@example.test`, proved: true }],
    actions: {
      'notes.open': { requires: { level: 'code', mode: 'window', windowSeconds: 900 } },
      'transfer.create': {
        binds: { amount: 'decimal', currency: 'currency', payee: 'iban' },
        requires: { level: 'code', mode: 'once' },
      },
    },
    log: silent,
  })
  const { requireStepUp, stepUpRoutes, jsonBody } = stepUp(countersign, { identify, clientLimits: 'off' })
  app.use(stepUpRoutes)
  app.get('/notes', requireStepUp('notes.open'), showNotes)
  app.post('/transfers', jsonBody(), requireStepUp('transfer.create'), (request, response) => {
    response.status(201).json({ confirmation: request.stepUp?.id })
  })
  await countersign.start()
}

/** Says who asks as cheaply as can be: a gateway that has looked already names the person and the sign-in. */
export const byHeaders: Identify = ({ headers }) => {
  const { 'x-person': subject, 'x-sign-in': session } = headers
  return typeof subject === 'string' && typeof session === 'string' ? { subject, session } : undefined
}
