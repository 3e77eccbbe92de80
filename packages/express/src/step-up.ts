import type { IncomingMessage } from 'node:http'
import type { ActionName, Actions, All, Bound, Countersign, StepUp } from '@countersign/core'
import type { Request, RequestHandler, Response } from 'express'
import { type Demanded, demand } from './guard/demand-step-up.js'
import { guard } from './guard/require-step-up.js'
import { jsonBody, type KeepingMiddleware } from './json-body.js'
import type { Awaitable, StepUpOptions } from './options.js'
import './express-request.js'
import { partsOf } from './parts.js'
import { stepUpRoutes } from './routes/step-up-routes.js'
import { type SignedOut, signOut } from './session/sign-out.js'
import { settingsOf } from './settings.js'

/** Exactly these fields: what `bind` gives beside them does not compile. */
type Exactly<Fields, Given> = Given & Readonly<Record<Exclude<keyof Given, keyof Fields>, never>>

/** How a guard gets the bound fields, where they do not stand in the body by name. */
export type GuardOptions<Fields, Given extends Fields> = Readonly<{
  /** Gives exactly the action's fields. May be async; what it throws goes to `next(error)`. */
  bind: (request: Request<Record<string, string>>, response: Response) => Awaitable<Exactly<Fields, Given>>
}>

/** What `demandStepUp` says; `problem` is what a guard would have answered as JSON. */
export type Demand<A extends Actions, N extends ActionName<A>> =
  | Readonly<{ outcome: 'allow'; stepUp: StepUp<A, N> }>
  | Exclude<Demanded, { outcome: 'allow' }>

/** The Express door of one Countersign. */
export type ExpressStepUp<A extends Actions> = Readonly<{
  /**
   * A guard before a route: runs the handler behind it only when the action is allowed, and has then spent what was good for one use.
   * Put your own authorisation before it.
   *
   * @throws CountersignError `ERR_COUNTERSIGN_UNKNOWN_ACTION` at once, for an action that was not defined.
   * @example
   * app.post('/transfers', requireStepUp('transfer.create'), createTransfer)
   * @example
   * app.delete('/payees/:id', requireStepUp('payee.remove', { bind: (request) => ({ id: request.params.id ?? '' }) }), removePayee)
   */
  requireStepUp<const N extends ActionName<All<A>>, Given extends Bound<All<A>, N>>(
    action: N,
    options?: GuardOptions<Bound<All<A>, N>, Given>,
  ): KeepingMiddleware
  /**
   * The guard as a function, for a GraphQL resolver or a socket. Throws `ERR_COUNTERSIGN_UNKNOWN_ACTION` as the guard does.
   *
   * @example
   * const demanded = await demandStepUp(request, 'transfer.create', { amount, currency, payee })
   * if (demanded.outcome !== 'allow') throw new GraphQLError(demanded.problem.title, { extensions: demanded.problem })
   */
  demandStepUp<const N extends ActionName<All<A>>>(
    request: Request | IncomingMessage,
    action: N,
    bound: Bound<All<A>, N>,
  ): Promise<Demand<All<A>, N>>
  /**
   * What the guard of this action allowed: typed with its fields, and frozen.
   * @throws CountersignError `ERR_COUNTERSIGN_NOT_GUARDED` where no guard did.
   */
  stepUpOf<const N extends ActionName<All<A>>>(request: object, action: N): StepUp<All<A>, N>
  /** Pages and JSON routes below `base`. Mount it right behind the session middleware, before other routes. */
  readonly stepUpRoutes: RequestHandler
  /** A body parser with our limits. */
  jsonBody(): KeepingMiddleware
  /**
   * Ends what the session was worth, everywhere within a second, and the session's id for good: no slow request brings it back. Stands
   * before the application's own `logout()`, `destroy()` or `regenerate()`; what is to be kept goes into the new session.
   *
   * @returns `'nobody'` when nobody was signed in.
   * @throws StoreUnavailable with `status` 503 when the store gave no certain answer: sign out again; Express answers it so by itself.
   */
  signOut(request: Request): Promise<SignedOut>
}>

/**
 * Brings step-up to an Express application (5, or 4.21).
 *
 * @throws CountersignError `ERR_COUNTERSIGN_IDENTIFY`, `ERR_COUNTERSIGN_BASE`, `ERR_COUNTERSIGN_ORIGINS` when the options cannot work.
 * @example
 * const { requireStepUp, stepUpRoutes } = stepUp(countersign, { identify: (request) => request.session })
 * app.use(stepUpRoutes)
 * app.post('/transfers', requireStepUp('transfer.create'), createTransfer)
 */
export function stepUp<A extends Actions>(countersign: Countersign<A>, options: StepUpOptions): ExpressStepUp<A> {
  const parts = partsOf(settingsOf(countersign, options))
  // The core checks names and fields at run time; here they get the types that the compiler checked for the caller.
  return {
    requireStepUp: (action, guardOptions) => guard(parts, action, guardOptions?.bind) as unknown as KeepingMiddleware,
    demandStepUp: async <N extends ActionName<All<A>>>(
      request: Request | IncomingMessage,
      action: N,
      bound: Bound<All<A>, N>,
    ) => (await demand(parts, request as Request, action, bound)) as Demand<All<A>, N>,
    stepUpOf: <N extends ActionName<All<A>>>(request: object, action: N) =>
      parts.granted.of(request, action) as StepUp<All<A>, N>,
    stepUpRoutes: stepUpRoutes(parts),
    jsonBody,
    signOut: (request) => signOut(parts, request),
  }
}
