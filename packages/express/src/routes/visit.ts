import { StoreUnavailable } from '@countersign/core'
import type { NextFunction, Request, RequestHandler, Response } from 'express'
import { setOurHeaders } from '../answering/headers.js'
import { problem } from '../answering/problem.js'
import { leadTo, prefersPage, type Refusal, refuse } from '../answering/respond.js'
import { malformedRefusal, notSignedIn, unavailableRefusal } from '../guard/refusals.js'
import type { Parts } from '../parts.js'
import { readAnyBody } from '../reading/body.js'
import type { LimitedAct } from '../reading/client-limits.js'
import { type Fields, fieldsOf, isForm, queryOf } from '../reading/fields.js'
import { foreignness } from '../reading/own-request.js'
import { proxyCheck } from '../reading/trust-proxy.js'
import type { Identity } from '../session/identify.js'
import { formOf, type Saying, sayingOf } from './page-paths.js'

/** One request to one of our routes, read. */
export type Visit<Name extends string = string> = Readonly<{
  request: Request
  response: Response
  fields: Fields<Name>
  /** The page's own form was posted: the answer is a redirect. */
  form: boolean
  /** What the address of a page says beside. */
  saying: Saying
}>

/** A visit of somebody who is signed in. */
export type PersonVisit<Name extends string = string> = Visit<Name> & Readonly<{ whom: Identity['whom'] }>

/** What a route takes, what it counts as, and where its form's page is. */
export type RouteShape<Name extends string> = Readonly<{
  act: LimitedAct
  fields: readonly Name[]
  /** Where a form's answer leads when there is nothing better. */
  page: (visit: Visit<Name>, saying: Saying) => string
  /** People come here from elsewhere, too, such as by a bookmark: that no cookie came says nothing. */
  entrance?: boolean
}>

/** What every request to our routes has to pass, before any route is looked for. */
export function gate(parts: Parts): RequestHandler {
  const checkProxy = proxyCheck()
  return function ourRoutesGate(request, response, next) {
    setOurHeaders(response, parts.secure)
    try {
      checkProxy(request)
    } catch (error) {
      return next(error)
    }
    const foreign = foreignness(request, parts.own)
    if (!foreign) return next()
    const refusal = { problem: foreign, page: { page: 'malformed', back: parts.home } } as const
    refuse(request, response, refusal, parts.show).catch(next)
  }
}

/** A route for whoever asks, such as behind a link of a message. */
export function route<Name extends string>(
  parts: Parts,
  shape: RouteShape<Name>,
  handle: (visit: Visit<Name>) => Promise<void>,
): RequestHandler {
  return function ourRoute(request, response, next) {
    visit(parts, shape, handle, request, response).catch(next)
  }
}

/** A route for somebody who is signed in. */
export function personRoute<Name extends string>(
  parts: Parts,
  shape: RouteShape<Name>,
  handle: (visit: PersonVisit<Name>) => Promise<void>,
): RequestHandler {
  return function ourPersonRoute(request, response, next) {
    const forPerson = async (seen: Visit<Name>) => {
      const identity = await parts.who.of(request)
      if (identity) await handle({ ...seen, whom: identity.whom })
      else await refuseNobody(parts, shape, request, response, next)
    }
    visit(parts, shape, forPerson, request, response).catch(next)
  }
}

async function visit<Name extends string>(
  parts: Parts,
  shape: RouteShape<Name>,
  handle: (visit: Visit<Name>) => Promise<void>,
  request: Request,
  response: Response,
): Promise<void> {
  const body = await readAnyBody(request, response)
  const fields = body.outcome === 'read' ? fieldsOf(request, shape.fields) : undefined
  if (body.outcome === 'refused' || !fields)
    return refuse(
      request,
      response,
      { ...malformedRefusal(parts.home), ...(body.outcome === 'refused' && { problem: body.problem }) },
      parts.show,
    )

  const seen: Visit<Name> = { request, response, fields, form: isForm(request), saying: sayingIn(parts, request) }
  const wait = await parts.limits(request, shape.act)
  if (wait !== undefined) return refuseBusy(parts, shape, seen, wait)
  await handle(seen).catch((error) => answerTrouble(parts, shape, seen, error))
}

function sayingIn({ door }: Parts, request: Request): Saying {
  const said = queryOf(request, 'said')
  if (said === undefined) return {}
  const form = formOf(queryOf(request, 'form'), queryOf(request, 'contact'))
  return { ...sayingOf(said, queryOf(request, 'at'), storeTime(door)), ...(form && { form }) }
}

/** Words on a page need no exact time; the process's own will do while the store's is not known. */
function storeTime(door: Parts['door']): Date {
  try {
    return door.now()
  } catch {
    return new Date()
  }
}

async function refuseBusy<Name extends string>(
  parts: Parts,
  shape: RouteShape<Name>,
  seen: Visit<Name>,
  seconds: number,
): Promise<void> {
  const { request, response, form } = seen
  const at = new Date(storeTime(parts.door).getTime() + seconds * 1000)
  if (form) return leadTo(response, shape.page(seen, { said: 'busy', at }))
  await refuse(request, response, busyRefusal(at, seconds, request.originalUrl), parts.show)
}

/** Too many requests from one address of the network. */
export function busyRefusal(retryAt: Date, retryAfterSeconds: number, tryAgain: string): Refusal {
  return {
    problem: problem('too-many-requests', { retryAt }),
    page: { page: 'too-many-requests', retryAt, tryAgain },
    retryAfterSeconds,
  }
}

async function answerTrouble<Name extends string>(
  parts: Parts,
  shape: RouteShape<Name>,
  seen: Visit<Name>,
  error: unknown,
): Promise<void> {
  if (!(error instanceof StoreUnavailable)) throw error
  const { request, response, form } = seen
  if (form) return leadTo(response, shape.page(seen, { said: 'unavailable' }))
  await refuse(request, response, unavailableRefusal(5, request.originalUrl), parts.show)
}

/** A person whose browser sends no cookie at all on the way of a step-up is told about that; anybody else was signed out. */
async function refuseNobody<Name extends string>(
  parts: Parts,
  { entrance = false }: RouteShape<Name>,
  request: Request,
  response: Response,
  next: NextFunction,
): Promise<void> {
  const asksForPage = request.method === 'GET' && prefersPage(request)
  const cookieless = !entrance && asksForPage && request.headers.cookie === undefined
  if (!cookieless && parts.options.onAnonymous) return parts.options.onAnonymous(request, response, next)
  const { problem: refused, page } = notSignedIn(parts.home)
  const shown = cookieless ? ({ page: 'no-cookie', tryAgain: request.originalUrl } as const) : page
  await refuse(request, response, { problem: refused, page: shown }, parts.show)
}
