import { defineActions, type Parts, type Store } from '@countersign/core'
import { aCountersign } from '@countersign/testing'
import type express from 'express'
import type { Request } from 'express'
import session from 'express-session'
import type { StepUpOptions, stepUp } from '../../src/index.js'

declare module 'express-session' {
  interface SessionData {
    userId: string
    cart: string
  }
}

/** An Express and the door that was loaded with it: the same suites run on 4 and on 5. */
export type Loaded = Readonly<{ express: typeof express; stepUp: typeof stepUp }>

export const actions = defineActions({
  'transfer.create': {
    binds: { amount: 'decimal', currency: 'currency', payee: 'iban' },
    unbound: ['_csrf'],
    requires: { level: 'code', mode: 'once' },
  },
  'notes.open': { requires: { level: 'code', mode: 'window' } },
  'payee.remove': { binds: { id: 'id' }, requires: { level: 'code', mode: 'once' } },
  'seats.book': {
    binds: { seats: 'integer', aisle: 'boolean', memo: 'text?' },
    requires: { level: 'code', mode: 'once' },
  },
  'balance.read': { requires: 'nothing' },
})

export const transfer = { amount: '250.00', currency: 'EUR', payee: 'CH9300762011623852957' } as const

/** What a test may set of the bank. */
export type BankParts = Readonly<{
  options?: Partial<StepUpOptions>
  sessionStore?: session.Store
  store?: Store
  cookie?: session.CookieOptions
  /** Routes and settings of a test, put in before the bank's own. */
  before?: (app: express.Express) => void
  publicUrl?: string | (() => string)
  securityCode?: NonNullable<Parts<typeof actions>['securityCode']>
  contactsOf?: Parts<typeof actions>['contactsOf']
}>

/** A small application with a session, and everything that a test looks at. */
export async function aBank({ express: library, stepUp: door }: Loaded, parts: BankParts = {}) {
  const { countersign, clock, inbox, store } = await aCountersign({
    actions,
    publicUrl: parts.publicUrl ?? 'http://localhost:3000',
    ...(parts.store && { store: parts.store }),
    ...(parts.securityCode && { securityCode: parts.securityCode }),
    ...(parts.contactsOf && { contactsOf: parts.contactsOf }),
  })
  const executed: object[] = []
  const app = library()
  parts.before?.(app)
  app.use(
    session({
      secret: 'a secret for tests',
      resave: false,
      saveUninitialized: false,
      ...(parts.sessionStore && { store: parts.sessionStore }),
      ...(parts.cookie && { cookie: parts.cookie }),
    }),
  )
  const made = door(countersign, {
    identify: (request: Request) => request.session,
    clientLimits: 'off',
    ...parts.options,
  })
  app.use(made.stepUpRoutes)
  app.use(made.jsonBody())
  app.use(library.urlencoded({ extended: false }))

  app.post('/sign-in', (request, response) => {
    request.session.userId = String(request.body.user)
    response.sendStatus(204)
  })
  app.post('/sign-out', async (request, response, next) => {
    try {
      response.json({ outcome: await made.signOut(request) })
    } catch (error) {
      next(error)
    }
  })
  app.post('/transfers', made.requireStepUp('transfer.create'), (request, response) => {
    const { id, bound } = made.stepUpOf(request, 'transfer.create')
    executed.push({ id, ...bound })
    response.status(201).json({ transfer: { confirmation: id, ...bound } })
  })
  app.get('/notes', made.requireStepUp('notes.open'), (_request, response) => {
    response.json({ text: 'private' })
  })
  app.get('/balance', made.requireStepUp('balance.read'), (request, response) => {
    response.json({ level: request.stepUp?.level })
  })
  app.delete(
    '/payees/:id',
    made.requireStepUp('payee.remove', { bind: (request) => ({ id: request.params.id ?? '' }) }),
    (_request, response) => {
      response.sendStatus(204)
    },
  )
  app.post('/payees/:id/wrongly', made.requireStepUp('payee.remove'), (_request, response) => {
    response.sendStatus(204)
  })
  app.post('/seats', made.requireStepUp('seats.book'), (request, response) => {
    response.json(made.stepUpOf(request, 'seats.book').bound)
  })
  return { app, countersign, clock, inbox, store, executed, door: made }
}

export type Bank = Awaited<ReturnType<typeof aBank>>
