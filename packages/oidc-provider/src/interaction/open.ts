import type { OpenOutcome } from '@countersign/core'
import { askingOf, challengeJson, leadTo, refusalOf, refuse, type Saying, sendJson } from '@countersign/express/door'
import type { Parts } from '../parts.js'
import { pageOf } from './page-addresses.js'
import type { OurShape, OurVisit } from './visit.js'

/** `POST /:uid/challenge`: sends a code, or asks for the person's own; again, it acts like `resend`. */
export function openChallenge(parts: Parts) {
  return async function openChallengeRoute(visit: OurVisit<'factor'>): Promise<void> {
    const { pages } = parts.attached()
    const { request, response, fields, form, interaction } = visit
    const outcome = await opened(visit)
    if (form) return leadTo(response, pageOf(parts.path, interaction.uid, sayingAfter(outcome)))
    if (outcome.outcome === 'opened') sendJson(response, 201, challengeJson(outcome.challenge))
    else await refuse(request, response, refusalOf(outcome, pages), pages.show)

    async function opened({ question, plan }: OurVisit<'factor'>): Promise<OpenOutcome> {
      const { action, bound, context, ...whom } = question
      return parts.door.open({
        ...whom,
        ...(await askingOf(request, pages.options)),
        ...(context !== undefined && { context }),
        ticket: { action, bound, askedAt: new Date(plan.askedAt) },
        ...(fields.factor !== undefined && { factor: fields.factor }),
      })
    }
  }
}

function sayingAfter(outcome: OpenOutcome): Saying {
  switch (outcome.outcome) {
    case 'too-many-messages':
      return outcome.challenge ? { said: 'wait' } : { said: 'wait', at: outcome.retryAt }
    case 'unavailable':
      return { said: 'unavailable' }
    case 'opened':
    case 'used-up':
    case 'factor-not-available':
    case 'locked':
      return {}
  }
}

/** What `POST /:uid/challenge` takes. */
export const openShape: OurShape<'factor'> = { act: 'send', fields: ['factor'] }
