import { randomUUID } from 'node:crypto'
import { jsonBody, knownHost, knownMediaType, Problem, readOrder, shaped } from '@countersign/example-bank/parts'
import { resourceServer, tokenOf } from '@countersign/resource-server'
import express, { type Express, type Request, type RequestHandler } from 'express'
import type { Logger } from 'pino'
import { z } from 'zod'
import type { Addresses } from '../addresses.js'
import { refusals } from '../http/refusals.js'
import { surround } from '../http/surroundings.js'
import { acr, levels } from '../levels.js'
import { api } from '../provider/clients.js'

/** A payment that was carried out. */
export type Payment = Readonly<{ id: string; amount: string; currency: string; payee: string }>

const paymentShape = z.strictObject({ amount: z.string(), currency: z.string(), payee: z.string() })

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
  app.use(knownHost(new URL(audience)), readableChallenge)

  app.get('/orders', requireToken({ acr: acr.password }), function listOrders(request, response) {
    const { subject } = tokenOf(request)
    response.json({ orders: ordersOf(subject), payments: payments.get(subject) ?? [] })
  })

  app.post(
    '/payments',
    requireToken({ acr: acr.code, maxAgeSeconds: paymentSeconds }),
    knownMediaType,
    jsonBody(),
    function createPayment(request, response) {
      const { subject } = tokenOf(request)
      const payment = { id: randomUUID(), ...paymentIn(request) }
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

/** What is to be paid. The level comes first, whatever the body (RFC 9470, 3): whoever calls an API looks at an order before he asks a person for a code. */
function paymentIn(request: Request): Omit<Payment, 'id'> {
  const payment = shaped(request, paymentShape)
  const read = readOrder(payment)
  if ('wrong' in read) throw new Problem('wrong-value', { errors: read.wrong })
  return payment
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
