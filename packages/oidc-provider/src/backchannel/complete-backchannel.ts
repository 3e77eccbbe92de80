import type { AnswerOutcome, GrantedElevation, NotFound } from '@countersign/core'
import type { Question } from '@countersign/core/door'
import type { AuthorizationDetail, Provider } from 'oidc-provider'
import { assertedAcr, isReached } from '../levels/asserted-acr.js'
import type { Rung } from '../levels/ladder.js'
import type { Parts } from '../parts.js'
import { type BackchannelCase, backchannelCase, levelQuestion, questionOf } from './backchannel-request.js'

/** What the host hands over: the grant that the person gave, and what he typed. */
export type BackchannelAnswer = Readonly<{
  grantId: string
  code: unknown
  /** The details that the grant is for, where the request has some. */
  rar?: readonly AuthorizationDetail[]
}>

/** `completed`: the client gets its tokens, with this level. Anything else completes nothing. */
export type CompleteBackchannelOutcome =
  | Readonly<{ outcome: 'completed'; acr: string }>
  | Readonly<{ outcome: 'unmet' }>
  | Exclude<AnswerOutcome, { outcome: 'passed' }>

const unknown: NotFound = { outcome: 'not-found' }

/** What is being answered, and the level that a right answer reaches. */
type Asked = Readonly<{ question: Question; challengeId: string; rung: Rung }>

/**
 * Completes a CIBA request with a code: by the level that was really reached and never by one that was only asked for. The library's
 * own `backchannelResult` writes whatever it is told.
 */
export async function completeBackchannel(
  parts: Parts,
  provider: Provider,
  requestId: string,
  answer: BackchannelAnswer,
): Promise<CompleteBackchannelOutcome> {
  const request = await provider.BackchannelAuthenticationRequest.find(requestId)
  const one = request && !request.grantId && !request.error ? backchannelCase(parts, request) : undefined
  const asked = one && (await askedIn(parts, one))
  if (!one || !asked) return unknown
  if ('outcome' in asked) return asked
  const { wanted, essential } = one.demand
  const does = !wanted || wanted.some((acr) => isReached(parts.ladder, acr, asked.rung.rank))
  if (essential && !does) return { outcome: 'unmet' }

  const { challengeId } = asked
  const outcome = await parts.countersign.challenges.answer({ ...one.whom, challengeId, code: answer.code })
  return outcome.outcome === 'passed' ? completed(parts, provider, one, asked, answer, outcome.elevation) : outcome
}

/** The challenge that was opened for this request: its transaction, else the strongest level. */
async function askedIn(parts: Parts, one: BackchannelCase) {
  if (one.transaction) {
    const question = questionOf(one, one.transaction)
    return found(parts, question, rungOfTransaction(parts, question.action))
  }
  for (const rung of [...parts.ladder.byCode].reverse()) {
    const asked = await found(parts, levelQuestion(one, rung), rung)
    if (asked) return asked
  }
  return undefined
}

async function found(parts: Parts, question: Question, rung: Rung) {
  const read = await parts.door.challengeOf(question)
  if (read.outcome === 'unavailable') return read
  return read.outcome === 'found' ? ({ question, challengeId: read.challenge.id, rung } satisfies Asked) : undefined
}

/** A code for a transaction proves as much as one for the level that takes the same. */
function rungOfTransaction({ door, ladder }: Parts, action: string): Rung {
  const requires = door.actions.get(action)?.requires
  const level = typeof requires === 'object' ? requires.level : 'code'
  return ladder.byCode.filter(({ proves }) => level === 'two-factor' || proves === level).at(-1) ?? ladder.lowest
}

async function completed(
  parts: Parts,
  provider: Provider,
  one: BackchannelCase,
  { question, rung }: Asked,
  { grantId, rar }: BackchannelAnswer,
  { token }: GrantedElevation,
): Promise<CompleteBackchannelOutcome> {
  const elevations = [token]
  const authorization = await parts.door.authorize({ ...question, elevations })
  if (authorization.outcome === 'unavailable') return authorization
  if (authorization.outcome !== 'allow') return unknown
  const acr = assertedAcr(parts.ladder, one.demand, rung.acr, rung.rank)
  await provider.backchannelResult(one.request, grantId, {
    acr,
    amr: [...authorization.stepUp.amr],
    authTime: Math.floor(Date.now() / 1000),
    ...(rar && { rar: [...rar] }),
  })
  return { outcome: 'completed', acr }
}
