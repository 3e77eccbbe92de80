import type { AnswerOutcome, GrantedElevation, NotFound, Unavailable } from '@countersign/core'
import {
  askingOf,
  challengeJson,
  leadTo,
  problem,
  refusalOf,
  refuse,
  sayingAfterAnswer,
  sendJson,
  setOnceCookie,
  setWindowCookie,
} from '@countersign/express/door'
import type { Parts } from '../parts.js'
import { finish } from './finish.js'
import { pageOf } from './page-addresses.js'
import type { OurShape, OurVisit } from './visit.js'

/** `POST /:uid/answer`: compares a code. A right one leads on; the session is raised when the provider has looked at what it earned. */
export function answerChallenge(parts: Parts) {
  return async function answerChallengeRoute(visit: OurVisit<'code'>): Promise<void> {
    const { pages } = parts.attached()
    const { request, response, form, fields, interaction } = visit
    if (fields.code === undefined)
      return refuse(
        request,
        response,
        { problem: problem('malformed'), page: { page: 'malformed', back: pageOf(parts.path, interaction.uid) } },
        pages.show,
      )

    const outcome = await compared(visit, fields.code)
    if (outcome.outcome === 'passed') return passed(visit, outcome.elevation)
    if (outcome.outcome === 'more-needed' && !form) return sendJson(response, 200, challengeJson(outcome.challenge))
    if (form) return leadTo(response, pageOf(parts.path, interaction.uid, sayingAfter(outcome)))
    if (outcome.outcome !== 'more-needed') await refuse(request, response, refusalOf(outcome, pages), pages.show)
  }

  async function compared(visit: OurVisit, code: string): Promise<AnswerOutcome> {
    const { request, question, whom } = visit
    const found = await parts.door.challengeOf(question)
    if (found.outcome !== 'found') return found satisfies NotFound | Unavailable
    const asking = await askingOf(request, parts.attached().pages.options)
    return parts.countersign.challenges.answer({ ...whom, ...asking, challengeId: found.challenge.id, code })
  }

  async function passed(visit: OurVisit, elevation: GrantedElevation): Promise<void> {
    const { request, response } = visit
    const { cookies, secure, door } = parts.attached().pages
    if (elevation.mode === 'window') setWindowCookie(request, response, cookies, elevation.token, secure)
    else setOnceCookie(response, cookies, elevation, door.now(), secure)
    await finish(parts, visit)
  }
}

function sayingAfter(outcome: Exclude<AnswerOutcome, { outcome: 'passed' }>) {
  return outcome.outcome === 'more-needed' ? {} : sayingAfterAnswer(outcome)
}

/** What `POST /:uid/answer` takes. */
export const answerShape: OurShape<'code'> = { act: 'answer', fields: ['code'] }
