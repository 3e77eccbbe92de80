import type { Authorization, BoundValues, StepUp } from '@countersign/core'
import type { Ticket } from '@countersign/core/door'
import type { Request } from 'express'
import { type Problem, problem } from '../answering/problem.js'
import type { Refusal } from '../answering/respond.js'
import type { Parts } from '../parts.js'
import { elevationTokens } from '../reading/elevation-tokens.js'
import { type Resume, resumeText } from '../reading/resume.js'
import type { Identity } from '../session/identify.js'
import { finalRefusal, unavailableRefusal, type Ways } from './refusals.js'

/** What a guard has found out about a request. */
export type Decision =
  | Readonly<{ outcome: 'allow'; stepUp: StepUp }>
  | Readonly<{ outcome: 'code-needed'; problem: Problem; ticket: string }>
  | Readonly<{ outcome: 'already-used' | 'no-factor' | 'denied' | 'locked' | 'unavailable'; refusal: Refusal }>

type Refused = Exclude<Authorization, { outcome: 'allow' }>

/** A request for an action, with its fields checked. */
export type Asked = Readonly<{ request: Request; identity: Identity; action: string; bound: BoundValues }>

/** How a guard words its answer: what resumes a request (for the ticket), and where a refused person goes. */
export type Wording = Readonly<{
  resume: (request: Request, ways: number) => Resume
  ways: (request: Request) => Pick<Ways, 'back' | 'tryAgain'>
}>

/** Asks the core, with the elevations that came along. Nothing but its `allow` lets a request through. */
export async function decide(parts: Parts, asked: Asked, wording: Wording): Promise<Decision> {
  const { request, identity, action, bound } = asked
  const { subject, session, openedBy } = identity.whom
  const elevations = elevationTokens(request, parts.cookies, modeOf(parts, action))
  const opened = openedBy === undefined ? undefined : { openedBy }
  const authorization = await parts.door.authorize({ subject, session, ...opened, action, bound, elevations })
  return authorization.outcome === 'allow' ? authorization : refused(parts, asked, wording, authorization)
}

/** A door that knows nothing better lets a client come again after so many seconds. */
export const retryAfterSeconds = 5

function refused(parts: Parts, asked: Asked, wording: Wording, authorization: Refused): Decision {
  const { request, action, bound } = asked
  const { outcome } = authorization
  const ways = wording.ways(request)
  // While the store is away, its time is too.
  if (outcome === 'unavailable')
    return { outcome, refusal: unavailableRefusal(authorization.retryAfterSeconds, ways.tryAgain) }
  if (outcome !== 'code-needed')
    return { outcome, refusal: finalRefusal(authorization, { ...ways, home: parts.home, now: parts.door.now() }) }

  const { askedAt, level, shown, factors } = authorization
  const ticket = sealed(parts, asked, {
    action,
    bound,
    askedAt,
    resume: resumeText(wording.resume(request, factors.length)),
  })
  const challenges = `${parts.base}/challenges`
  return {
    outcome: 'code-needed',
    ticket,
    problem: problem('step-up-required', { action, level, shown, factors, ticket, challenges }),
  }
}

function sealed({ door }: Parts, { identity }: Asked, ticket: Ticket): string {
  return door.tickets.seal(identity.whom, ticket)
}

/** Whether an action's elevation is spent by its use, as the code says. */
export function modeOf({ door }: Parts, action: string): 'once' | 'window' {
  const requires = door.actions.get(action)?.requires
  return typeof requires === 'object' && requires.mode === 'once' ? 'once' : 'window'
}
