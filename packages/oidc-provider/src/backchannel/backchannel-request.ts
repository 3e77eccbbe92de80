import type { BoundValues, Whom } from '@countersign/core'
import type { Question } from '@countersign/core/door'
import type { Provider } from 'oidc-provider'
import { requestedDemand } from '../demand/requested-demand.js'
import type { StepUpRung } from '../levels/ladder.js'
import type { Demand } from '../options.js'
import type { Parts } from '../parts.js'
import type { Transaction } from '../transactions.js'

/** A request of CIBA, as the provider keeps it. */
export type BackchannelRequest = InstanceType<Provider['BackchannelAuthenticationRequest']>

/** What a request of CIBA asks, and of whom. */
export type BackchannelCase = Readonly<{
  request: BackchannelRequest
  whom: Whom
  demand: Demand
  transaction?: Transaction
}>

/** A request has no session of a browser: it is one of its own, and its own context. */
export function backchannelCase(parts: Parts, request: BackchannelRequest): BackchannelCase | undefined {
  const { accountId, jti, params = {} } = request
  if (accountId === undefined) return undefined
  const demand = requestedDemand(parts, params)
  const transaction = parts.transactions.of(demand.transaction ?? [])
  return {
    request,
    whom: { subject: accountId, session: `oidc-ciba:${jti}` },
    demand,
    ...(transaction && { transaction }),
  }
}

/** A question in the context of its request. */
export function questionOf(
  { whom, request }: BackchannelCase,
  { action, bound }: Readonly<{ action: string; bound: BoundValues }>,
): Question {
  return { ...whom, action, bound, context: request.jti }
}

/** A level as a question. */
export function levelQuestion(one: BackchannelCase, { action }: StepUpRung): Question {
  return questionOf(one, { action, bound: {} })
}
