import { type Request, type RequestHandler, Router } from 'express'
import { electronicFormatIBAN } from 'ibantools'
import { z } from 'zod'
import { executeTransfer } from '../../ledger/execute-transfer.js'
import { readOrder, type TransferOrder, type TransferRequest } from '../../ledger/transfer-order.js'
import { type Cents, centsOf, decimalOf, typedAmount } from '../../money.js'
import type { FieldError, FormState, Page } from '../../pages/page.js'
import type { BankParts } from '../bank-parts.js'
import { shaped } from '../body.js'
import { broughtElevation } from '../brought-elevation.js'
import { customerOf, customersOnly } from '../customer.js'
import { Problem } from '../problem.js'
import { refuseValues, sendDone, sendEither, wantsPage } from '../reply.js'
import { transferView } from './account.js'

const transferShape = z.strictObject({
  amount: z.string(),
  currency: z.string(),
  payee: z.string(),
  name: z.string().optional(),
})

/** Sending money: looked at first, confirmed second, carried out last. */
export function transferRoutes(parts: BankParts): Router {
  const { people, ledger, stepUp } = parts
  const routes = Router()
  const customers = customersOnly(people)

  // Who cancelled a step-up comes back here.
  routes.get('/transfers', function toForm(_request, response) {
    response.redirect(303, '/transfers/new')
  })

  routes.get('/transfers/new', customers, async function showForm(request, response) {
    const balance = await balanceOf(parts, request)
    const form = { values: request.session.draft ?? {}, errors: {} }
    sendEither(request, response, { page: 'transfer', balance, form }, { balance: decimalOf(balance), currency: 'EUR' })
  })

  routes.get('/transfers/:id', customers, async function showTransfer(request, response) {
    const entry = await ledger.byReference(customerOf(request).id, String(request.params.id))
    if (entry?.kind !== 'transfer') throw new Problem('not-found')
    sendEither(request, response, { page: 'sent', entry }, { transfer: transferView(entry) })
  })

  routes.post(
    '/transfers',
    customers,
    readTransfer,
    checkTransfer(parts),
    stepUp.requireStepUp('transfer.create'),
    async function createTransfer(request, response) {
      const { id: confirmation, bound, at } = stepUp.stepUpOf(request, 'transfer.create')
      const { id: account } = customerOf(request)
      const elevation = broughtElevation(request)
      const transfer = {
        account,
        order: orderOf(bound),
        confirmation,
        at,
        ...(elevation !== undefined && { elevation }),
      }
      const result = await executeTransfer(ledger, transfer)
      if (result.outcome === 'insufficient-funds') return refuse(parts, request, response, { amount: 'funds' })

      delete request.session.draft
      const { entry } = result
      sendDone(request, response, `/transfers/${entry.reference}`, 201, { transfer: transferView(entry) })
    },
  )

  return routes
}

/** A transfer as it stands in a body that was read. */
type Asked = Readonly<{ amount: string; currency: string; payee: string; name?: string }>

/** Brings the body into the one form in which a transfer is bound; what people type is friendlier than that. */
const readTransfer: RequestHandler = function readTransferMiddleware(request, _response, next) {
  const { name, ...asked } = shaped(request, transferShape)
  const typed = Boolean(request.is('application/x-www-form-urlencoded'))
  const amount = typed ? typedAmount(asked.amount) : asked.amount
  const named = typed ? name?.trim() || undefined : name
  const payee = electronicFormatIBAN(asked.payee) ?? ''
  request.body = { ...asked, amount, payee, ...(named !== undefined && { name: named }) } satisfies Asked
  next()
}

/**
 * Refuses what could never be carried out before anybody is asked for a code, and before an elevation is spent on it.
 * Whether the money is there is looked at once more when the transfer is carried out.
 */
function checkTransfer(parts: BankParts): RequestHandler {
  return async function checkTransferMiddleware(request, response, next) {
    const asked: Asked = request.body
    const repeated = await isRepeated(parts, request)
    if (wantsPage(request) && !repeated) request.session.draft = { ...asked }
    const errors = wrongValues(asked, await balanceOf(parts, request))
    const mayPass = Object.keys(errors).length === 0 || (repeated && (await guardTellsMore(parts, request, asked)))
    if (mayPass) next()
    else await refuse(parts, request, response, errors)
  }
}

/** Whether a transfer was carried out with the elevation that the request brings. */
async function isRepeated({ ledger }: BankParts, request: Request): Promise<boolean> {
  const elevation = broughtElevation(request)
  if (elevation === undefined) return false
  return (await ledger.byElevation(customerOf(request).id, elevation)) !== undefined
}

/**
 * Whoever repeats a confirmed request hears from the guard what became of it, and not that the money is gone, which
 * may be his own doing. With other fields, in another session or too late it would ask for a code instead. What is
 * asked with here is spent already, so that asking costs nothing.
 */
async function guardTellsMore({ stepUp }: BankParts, request: Request, asked: Asked): Promise<boolean> {
  const { outcome } = await stepUp.demandStepUp(request, 'transfer.create', asked)
  return outcome === 'already-used' || outcome === 'unavailable'
}

/** Everything that is wrong, so that a form can show it at once. */
function wrongValues(asked: Asked, balance: Cents): Readonly<Record<string, FieldError>> {
  const read = readOrder(asked)
  const wrong = 'wrong' in read ? read.wrong : []
  const tooMuch = (centsOf(asked.amount) ?? 0) > balance
  return {
    ...(tooMuch && { amount: 'funds' }),
    ...Object.fromEntries(wrong.map(({ field, problem }) => [field, problem])),
  }
}

async function refuse(
  parts: BankParts,
  request: Request,
  response: Parameters<RequestHandler>[1],
  errors: Readonly<Record<string, FieldError>>,
): Promise<void> {
  const balance = await balanceOf(parts, request)
  const formPage = (form: FormState): Page => ({ page: 'transfer', balance, form })
  refuseValues(request, response, errors, formPage)
}

async function balanceOf({ ledger }: BankParts, request: Request): Promise<Cents> {
  const last = await ledger.last(customerOf(request).id)
  return last?.balance ?? 0
}

/** What was confirmed was read once already, so that it cannot be wrong now. */
function orderOf(bound: TransferRequest): TransferOrder {
  const read = readOrder(bound)
  if ('wrong' in read) throw new Error('A confirmed transfer is none.')
  return read.order
}
