import type { ResendOutcome } from '@countersign/core'
import {
  askingOf,
  challengeJson,
  leadTo,
  linkPath,
  refusalOf,
  refuse,
  sayingAfterResend,
  sendJson,
} from '@countersign/express/door'
import type { Parts } from '../parts.js'
import { pageOf } from './page-addresses.js'
import type { OurShape, OurVisit } from './visit.js'

/** `POST /:uid/resend`: a new code for the same question; the old one is dead. */
export function resendCode(parts: Parts) {
  return async function resendCodeRoute(visit: OurVisit<'factor'>): Promise<void> {
    const { pages } = parts.attached()
    const { request, response, form, interaction } = visit
    const outcome = await resent(visit)
    if (form) leadTo(response, pageOf(parts.path, interaction.uid, sayingAfterResend(outcome)))
    else if (outcome.outcome === 'sent') sendJson(response, 200, challengeJson(outcome.challenge))
    else await refuse(request, response, refusalOf(outcome, pages), pages.show)
  }

  async function resent({ request, question, whom, fields: { factor } }: OurVisit<'factor'>): Promise<ResendOutcome> {
    const found = await parts.door.challengeOf(question)
    if (found.outcome !== 'found') return found
    const asking = await askingOf(request, parts.attached().pages.options)
    const challengeId = found.challenge.id
    return parts.countersign.challenges.resend({
      ...whom,
      ...asking,
      challengeId,
      ...(factor !== undefined && { factor }),
    })
  }
}

/** `POST /:uid/abort`: the person thought better of it. The relying party hears `access_denied`. */
export function abort(parts: Parts) {
  return async function abortRoute({ request, response, question, whom }: OurVisit<never>): Promise<void> {
    const found = await parts.door.challengeOf(question)
    // A closed one cannot be cancelled, and a store that is away keeps nobody here: a code that is not typed ends by itself.
    if (found.outcome === 'found')
      await parts.countersign.challenges.cancel({ ...whom, challengeId: found.challenge.id })
    const aborted = { error: 'access_denied', error_description: 'End-User aborted interaction' }
    await parts.attached().provider.interactionFinished(request, response, aborted)
  }
}

/** `POST /:uid/not-me`: the button on the page of a code, which leads where the link of its message leads. */
export function leadToNotMe(parts: Parts) {
  return async function leadToNotMeRoute({ response, question, whom, interaction }: OurVisit<never>): Promise<void> {
    const found = await parts.door.challengeOf(question)
    if (found.outcome !== 'found') return leadTo(response, pageOf(parts.path, interaction.uid))
    const token = parts.door.notMe.tokenFor(whom, found.challenge.id)
    leadTo(response, linkPath(parts.attached().pages, 'not-me', token))
  }
}

/** What `POST /:uid/resend` takes. */
export const resendShape: OurShape<'factor'> = { act: 'send', fields: ['factor'] }

/** What the others take: nothing. */
export const bareShape: OurShape<never> = { act: 'read', fields: [] }
