import { randomUUID } from 'node:crypto'
import { Problem } from '@countersign/example-bank/parts'
import { resourceServer, tokenOf } from '@countersign/resource-server'
import express, { type Express, type RequestHandler } from 'express'
import type { Logger } from 'pino'
import { z } from 'zod'
import type { Addresses } from '../addresses.js'
import { refusals } from '../http/refusals.js'
import { surround } from '../http/surroundings.js'
import { acr, levels } from '../levels.js'
import { api } from '../provider/clients.js'

/** A payment that was carried out. */
export type Payment = Readonly<{ id: string; amount: string; currency: string; payee: string }>

const order = z.strictObject({
  amount: z.string().regex(/^\d{1,7}\.\d{2}$/),
  currency: z.literal('EUR'),
  payee: z.string().regex(/^[A-Z]{2}\d{2}[A-Z0-9]{10,30}$/),
})

/** So old may the code be that a payment stands on. */
const paymentSeconds = 300

/** The API: it trusts access tokens of the provider, and asks for more where money moves (RFC 9470). */
export function createApiApp({ issuer, api: audience }: Addresses, log: Logger): Express {
  const payments = new Map<string, Payment[]>()
  const introspection = { clientId: api.id, clientSecret: api.secret }
  const { requireToken } = resourceServer({
    issuer,
    audience,
    publicUrl: audience,
    levels: withoutStepUp,
    introspection,
  })
  const app = express()
  surround(app, { log, policy: "default-src 'none'" })
  app.use(readableChallenge)

  app.get('/orders', requireToken({ acr: acr.password }), function listOrders(request, response) {
    const { subject } = tokenOf(request)
    response.json({ orders: ordersOf(subject), payments: payments.get(subject) ?? [] })
  })

  app.post(
    '/payments',
    requireToken({ acr: acr.code, maxAgeSeconds: paymentSeconds }),
    express.json({ limit: '16kb', strict: true }),
    function createPayment(request, response) {
      const { subject } = tokenOf(request)
      const read = order.safeParse(request.body)
      if (!read.success) throw new Problem('wrong-value')
      const payment = { id: randomUUID(), ...read.data }
      payments.set(subject, [...(payments.get(subject) ?? []), payment])
      response.status(201).json({ payment })
    },
  )

  app.use(() => {
    throw new Problem('not-found')
  })
  app.use(refusals(log))
  return app
}

/** The API need not know how a level is reached, only for how long it counts. */
const withoutStepUp = levels.map((level) => ({
  acr: level.acr,
  ...('ttlSeconds' in level && { ttlSeconds: level.ttlSeconds }),
}))

/** A page's script can read the challenge only where it is told so (T30). */
const readableChallenge: RequestHandler = function readableChallengeMiddleware(_request, response, next) {
  response.set('Access-Control-Expose-Headers', 'WWW-Authenticate')
  next()
}

/** What the bakery has for everybody. */
function ordersOf(subject: string) {
  return [
    { id: `${subject}-1`, what: 'Rye bread, 8.40 EUR' },
    { id: `${subject}-2`, what: 'Plum cake, 12.00 EUR' },
  ]
}
