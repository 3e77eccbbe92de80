import { gate, problem, type RouteShape, refuse, route, type Surroundings, type Visit } from '@countersign/express/door'
import type { NextFunction, Request, RequestHandler, Response } from 'express'
import type { Parts } from '../parts.js'
import { findInteraction, type OurInteraction } from './our-interaction.js'
import { addressesFor, formTargetOf, pageOf } from './page-addresses.js'

/** A request of the person whom a step-up waits for. */
export type OurVisit<Name extends string = string> = Visit<Name> & OurInteraction

/** What a route of an interaction takes, and what it counts as. */
export type OurShape<Name extends string> = Pick<RouteShape<Name>, 'act' | 'fields'>

/** What surrounds the page that answers a request, once its interaction is known. */
export type SurroundingsByRequest = WeakMap<Request, Surroundings>

/**
 * A route of a step-up's interaction. Those of other prompts, such as the host's login below the same path, pass by untouched, before
 * any header or rule of ours; one that is lost is answered here, since nobody could go on with it.
 */
export function ourRoute<Name extends string>(
  parts: Parts,
  surroundings: SurroundingsByRequest,
  shape: OurShape<Name>,
  handle: (visit: OurVisit<Name>) => Promise<void>,
): RequestHandler {
  return function ourInteractionRoute(request, response, next) {
    forInteraction(request, response, next).catch(next)
  }

  async function forInteraction(request: Request, response: Response, next: NextFunction): Promise<void> {
    const { pages } = parts.attached()
    const found = await findInteraction(parts, request, response)
    if (found.outcome === 'foreign') return next()
    const behindGate = found.outcome === 'ours' ? routeOf(found) : lost
    if (found.outcome === 'ours') surroundings.set(request, surroundingsOf(found))
    gate(pages)(request, response, (error?: unknown) => (error ? next(error) : behindGate(request, response, next)))
  }

  function routeOf(found: OurInteraction): RequestHandler {
    const { uid } = found.interaction
    const shaped: RouteShape<Name> = { ...shape, page: (_visit, saying) => pageOf(parts.path, uid, saying) }
    return route(parts.attached().pages, shaped, (visit) => handle({ ...visit, ...found }))
  }

  function surroundingsOf({ interaction }: OurInteraction): Surroundings {
    const formTarget = formTargetOf(interaction)
    return { addresses: addressesFor(parts.path, interaction.uid), ...(formTarget !== undefined && { formTarget }) }
  }

  /** Over, answered in another tab, or its session is gone (T18): 410, and the way to where a sign-in begins. */
  function lost(request: Request, response: Response, next: NextFunction): void {
    const { home, show } = parts.attached().pages
    const page = { page: 'too-late', startAgain: home } as const
    refuse(request, response, { problem: problem('interaction-lost', { startAgain: home }), page }, show).catch(next)
  }
}
