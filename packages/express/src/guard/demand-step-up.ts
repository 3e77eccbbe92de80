import { type StepUp, StoreUnavailable } from '@countersign/core'
import type { Request } from 'express'
import { type Problem, problem } from '../answering/problem.js'
import type { Parts } from '../parts.js'
import { type Decision, decide, type Wording } from './decide.js'
import { knownAction } from './require-step-up.js'

/** What a demand says: allowed, or why not, with what a guard would have answered. */
export type Demanded =
  | Readonly<{ outcome: 'allow'; stepUp: StepUp }>
  | Readonly<{
      outcome: Exclude<Decision['outcome'], 'allow'> | 'not-signed-in' | 'malformed'
      problem: Problem
    }>

/** The guard as a function. Tickets made here resume nothing: the caller sends its request again. */
export async function demand(parts: Parts, request: Request, action: string, bound: unknown): Promise<Demanded> {
  knownAction(parts.door, action)
  try {
    return await decided(parts, request, action, bound)
  } catch (error) {
    if (error instanceof StoreUnavailable) return { outcome: 'unavailable', problem: problem('unavailable') }
    throw error
  }
}

async function decided(parts: Parts, request: Request, action: string, bound: unknown): Promise<Demanded> {
  const identity = await parts.who.of(request)
  if (!identity) return { outcome: 'not-signed-in', problem: problem('not-signed-in') }
  const checked = parts.door.checkBound(action, bound)
  if (checked.outcome !== 'ok') return { outcome: 'malformed', problem: problem('malformed') }

  const decision = await decide(parts, { request, identity, action, bound: checked.bound }, wordingFor(parts))
  if (decision.outcome !== 'allow')
    return { outcome: decision.outcome, problem: 'problem' in decision ? decision.problem : decision.refusal.problem }
  parts.granted.add(request, decision.stepUp)
  return decision
}

function wordingFor({ home }: Parts): Wording {
  return {
    resume: (_request, ways) => ({ method: 'GET', path: '/', from: '/', ways }),
    ways: () => ({ back: home, tryAgain: home }),
  }
}
