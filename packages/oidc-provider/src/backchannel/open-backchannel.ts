import type { Asking, OpenOutcome } from '@countersign/core'
import type { Question } from '@countersign/core/door'
import type { KoaContextWithOIDC } from 'oidc-provider'
import { demandByPolicy } from '../demand/demand-of.js'
import type { StepUpRung } from '../levels/ladder.js'
import type { Parts } from '../parts.js'
import {
  type BackchannelCase,
  type BackchannelRequest,
  backchannelCase,
  levelQuestion,
  questionOf,
} from './backchannel-request.js'

/** A code is on its way, or why not. `unmet`: this person cannot reach what is asked; end the request with that error. */
export type OpenBackchannelOutcome = OpenOutcome | Readonly<{ outcome: 'unmet' }>

/** Asks the person of a CIBA request for a code: for its transaction, else for the weakest level that does. */
export async function openBackchannel(
  parts: Parts,
  context: KoaContextWithOIDC,
  request: BackchannelRequest,
  asking: Asking,
): Promise<OpenBackchannelOutcome> {
  const asked = backchannelCase(parts, request)
  if (!asked) return { outcome: 'unmet' }
  const one = { ...asked, demand: await demandByPolicy(parts, context, asked.demand) }
  const question = await questionFor(parts, context, one)
  if (!question) return { outcome: 'unmet' }
  const { action, bound, context: of, ...whom } = question
  const ticket = { action, bound, askedAt: parts.door.now() }
  return parts.door.open({ ...whom, ...asking, ticket, ...(of !== undefined && { context: of }) })
}

async function questionFor(
  parts: Parts,
  context: KoaContextWithOIDC,
  one: BackchannelCase,
): Promise<Question | undefined> {
  if (one.transaction) return questionOf(one, one.transaction)
  for (const rung of wantedRungs(parts, one))
    if (await isEligible(parts, context, one, rung)) {
      const question = levelQuestion(one, rung)
      const { outcome } = await parts.door.authorize({ ...question, elevations: [] })
      // What else stands in the way is said by the attempt to open it.
      if (outcome !== 'no-factor') return question
    }
  return undefined
}

/** Levels that do, in the order of preference; any level that a code reaches, where none is named. */
function wantedRungs(
  { ladder }: Parts,
  { demand: { wanted = [], essential } }: BackchannelCase,
): readonly StepUpRung[] {
  const doing = wanted.flatMap((acr) => {
    const rung = ladder.of(acr)
    return rung ? ladder.byCode.filter(({ rank }) => rank >= rung.rank) : []
  })
  return doing.length > 0 || essential ? doing : ladder.byCode
}

async function isEligible(
  { options: { eligible } }: Parts,
  context: KoaContextWithOIDC,
  { whom }: BackchannelCase,
  { level }: StepUpRung,
): Promise<boolean> {
  return eligible === undefined || (await eligible(context, String(whom.subject), level))
}
