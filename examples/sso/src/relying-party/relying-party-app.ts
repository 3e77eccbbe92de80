import { CountersignError } from '@countersign/core'
import {
  formBody,
  jsonBody,
  knownHost,
  knownMediaType,
  MemorySessions,
  ownOrigin,
  Problem,
  readOrder,
  shaped,
  typedAmount,
  wantsPage,
} from '@countersign/example-bank/parts'
import type { StepUpChallenge } from '@countersign/resource-server/relying-party'
import express, { type Express, type Request, type RequestHandler, type Response } from 'express'
import session from 'express-session'
import { electronicFormatIBAN } from 'ibantools'
import { AuthorizationResponseError, ClientError, ResponseBodyError } from 'openid-client'
import type { Logger } from 'pino'
import { z } from 'zod'
import type { Addresses } from '../addresses.js'
import { refusals } from '../http/refusals.js'
import { notConfirmed } from '../http/refused.js'
import { surround } from '../http/surroundings.js'
import type { TypedPayment } from '../pages/render-page.js'
import { sendPage } from '../pages/send-page.js'
import { contentSecurity } from '../provider/form-targets.js'
import { type BankClient, bankClient } from './bank-client.js'
import { type SignedIn, taken, type WaitingPayment } from './session.js'

const idleSeconds = 30 * 60
const payment = z.strictObject({ amount: z.string(), payee: z.string() })
const nothing = z.strictObject({})

/** A shop that signs people in with the bank, and pays over its API: read from top to bottom, this is the way of a request. */
export function createRelyingPartyApp(addresses: Addresses, secrets: string[], log: Logger): Express {
  const site = new URL(addresses.relyingParty)
  const bank = bankClient(addresses)
  const app = express()
  surround(app, { log, policy: contentSecurity(addresses.issuer) })
  app.use(knownHost(site), underOneName(site), ownOrigin(site), knownMediaType)
  app.use(
    session({
      name: 'bakery',
      secret: secrets,
      store: new MemorySessions(idleSeconds),
      resave: false,
      saveUninitialized: false,
      cookie: { path: '/', httpOnly: true, sameSite: 'lax' },
    }),
  )
  app.use(jsonBody(), formBody)

  app.get('/', home(bank))
  app.post('/sign-in', async function signIn(request, response) {
    shaped(request, nothing)
    await sendToBank(bank, request, response)
  })
  app.get('/callback', callback(bank, site))
  app.post('/pay', async function pay(request, response) {
    const typed = shaped(request, payment)
    const waiting = { amount: typedAmount(typed.amount), payee: electronicFormatIBAN(typed.payee) ?? '' }
    const read = readOrder({ ...waiting, currency: 'EUR' })
    if (!('wrong' in read) || !request.session.signedIn) return payOr(bank, request, response, waiting)
    if (!wantsPage(request)) throw new Problem('wrong-value', { errors: read.wrong })
    const wrong = read.wrong.map(({ field }) => field)
    await showAccount(bank, request, response, { ...typed, wrong })
  })
  app.get('/pay/resume', function askToResume(request, response) {
    const waiting = request.session.payment
    if (!waiting) return response.redirect(303, '/')
    sendPage(request, response, { page: 'resume', ...waiting }, whoOf(request))
  })
  app.post('/pay/resume', async function resume(request, response) {
    shaped(request, nothing)
    const waiting = request.session.payment
    if (!waiting) return response.redirect(303, '/')
    await payOr(bank, request, response, waiting)
  })
  app.get('/paid', function showPaid(request, response) {
    const { paid } = request.session
    if (!paid) return response.redirect(303, '/')
    sendPage(request, response, { page: 'paid', ...paid }, whoOf(request))
  })
  app.post('/sign-out', async function signOut(request, response) {
    shaped(request, nothing)
    const { signedIn } = request.session
    await new Promise<void>((resolve, reject) =>
      request.session.destroy((error) => (error ? reject(error) : resolve())),
    )
    response.redirect(303, signedIn ? (await bank.signOutUrl(signedIn)).href : '/')
  })

  app.use(() => {
    throw new Problem('not-found')
  })
  app.use(refusals(log, 'shop'))
  return app
}

/**
 * Leads to the name that the bank sends people back to: a session that began under another name of this machine would not be there
 * when they come.
 */
function underOneName(site: URL): RequestHandler {
  return function underOneNameMiddleware(request, response, next) {
    if (request.method !== 'GET' || request.host === site.host) return next()
    response.redirect(308, inOwnName(site, request).href)
  }
}

