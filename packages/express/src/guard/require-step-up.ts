import { type ActionDefinition, CountersignError, StoreUnavailable } from '@countersign/core'
import type { Door } from '@countersign/core/door'
import type { NextFunction, Request, Response } from 'express'
import { dropOnceCookie } from '../answering/elevation-cookies.js'
import { type Problem, problem } from '../answering/problem.js'
import { leadTo, prefersPage, type Refusal, refuse, sendProblem } from '../answering/respond.js'
import '../express-request.js'
import type { Parts } from '../parts.js'
import { mannerOf } from '../reading/asking.js'
import { type Bind, type BoundFields, boundFields } from '../reading/bound-fields.js'
import { usesOnceCookie } from '../reading/elevation-tokens.js'
import { resumeOf } from '../reading/resume.js'
import { proxyCheck } from '../reading/trust-proxy.js'
import { saveSession, watchSessionOf } from '../session/rotate-session.js'
import { type Asked, type Decision, decide, modeOf, retryAfterSeconds, type Wording } from './decide.js'
import { malformedRefusal, notSignedIn, unavailableRefusal, withFacts } from './refusals.js'

type RefusedDecision = Exclude<Decision, { outcome: 'allow' }>

/** A guard as Express runs it. */
export type Guard = (request: Request, response: Response, next: NextFunction) => Promise<void>

/**
 * The guard of one action. A request goes on only by the core's `allow`; whatever else happens ends here.
 * @throws CountersignError `ERR_COUNTERSIGN_UNKNOWN_ACTION` when it is wired.
 */
export function guard(parts: Parts, action: string, bind: Bind | undefined): Guard {
  const definition = knownAction(parts.door, action)
  const readBound = boundFields(action, definition, parts.door, bind)
  const spends = modeOf(parts, action) === 'once'
  const malformed = malformedLog(parts.door, action)
  const checkProxy = proxyCheck()

  const wording: Wording = {
    resume: (request, ways) => resumeOf(request, parts.own, parts.base, ways),
    ways: (request) => ({ back: backOf(request), tryAgain: backOf(request) }),
  }

  return async function requireStepUpMiddleware(request, response, next) {
    let passed = false
    try {
      passed = await passes(request, response, next)
    } catch (error) {
      return fail(error, request, response, next).catch(next)
    }
    if (passed) next()
  }

  async function passes(request: Request, response: Response, next: NextFunction): Promise<boolean> {
    checkProxy(request)
    watchSessionOf(request)
    const identity = await parts.who.of(request)
    if (!identity) return refuseNobody(request, response, next)
    const read = await readBound(request, response)
    if (read.outcome !== 'ok') return refuseBody(read, request, response, next)

    const asked = { request, identity, action, bound: read.bound }
    const decision = await decide(parts, asked, wording)
    if (spends) dropUsed(request, response, decision)
    if (decision.outcome !== 'allow') return refuseDecision(await inWords(decision, asked), request, response, next)
    parts.granted.add(request, decision.stepUp)
    request.stepUp = decision.stepUp
    return true
  }

  async function fail(error: unknown, request: Request, response: Response, next: NextFunction): Promise<void> {
    if (!(error instanceof StoreUnavailable)) return next(error)
    await answer(request, response, next, unavailableRefusal(retryAfterSeconds, backOf(request)))
  }

  /** Used now, or used before: the browser has no more use for it. */
  function dropUsed(request: Request, response: Response, { outcome }: Decision): void {
    if (outcome !== 'allow' && outcome !== 'already-used') return
    if (usesOnceCookie(request, parts.cookies)) dropOnceCookie(response, parts.cookies, parts.secure)
  }

  /** A person is shown what the refusal is about. */
  async function inWords(decision: RefusedDecision, { request, bound }: Asked): Promise<RefusedDecision> {
    if (decision.outcome === 'code-needed' || !prefersPage(request)) return decision
    const { language } = await mannerOf(request, parts.options)
    const { refusal, outcome } = decision
    return {
      outcome,
      refusal: { ...refusal, page: withFacts(refusal.page, parts.door.words(action, bound, language)) },
    }
  }

  async function refuseNobody(request: Request, response: Response, next: NextFunction): Promise<false> {
    const { onAnonymous } = parts.options
    if (onAnonymous) onAnonymous(request, response, next)
    else await refuse(request, response, notSignedIn(parts.home), parts.show)
    return false
  }

  async function refuseBody(
    read: Exclude<Awaited<ReturnType<BoundFields>>, { outcome: 'ok' }>,
    request: Request,
    response: Response,
    next: NextFunction,
  ): Promise<false> {
    const page = { page: 'malformed', back: backOf(request) } as const
    if (read.outcome === 'unread')
      return answer(request, response, next, { problem: problem('unsupported-media-type'), page })
    malformed(read.field, read.line)
    return answer(request, response, next, malformedRefusal(backOf(request)))
  }

  async function refuseDecision(
    decision: RefusedDecision,
    request: Request,
    response: Response,
    next: NextFunction,
  ): Promise<false> {
    if (decision.outcome !== 'code-needed') return answer(request, response, next, decision.refusal)
    response.vary('Accept')
    if (handedOver(request, response, next, decision.problem)) return false
    if (prefersPage(request)) await leadToStepUp(request, response, decision.ticket)
    else sendProblem(request, response, decision.problem)
    return false
  }

  async function leadToStepUp(request: Request, response: Response, ticket: string): Promise<void> {
    await saveSession(request)
    leadTo(response, `${parts.base}/step-up?ticket=${encodeURIComponent(ticket)}`)
  }

  async function answer(request: Request, response: Response, next: NextFunction, refusal: Refusal): Promise<false> {
    if (!handedOver(request, response, next, refusal.problem)) await refuse(request, response, refusal, parts.show)
    return false
  }

  function handedOver(request: Request, response: Response, next: NextFunction, refused: Problem): boolean {
    parts.options.onRefused?.(request, response, refused, next)
    return parts.options.onRefused !== undefined
  }

  function backOf(request: Request): string {
    return resumeOf(request, parts.own, parts.base, 1).from
  }
}

/** @throws CountersignError `ERR_COUNTERSIGN_UNKNOWN_ACTION` */
export function knownAction({ actions }: Door, action: string): ActionDefinition {
  const definition = actions.get(action)
  if (definition) return definition
  const known = [...actions.keys()].map((name) => `"${name}"`).join(', ')
  throw new CountersignError(
    'ERR_COUNTERSIGN_UNKNOWN_ACTION',
    `There is no action "${action}". createCountersign() was given: ${known || 'none'}. Write one of them, or add it to actions.`,
  )
}

/** Lines of one guard; who sends nonsense on purpose fills no log with it. */
const linesCap = 50

/** Says in the log, once for each field, what to write so that the request would be well-formed. */
function malformedLog({ log }: Door, action: string): (field: string, line: string) => void {
  const said = new Set<string>()
  return (field, line) => {
    if (said.has(field) || said.size >= linesCap) return
    said.add(field)
    log.warn({ action, field: field.slice(0, 64) }, line)
  }
}
