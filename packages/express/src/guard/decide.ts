import { type BoundValues, type StepUp, StoreUnavailable } from '@countersign/core'
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

/** A request for an action, with its fields checked. */
export type Asked = Readonly<{ request: Request; identity: Identity; action: string; bound: BoundValues }>

/** How a guard words its answer: what resumes the request (for the ticket), and where a refused person goes. */
export type Wording = Readonly<{ resume: (ways: number) => Resume; ways: () => Omit<Ways, 'now'> }>

/** Asks the core, with the elevations that came along. Nothing but its `allow` lets a request through. */
export async function decide(parts: Parts, asked: Asked, wording: Wording): Promise<Decision> {
  try {
    return await ask(parts, asked, wording)
  } catch (error) {
    if (error instanceof StoreUnavailable)
      return { outcome: 'unavailable', refusal: unavailableRefusal(retryAfterSeconds, wording.ways().tryAgain) }
    throw error
  }
}

/** Where the core could not say when to come again. */
const retryAfterSeconds = 5

async function ask(parts: Parts, asked: Asked, wording: Wording): Promise<Decision> {
  const { request, identity, action, bound } = asked
  const { whom } = identity
  const elevations = elevationTokens(request, parts.cookies, modeOf(parts, action))
  const authorization = await parts.door.authorize({ ...whom, action, bound, elevations })

  if (authorization.outcome === 'allow') return authorization
  if (authorization.outcome === 'unavailable')
    return {
      outcome: 'unavailable',
      refusal: unavailableRefusal(authorization.retryAfterSeconds, wording.ways().tryAgain),
    }
  if (authorization.outcome !== 'code-needed')
    return {
      outcome: authorization.outcome,
      refusal: finalRefusal(authorization, { ...wording.ways(), now: parts.door.now() }),
    }

  const { askedAt, level, shown, factors } = authorization
  const ticket = sealed(parts, asked, { action, bound, askedAt, resume: resumeText(wording.resume(factors.length)) })
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