/** The address of a request under the shop's own name: a path such as `//elsewhere.example/`, read as an address, is another site's. */
function inOwnName(site: URL, { path, originalUrl }: Request): URL {
  const url = new URL(site)
  url.pathname = path
  url.search = /\?.*/.exec(originalUrl)?.[0] ?? ''
  return url
}

function home(bank: BankClient): RequestHandler {
  return async function showHome(request, response) {
    await showAccount(bank, request, response)
  }
}

/** Who is signed in, what was ordered, and a form for a payment, with what is wrong in it if it was refused. */
async function showAccount(bank: BankClient, request: Request, response: Response, refused?: TypedPayment) {
  const { signedIn } = request.session
  if (!signedIn) return sendPage(request, response, { page: 'shop' })
  const answer = await bank.call(signedIn, 'GET', '/orders')
  if (answer.outcome === 'step-up') return sendToBank(bank, request, response, answer.challenge)
  // The token is over: a new one comes from the provider, where the person is still signed in.
  if (answer.status !== 200) return sendToBank(bank, request, response)
  const { orders, payments } = ordersShape.parse(answer.body)
  const { name, acr, amr, authTime } = signedIn
  const page = {
    page: 'shop-account',
    name,
    acr,
    amr,
    authTime: new Date(authTime * 1000),
    orders,
    payments,
    payment: refused ?? example,
  } as const
  sendPage(request, response, page, { status: refused ? 422 : 200, ...whoOf(request) })
}

/** What the form has in it before anybody types. */
const example: TypedPayment = { amount: '8.40', payee: 'CH93 0076 2011 6238 5295 7', wrong: [] }

const ordersShape = z.object({
  orders: z.array(z.object({ id: z.string(), what: z.string() })),
  payments: z.array(z.object({ id: z.string(), amount: z.string(), payee: z.string() })),
})

/** The way back from the provider. Whatever comes, what was under way is over with it. */
function callback(bank: BankClient, site: URL): RequestHandler {
  return async function comeBack(request, response) {
    const underWay = taken(request, 'underWay')
    if (!underWay) return response.redirect(303, '/')
    try {
      const signedIn = await bank.finish(inOwnName(site, request), underWay)
      await beginSession(request, signedIn)
      response.redirect(303, request.session.payment ? '/pay/resume' : '/')
    } catch (error) {
      const why = whyRefused(error)
      if (why === undefined) throw error
      delete request.session.payment
      if (!wantsPage(request)) throw notConfirmed(why)
      sendPage(request, response, { page: 'not-confirmed', error: why }, { status: 403, ...whoOf(request) })
    }
  }
}

/** The word for what the provider refused, for less than what was asked for, or for an answer to another question than the one under way. */
function whyRefused(error: unknown): string | undefined {
  if (error instanceof AuthorizationResponseError || error instanceof ResponseBodyError) return error.error
  if (error instanceof CountersignError) return error.code
  return error instanceof ClientError && error.code === 'OAUTH_INVALID_RESPONSE' ? 'invalid_response' : undefined
}

/** Under a new id; a payment that waits comes along. */
async function beginSession(request: Request, signedIn: SignedIn): Promise<void> {
  const waiting = request.session.payment
  await new Promise<void>((resolve, reject) =>
    request.session.regenerate((error) => (error ? reject(error) : resolve())),
  )
  request.session.signedIn = signedIn
  if (waiting) request.session.payment = waiting
}

/** Pays, or asks the bank for what the API wants first; the payment waits meanwhile. */
async function payOr(bank: BankClient, request: Request, response: Response, waiting: WaitingPayment): Promise<void> {
  const { signedIn } = request.session
  if (!signedIn) return response.redirect(303, '/')
  const answer = await bank.call(signedIn, 'POST', '/payments', { ...waiting, currency: 'EUR' })
  request.session.payment = waiting
  if (answer.outcome === 'step-up') return sendToBank(bank, request, response, answer.challenge)
  if (answer.status === 401) return sendToBank(bank, request, response)
  taken(request, 'payment')
  if (answer.status !== 201) throw new Problem('wrong-value')
  const { payment: made } = z.object({ payment: z.object({ id: z.string() }) }).parse(answer.body)
  request.session.paid = { ...waiting, reference: made.id }
  response.redirect(303, '/paid')
}

async function sendToBank(
  bank: BankClient,
  request: Request,
  response: Response,
  wanted?: StepUpChallenge,
): Promise<void> {
  const { url, underWay } = await bank.begin(wanted)
  request.session.underWay = underWay
  response.redirect(303, url.href)
}

function whoOf({ session: { signedIn } }: Request): Readonly<{ person?: string }> {
  return signedIn ? { person: signedIn.name } : {}
}
