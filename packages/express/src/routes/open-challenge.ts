import type { OpenOutcome } from '@countersign/core'
import { problem } from '../answering/problem.js'
import { leadTo, refuse, sendJson } from '../answering/respond.js'
import { malformedRefusal } from '../guard/refusals.js'
import type { Parts } from '../parts.js'
import { askingOf } from '../reading/asking.js'
import { challengeJson, refusalOf } from './challenge-answers.js'
import { askPath, challengePath } from './page-paths.js'
import { isTooOld, type ReadTicket, readTicket, ticketForPage } from './ticket.js'
import type { PersonVisit, RouteShape } from './visit.js'

type Name = 'ticket' | 'factor'

/** `POST {base}/challenges`: opens a challenge with a ticket, or sends a new code for the one that lives. */
export function openChallenge(parts: Parts) {
  return async function openChallengeRoute(visit: PersonVisit<Name>): Promise<void> {
    const { request, whom, fields } = visit
    if (fields.ticket === undefined) return refuse(request, visit.response, malformedRefusal(parts.home), parts.show)
    const read = readTicket(parts, whom, fields.ticket)
    if (read.outcome !== 'ok') return refuseTicket(visit, fields.ticket, read.outcome)
    if (isTooOld(parts, read.ticket)) return refuseTicket(visit, fields.ticket, 'expired')

    const asking = await askingOf(request, parts.options)
    const factor = fields.factor === undefined ? {} : { factor: fields.factor }
    const outcome = await parts.door.open({ ...whom, ...asking, ticket: read.ticket, ...factor })
    if (visit.form) leadTo(visit.response, pathAfter(outcome, visit, fields.ticket, read))
    else await answerJson(outcome, visit)
  }

  async function refuseTicket(
    { request, response, form }: PersonVisit<Name>,
    ticket: string,
    why: 'malformed' | 'expired',
  ): Promise<void> {
    if (form) return leadTo(response, askPath(parts, ticket))
    await refuse(request, response, deadTicket(why, parts), parts.show)
  }

  async function answerJson(outcome: OpenOutcome, { request, response }: PersonVisit<Name>): Promise<void> {
    if (outcome.outcome === 'opened') sendJson(response, 201, challengeJson(outcome.challenge))
    else await refuse(request, response, refusalOf(outcome, parts), parts.show)
  }

  function pathAfter(
    outcome: OpenOutcome,
    { whom }: PersonVisit<Name>,
    text: string,
    { ticket, resume }: Extract<ReadTicket, { outcome: 'ok' }>,
  ): string {
    const page = (id: string) =>
      challengePath(
        parts,
        id,
        ticketForPage(parts, whom, ticket, resume),
        outcome.outcome === 'opened' ? {} : { said: 'wait' },
      )
    switch (outcome.outcome) {
      case 'opened':
        return page(outcome.challenge.id)
      case 'too-many-messages':
        return outcome.challenge
          ? page(outcome.challenge.id)
          : askPath(parts, text, { said: 'wait', at: outcome.retryAt })
      case 'used-up':
        return askPath(parts, text, { said: 'used-up' })
      case 'unavailable':
        return askPath(parts, text, { said: 'unavailable' })
      case 'factor-not-available':
      case 'locked':
        return askPath(parts, text)
    }
  }
}

/** What is wrong with a ticket, in both forms. */
export function deadTicket(why: 'malformed' | 'expired', { home }: Parts) {
  if (why === 'malformed') return malformedRefusal(home)
  return { problem: problem('ticket-expired'), page: { page: 'too-late', startAgain: home } } as const
}

/** What `POST {base}/challenges` takes. */
export function openShape(parts: Parts): RouteShape<Name> {
  return {
    act: 'send',
    fields: ['ticket', 'factor'],
    page: ({ fields }, saying) => askPath(parts, fields.ticket ?? '', saying),
  }
}
