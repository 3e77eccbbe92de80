import { CountersignError } from '@countersign/core'
import { errors, interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider'
import { demands } from '../demand/demand-of.js'
import type { Parts } from '../parts.js'
import { planAsDetails, stepUpPrompt } from './plan.js'
import { orUnavailable, unavailable } from './refusals.js'
import { elevationsOf, standings } from './standing.js'
import { type Case, maxAgeServedBy, type Reason, type Verdict, verdictOn } from './verdict.js'

type Prompt = interactionPolicy.Prompt
type Check = interactionPolicy.Check

/**
 * The host's policy with ours around it. Prompts are looked at one after the other, so that the list below is the order of things;
 * the host's own objects stay as they are.
 */
export function policyAround(parts: Parts): (host: readonly Prompt[]) => Prompt[] {
  const { Prompt } = interactionPolicy
  const cases = casesOf(parts)
  const verdict = verdicts(parts, cases)

  const level = new Prompt(
    { name: 'step_up_level' },
    check('step_up_level', 'never asks', async (context) => {
      await orUnavailable(() => cases(context))
      return false
    }),
  )

  const stepUp = new Prompt(
    { name: stepUpPrompt },
    async (context) => {
      const { plan } = await verdict(context)
      return plan && planAsDetails(plan)
    },
    asks('transaction', 'this transaction has to be confirmed'),
    asks('acr', 'a higher level of authentication is needed'),
    asks('max_age', 'End-User authentication could not be obtained', 'login_required'),
  )

  const spend = new Prompt(
    { name: 'step_up_spend' },
    check('step_up_spend', 'never asks', async (context) => {
      await orUnavailable(() => spent(parts, context, cases))
      return false
    }),
  )

  function asks(reason: Reason, description: string, error = 'interaction_required'): Check {
    return check(
      `step_up_${reason}`,
      description,
      async (context) => (await verdict(context)).reasons.includes(reason),
      error,
    )
  }

  return function policy(host) {
    requireHost(host)
    const around = host.flatMap((prompt) => (prompt.name === 'login' ? [loginPrompt(prompt), stepUp] : [prompt]))
    return [level, ...around, spend]
  }

  /** The host's login without what is ours to decide: the levels, and whether a code may serve for `max_age`. */
  function loginPrompt({ name, requestable, details, checks }: Prompt): Prompt {
    const kept = [...checks]
      .filter(({ reason }) => !['login_prompt', 'essential_acrs', 'essential_acr'].includes(reason))
      .map((one) => (one.reason === 'max_age' ? maxAgeCheck(one) : one))
    return new Prompt({ name, requestable }, details, ...kept)
  }

  function maxAgeCheck({ reason, description, error = 'login_required', details }: Check): Check {
    const { Check } = interactionPolicy
    return new Check(
      reason,
      description,
      error,
      async (context) => {
        const one = await orUnavailable(() => cases(context))
        // Who is not signed in is asked to be by the check beside this one.
        return one !== undefined && (await orUnavailable(() => maxAgeServedBy(parts, one))) === 'login'
      },
      details,
    )
  }
}

function check(
  reason: string,
  description: string,
  asks: (context: KoaContextWithOIDC) => Promise<boolean>,
  error = 'interaction_required',
): Check {
  return new interactionPolicy.Check(reason, description, error, asks)
}

/** A request with its demand and its person; none while nobody is signed in. */
type Cases = (context: KoaContextWithOIDC) => Promise<Case | undefined>

function casesOf(parts: Parts): Cases {
  const demandOf = demands(parts)
  const standingOf = standings(parts)
  return async function caseOf(context) {
    const standing = await standingOf(context)
    const demand = await demandOf(context)
    return standing && { context, demand, standing }
  }
}

/** One verdict a request: the checks of a prompt run at once and each looks for its own reason. */
function verdicts(parts: Parts, cases: Cases): (context: KoaContextWithOIDC) => Promise<Verdict> {
  const known = new WeakMap<object, Promise<Verdict>>()
  return function verdict(context) {
    const before = known.get(context.oidc)
    if (before) return before
    const decided = orUnavailable(async () => {
      const one = await cases(context)
      return one ? verdictOn(parts, one) : { reasons: [] }
    })
    known.set(context.oidc, decided)
    return decided
  }
}

/** Nothing else is left to ask: the confirmation of a transaction is spent, once, for exactly what was shown. */
async function spent(parts: Parts, context: KoaContextWithOIDC, cases: Cases): Promise<void> {
  const one = await cases(context)
  const transaction = one && parts.transactions.of(one.demand.transaction ?? [])
  if (!one || !transaction) return
  const cid = context.oidc.entities.Interaction?.cid
  const elevations = elevationsOf(parts, context, 'once')
  const question = cid !== undefined && { ...one.standing.whom, ...transaction, context: cid, elevations }
  const outcome = question && (await parts.door.authorize(question)).outcome
  if (outcome === 'unavailable') throw unavailable()
  if (outcome !== 'allow') throw new errors.AccessDenied('the confirmation of this transaction has ended')
}

function requireHost(host: readonly Prompt[]): void {
  if (!host.some(({ name }) => name === 'login'))
    throw new CountersignError(
      'ERR_COUNTERSIGN_OIDC_NO_LOGIN',
      'The policy has no prompt "login": nobody could be signed in before a step-up. Keep the one of interactionPolicy.base().',
    )
  if (host.some(({ name }) => name === stepUpPrompt))
    throw new CountersignError(
      'ERR_COUNTERSIGN_OIDC_CONFIGURED',
      'The policy has a prompt "step_up" already. Give configure() or policy() what the host wrote, once.',
    )
}
