import type { StepUp } from '@countersign/core'
import type { Request } from 'express'
import { type Problem, problem } from '../answering/problem.js'
import type { Parts } from '../parts.js'
import { type Decision, decide } from './decide.js'
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
  const identity = await parts.who.of(request)
  if (!identity) return { outcome: 'not-signed-in', problem: problem('not-signed-in') }
  const checked = parts.door.checkBound(action, bound)
  if (checked.outcome !== 'ok') return { outcome: 'malformed', problem: problem('malformed') }

  const { home } = parts
  const decision = await decide(
    parts,
    { request, identity, action, bound: checked.bound },
    {
      resume: (ways) => ({ method: 'GET', path: '/', from: '/', ways }),
      ways: () => ({ back: home, tryAgain: home }),
    },
  )
  if (decision.outcome === 'allow') {
    parts.granted.add(request, decision.stepUp)
    return decision
  }
  return { outcome: decision.outcome, problem: 'problem' in decision ? decision.problem : decision.refusal.problem }
}
