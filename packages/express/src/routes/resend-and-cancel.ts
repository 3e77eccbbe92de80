import type { ResendOutcome } from '@countersign/core'
import { leadTo, refuse, sendJson } from '../answering/respond.js'
import type { Parts } from '../parts.js'
import { askingOf } from '../reading/asking.js'
import { challengeJson, refusalOf } from './challenge-answers.js'
import { challengePath, type Saying } from './page-paths.js'
import { idOf } from './show-challenge.js'
import type { PersonVisit, RouteShape } from './visit.js'

/** `POST {base}/challenges/:id/resend`: a new code for the same question; the old one is dead. */
export function resendCode(parts: Parts) {
  return async function resendCodeRoute(visit: PersonVisit<'ticket' | 'factor'>): Promise<void> {
    const { request, response, whom, fields, form } = visit
    const asking = await askingOf(request, parts.options)
    const factor = fields.factor === undefined ? {} : { factor: fields.factor }
    const outcome = await parts.challenges.resend({ ...whom, ...asking, challengeId: idOf(visit), ...factor })

    if (form) leadTo(response, challengePath(parts, idOf(visit), fields.ticket, sayingAfterResend(outcome)))
    else if (outcome.outcome === 'sent') sendJson(response, 200, challengeJson(outcome.challenge))
    else await refuse(request, response, refusalOf(outcome, parts), parts.show)
  }
}

/** What the page says after a wish for a new code. */
export function sayingAfterResend({ outcome }: ResendOutcome): Saying {
  switch (outcome) {
    case 'sent':
      return { said: 'resent' }
    case 'too-many-messages':
      return { said: 'wait' }
    case 'locked':
    case 'unavailable':
      return { said: outcome }
    case 'closed':
    case 'factor-not-available':
    case 'not-found':
      return {}
  }
}

/** `DELETE {base}/challenges/:id`, and the page's form: the person thought better of it. */
export function cancelChallenge(parts: Parts) {
  return async function cancelChallengeRoute(visit: PersonVisit<'ticket'>): Promise<void> {
    const { request, response, whom, fields, form } = visit
    const outcome = await parts.challenges.cancel({ ...whom, challengeId: idOf(visit) })
    const saying: Saying = outcome.outcome === 'unavailable' ? { said: 'unavailable' } : {}

    if (form) leadTo(response, challengePath(parts, idOf(visit), fields.ticket, saying))
    else if (outcome.outcome === 'cancelled') response.status(204).end()
    else await refuse(request, response, refusalOf(outcome, parts), parts.show)
  }
}

/** What `POST {base}/challenges/:id/resend` takes. */
export function resendShape(parts: Parts): RouteShape<'ticket' | 'factor'> {
  return {
    act: 'send',
    fields: ['ticket', 'factor'],
    page: (visit, saying) => challengePath(parts, idOf(visit), visit.fields.ticket, saying),
  }
}

/** What `DELETE {base}/challenges/:id` and the form for it take. */
export function cancelShape(parts: Parts): RouteShape<'ticket'> {
  return {
    act: 'read',
    fields: ['ticket'],
    page: (visit, saying) => challengePath(parts, idOf(visit), visit.fields.ticket, saying),
  }
}
