/**
 * What the compiler refuses and allows. Nothing here runs: `tsc -p tsconfig.tests.json` checks it, and a line under `@ts-expect-error` that
 * compiles is an error.
 */
import type { Countersign } from '@countersign/core'
import express, { type Response } from 'express'
import { stepUp } from '../../src/index.js'
import type { actions } from './bank.js'

declare const countersign: Countersign<typeof actions>
const app = express()
const door = stepUp(countersign, { identify: () => null })
const { requireStepUp, stepUpOf, demandStepUp, stepUpRoutes, jsonBody, signOut } = door

// The ten lines.
app.use(stepUpRoutes)
app.use(jsonBody())
app.post('/transfers', requireStepUp('transfer.create'), (_request, response) => response.send())

// @ts-expect-error there is no such action
requireStepUp('transfer.craete')

// @ts-expect-error identify is needed
stepUp(countersign, {})

// The guard keeps the parameters of the path for the handler behind it.
app.post('/accounts/:account/transfers/:to', jsonBody(), requireStepUp('transfer.create'), (request, response) => {
  const { account, to }: { account: string; to: string } = request.params
  // @ts-expect-error the path has no such parameter
  request.params.other
  response.send(account + to)
})

// What the guard allowed is there, and may be missing as far as the compiler knows.
app.post('/transfers', requireStepUp('transfer.create'), (request, response) => {
  // @ts-expect-error a handler without a guard has none
  request.stepUp.id
  const id: string | undefined = request.stepUp?.id
  const { bound, amr, at } = stepUpOf(request, 'transfer.create')
  const amount: string = bound.amount
  // @ts-expect-error the action binds no such field
  bound.ammount
  // @ts-expect-error what was bound is read-only
  bound.amount = '1.00'
  const { seats, aisle, memo }: { seats: number; aisle: boolean; memo?: string } = stepUpOf(request, 'seats.book').bound
  response.json({ id, amount, amr, at, seats, aisle, memo })
})

// bind gives exactly the fields of the action, at once or later.
requireStepUp('payee.remove', { bind: (request) => ({ id: String(request.params.id) }) })
requireStepUp('payee.remove', { bind: async (request) => ({ id: String(request.params.id) }) })
requireStepUp('seats.book', { bind: () => ({ seats: 2, aisle: true }) })
requireStepUp('seats.book', { bind: () => ({ seats: 2, aisle: true, memo: 'by the door' }) })
// @ts-expect-error a field is missing
requireStepUp('transfer.create', { bind: () => ({ amount: '1.00', currency: 'EUR' }) })
// @ts-expect-error a field is of another type
requireStepUp('payee.remove', { bind: () => ({ id: 17 }) })
// @ts-expect-error a field is not bound
requireStepUp('payee.remove', { bind: () => ({ id: '17', note: 'x' }) })

// The guard as a function.
export async function resolver(request: express.Request, response: Response): Promise<void> {
  const demanded = await demandStepUp(request, 'transfer.create', { amount: '1.00', currency: 'EUR', payee: 'CH93' })
  if (demanded.outcome === 'allow') response.send(demanded.stepUp.bound.payee)
  else response.status(demanded.problem.status).json(demanded.problem)
  // @ts-expect-error a field is misspelt
  await demandStepUp(request, 'transfer.create', { ammount: '1.00', currency: 'EUR', payee: 'CH93' })
  // @ts-expect-error there is no such action
  await demandStepUp(request, 'transfer.craete', {})
  const outcome: 'signed-out' | 'nobody' = await signOut(request)
  response.send(outcome)
}

// identify: a session, who and in which session, or nobody.
stepUp(countersign, { identify: (request) => request.session })
stepUp(countersign, { identify: async (request) => ({ subject: 7, session: request.get('x-login') ?? '' }) })
stepUp(countersign, { identify: () => undefined })
// @ts-expect-error a text is no session object and says not whose it is
stepUp(countersign, { identify: (request) => request.sessionID })
