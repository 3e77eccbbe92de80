import { randomUUID } from 'node:crypto'
import { jsonBody, knownHost, knownMediaType, Problem, readOrder, shaped } from '@countersign/example-bank/parts'
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
    requireToken({ acr: acr.password }),
    knownMediaType,
    jsonBody(),
    checkPayment,
    requireToken({ acr: acr.code, maxAgeSeconds: paymentSeconds }),
    function createPayment(request, response) {
      const { subject } = tokenOf(request)
      const payment = { id: randomUUID(), ...shaped(request, paymentShape) }
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

/**
 * Refuses what could never be paid before anybody is asked for a code, and after the token was looked at: a stranger learns nothing
 * about what the API takes.
 */
const checkPayment: RequestHandler = function checkPaymentMiddleware(request, _response, next) {
  const read = readOrder(shaped(request, paymentShape))
  if ('wrong' in read) throw new Problem('wrong-value', { errors: read.wrong })
  next()
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
