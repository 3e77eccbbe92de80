import type { ActionInWords, Authorization } from '@countersign/core'
import { problem } from '../answering/problem.js'
import { prefersPage, type Refusal, refuse, secondsUntil, sendProblem } from '../answering/respond.js'
import { finalRefusal, unavailableRefusal, withFacts } from '../guard/refusals.js'
import type { Parts } from '../parts.js'
import { mannerOf } from '../reading/asking.js'
import { queryOf } from '../reading/fields.js'
import { ownPath } from '../reading/own-path.js'
import { type Resume, resumptionOf } from '../reading/resume.js'
import { deadTicket } from './open-challenge.js'
import { askPath } from './page-paths.js'
import { isTooOld, readTicket } from './ticket.js'
import { busyRefusal, type PersonVisit, type RouteShape } from './visit.js'

/** What is asked on the page. */
type Question = Readonly<{ ticket: string; action: ActionInWords; resume: Resume }>

/** `GET {base}/step-up?ticket=`: shows what is to be confirmed and asks how. Sends, spends and ends nothing. */
export function showStepUp(parts: Parts) {
  return async function showStepUpRoute(visit: PersonVisit<never>): Promise<void> {
    const { request, response, whom } = visit
    const text = queryOf(request, 'ticket') ?? ''
    const read = readTicket(parts, whom, text)
    if (read.outcome !== 'ok') return refuse(request, response, deadTicket(read.outcome, parts), parts.show)
    if (isTooOld(parts, read.ticket)) return refuse(request, response, deadTicket('expired', parts), parts.show)

    const { action, bound } = read.ticket
    const { language } = await mannerOf(request, parts.options)
    const question = { ticket: text, action: parts.door.words(action, bound, language), resume: read.resume }
    // Without any elevation: what is good for one use must not be spent by looking.
    const authorization = await parts.door.authorize({ ...whom, action, bound, elevations: [] })
    const refusal = whatWasSaid(visit, question) ?? finalWord(authorization, question)
    if (refusal) await refuse(request, response, refusal, parts.show)
    else await ask(visit, question, authorization)
  }

  async function ask(
    { request, response }: PersonVisit<never>,
    { ticket, action, resume }: Question,
    authorization: Authorization,
  ): Promise<void> {
    if (authorization.outcome !== 'code-needed')
      return parts.show(request, response, 200, { page: 'confirmed', action, resume: resumptionOf(resume) })
    const { level, shown, factors } = authorization
    if (prefersPage(request)) return parts.show(request, response, 200, { page: 'ask', action, ticket, ways: factors })
    const members = {
      action: authorization.action,
      level,
      shown,
      factors,
      ticket,
      challenges: `${parts.base}/challenges`,
    }
    sendProblem(request, response, problem('step-up-required', members))
  }

  /** What the form that led here was told. */
  function whatWasSaid(
    { saying: { said, at } }: PersonVisit<never>,
    { ticket, action, resume }: Question,
  ): Refusal | undefined {
    const again = askPath(parts, ticket)
    if (said === 'unavailable') return unavailableRefusal(5, again)
    if (said === 'used-up')
      return { problem: problem('ticket-used-up'), page: { page: 'used-up', action, startAgain: ownPath(resume.from) } }
    if (!at) return undefined
    const retryAfterSeconds = secondsUntil(at, parts.door.now())
    if (said === 'busy') return busyRefusal(at, retryAfterSeconds, again)
    if (said !== 'wait') return undefined
    return {
      problem: problem('too-many-messages', { retryAt: at }),
      page: { page: 'wait', action, ticket, retryAt: at },
      retryAfterSeconds,
    }
  }

  function finalWord(authorization: Authorization, { ticket, action, resume }: Question): Refusal | undefined {
    if (authorization.outcome === 'allow' || authorization.outcome === 'code-needed') return undefined
    const { home, door } = parts
    const ways = { back: ownPath(resume.from), tryAgain: askPath(parts, ticket), home, now: door.now() }
    const refusal = finalRefusal(authorization, ways)
    return { ...refusal, page: withFacts(refusal.page, action) }
  }
}

/** What `GET {base}/step-up` takes. */
export function stepUpShape({ home }: Parts): RouteShape<never> {
  return { act: 'read', fields: [], page: () => home }
}
