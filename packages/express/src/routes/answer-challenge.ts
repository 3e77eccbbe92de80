import type { AnswerOutcome, GrantedElevation } from '@countersign/core'
import { setOnceCookie, setWindowCookie } from '../answering/elevation-cookies.js'
import { leadTo, refuse, sendJson } from '../answering/respond.js'
import { malformedRefusal } from '../guard/refusals.js'
import type { Parts } from '../parts.js'
import { askingOf } from '../reading/asking.js'
import { resumptionOf } from '../reading/resume.js'
import { rotateSession } from '../session/rotate-session.js'
import { challengeJson, elevationJson, refusalOf } from './challenge-answers.js'
import { challengePath, type Saying } from './page-paths.js'
import { idOf } from './show-challenge.js'
import { readTicket } from './ticket.js'
import type { PersonVisit, RouteShape } from './visit.js'

type Name = 'code' | 'ticket'

/** `POST {base}/challenges/:id/answer`: compares a code. A right one changes the session's id before it is worth anything. */
export function answerChallenge(parts: Parts) {
  return async function answerChallengeRoute(visit: PersonVisit<Name>): Promise<void> {
    const { request, response, whom, form } = visit
    const { code } = visit.fields
    if (code === undefined) return refuse(request, response, malformedRefusal(parts.home), parts.show)
    const asking = await askingOf(request, parts.options)
    const outcome = await parts.challenges.answer({ ...whom, ...asking, challengeId: idOf(visit), code })

    if (outcome.outcome === 'passed') return passed(visit, outcome.elevation)
    if (outcome.outcome === 'more-needed' && !form) return sendJson(response, 200, challengeJson(outcome.challenge))
    if (outcome.outcome === 'more-needed')
      return leadTo(response, challengePath(parts, idOf(visit), visit.fields.ticket))
    if (form)
      return leadTo(response, challengePath(parts, idOf(visit), visit.fields.ticket, sayingAfterAnswer(outcome)))
    await refuse(request, response, refusalOf(outcome, parts), parts.show)
  }

  async function passed(visit: PersonVisit<Name>, elevation: GrantedElevation): Promise<void> {
    const { request, response, form } = visit
    await rotateSession(request, parts.options)
    const { cookies, secure, door } = parts
    if (elevation.mode === 'window') setWindowCookie(request, response, cookies, elevation.token, secure)
    else if (form) setOnceCookie(response, cookies, elevation, door.now(), secure)

    if (form) leadTo(response, pathOnwards(visit))
    else sendJson(response, 200, elevationJson(elevation))
  }

  /** A GET goes on at once; a form is sent again from a page, since a redirect cannot carry it. */
  function pathOnwards(visit: PersonVisit<Name>): string {
    const { whom, fields } = visit
    const read = fields.ticket ? readTicket(parts, whom, fields.ticket) : undefined
    const resumption = read?.outcome === 'ok' ? resumptionOf(read.resume) : undefined
    return resumption?.method === 'GET' ? resumption.path : challengePath(parts, idOf(visit), fields.ticket)
  }
}

/** An answer that its page can tell of. */
export type Sayable = Exclude<AnswerOutcome, { outcome: 'passed' | 'more-needed' }>

/** What the page says after an answer that was not right. */
export function sayingAfterAnswer(outcome: Sayable): Saying {
  switch (outcome.outcome) {
    case 'earlier-code':
      return { said: 'earlier-code', at: outcome.sentAt }
    case 'code-expired':
      return { said: 'code-expired', at: outcome.expiredAt }
    case 'wrong':
    case 'malformed':
    case 'locked':
    case 'unavailable':
      return { said: outcome.outcome }
    case 'closed':
    case 'not-found':
      return {}
  }
}

/** What `POST {base}/challenges/:id/answer` takes. */
export function answerShape(parts: Parts): RouteShape<Name> {
  return {
    act: 'answer',
    fields: ['code', 'ticket'],
    page: (visit, saying) => challengePath(parts, idOf(visit), visit.fields.ticket, saying),
  }
}
