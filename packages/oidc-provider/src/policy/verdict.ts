import type { Whom } from '@countersign/core'
import type { Earned } from '@countersign/core/door'
import type { KoaContextWithOIDC } from 'oidc-provider'
import { assertedAcr, isReached } from '../levels/asserted-acr.js'
import type { StepUpRung } from '../levels/ladder.js'
import type { Demand } from '../options.js'
import type { Parts } from '../parts.js'
import type { Transaction } from '../transactions.js'
import type { Plan } from './plan.js'
import { unavailable, unmet } from './refusals.js'
import { assert, elevationsOf, type Standing } from './standing.js'

/** Why a person is asked for a code. */
export type Reason = 'transaction' | 'acr' | 'max_age'

/** What becomes of a request: nothing is asked, or a code for these reasons, by this plan. */
export type Verdict = Readonly<{ reasons: readonly Reason[]; plan?: Plan }>

/** A request with all that decides on it. */
export type Case = Readonly<{ context: KoaContextWithOIDC; demand: Demand; standing: Standing }>

/**
 * Decides what a signed-in person is asked for. A demand that this person cannot meet is an error here, so that it ends neither in a
 * lower level nor in a loop.
 */
export async function verdictOn(parts: Parts, one: Case): Promise<Verdict> {
  const transaction = parts.transactions.of(one.demand.transaction ?? [])
  const confirmed = transaction && confirmation(parts, one, transaction)
  const reached = Math.max(parts.ladder.rankOf(one.standing.acr), confirmed ? rankBy(parts, confirmed) : 0)
  const missing = {
    ...(!confirmed && { transaction }),
    rung: await missingRung(parts, one, reached),
    fresh: (await maxAgeServedBy(parts, one)) === 'code',
  }
  if (missing.transaction) await requireAskable(parts, one.standing.whom, missing.transaction)
  const reasons = reasonsOf(missing)
  if (reasons.length > 0) return { reasons, plan: await planFor(parts, one, missing) }
  assertWhatWasReached(parts, one, { reached, confirmed })
  return { reasons }
}

/** What a request lacks. */
type Missing = Readonly<{ transaction?: Transaction | undefined; rung: StepUpRung | undefined; fresh: boolean }>

function reasonsOf({ transaction, rung, fresh }: Missing): readonly Reason[] {
  const reasons: Reason[] = []
  if (transaction) reasons.push('transaction')
  if (rung) reasons.push('acr')
  if (fresh) reasons.push('max_age')
  return reasons
}

/** A level to ask for. A wish is not worth an error, and is not spoken where nobody may be asked. */
async function missingRung(parts: Parts, one: Case, reached: number): Promise<StepUpRung | undefined> {
  const { context, demand } = one
  const silentWish = context.oidc.prompts.has('none') && !demand.essential
  if (silentWish || meetsDemand(parts, one, reached)) return undefined
  const rung = await targetOf(parts, one)
  if (!rung && demand.essential) throw unmet(parts)
  return rung
}

/** A level that is as strong is as good; an `acr` that is no level of ours is met by itself alone. */
function meetsDemand({ ladder }: Parts, { demand: { wanted }, standing }: Case, reached: number): boolean {
  if (!wanted || wanted.length === 0) return true
  return wanted.some((acr) => acr === standing.acr || isReached(ladder, acr, reached))
}

/** In the order of preference: the weakest level that a code reaches and that does. */
async function targetOf(parts: Parts, one: Case): Promise<StepUpRung | undefined> {
  for (const acr of one.demand.wanted ?? []) {
    const wanted = parts.ladder.of(acr)
    if (!wanted) continue
    const rung = await firstAskable(
      parts,
      one,
      parts.ladder.byCode.filter(({ rank }) => rank >= wanted.rank),
    )
    if (rung) return rung
  }
  return undefined
}

async function firstAskable(parts: Parts, one: Case, rungs: readonly StepUpRung[]): Promise<StepUpRung | undefined> {
  for (const rung of rungs) if (await isAttainable(parts, one, rung)) return rung
  return undefined
}

async function isAttainable(parts: Parts, one: Case, rung: StepUpRung): Promise<boolean> {
  const { context, demand, standing } = one
  const { eligible } = parts.options
  if (eligible && !(await eligible(context, String(standing.whom.subject), rung.level))) return false
  const way = await wayToAsk(parts, standing.whom, { action: rung.action, bound: {} })
  // Codes pause: who only wishes for the level goes on without it.
  return way === 'code-needed' || (way === 'locked' && demand.essential)
}

/** How this person could be asked now. A pause after wrong codes passes, and the page says when. */
async function wayToAsk({ door }: Parts, whom: Whom, { action, bound }: Transaction) {
  const { outcome } = await door.authorize({ ...whom, action, bound, elevations: [] })
  if (outcome === 'unavailable') throw unavailable()
  return outcome
}

async function requireAskable(parts: Parts, whom: Whom, transaction: Transaction): Promise<void> {
  const way = await wayToAsk(parts, whom, transaction)
  if (way !== 'code-needed' && way !== 'locked') throw unmet(parts)
}

/** What was confirmed in this very authorization request, by what the browser brought along. The last prompt spends it. */
function confirmation(parts: Parts, { context, standing }: Case, transaction: Transaction): Earned | undefined {
  const cid = context.oidc.entities.Interaction?.cid
  if (cid === undefined) return undefined
  const elevations = elevationsOf(parts, context, 'once')
  const [earned] = parts.door.earned({ ...standing.whom, ...transaction, context: cid, elevations })
  return earned
}

/** A code for the transaction proves as much of the person as one for a level, for this request. */
function rankBy({ ladder }: Parts, { level }: Earned): number {
  const proved = ladder.byCode.filter(({ proves }) => level === 'two-factor' || proves === level)
  return proved.at(-1)?.rank ?? 0
}

/** What a too old authentication is renewed by: a code where this person can be asked for one, else the host's login. */
export async function maxAgeServedBy(parts: Parts, one: Case): Promise<'nothing' | 'code' | 'login'> {
  const { maxAge } = one.demand
  const { session, result } = one.context.oidc
  // A login or a code of this very request is young enough, however long the way back took.
  if (maxAge === undefined || !session?.past(maxAge) || result?.login) return 'nothing'
  if (parts.reauthenticateWith === 'login') return 'login'
  return (await rungForAge(parts, one)) ? 'code' : 'login'
}

/** The level that the session has, else the weakest. */
async function rungForAge(parts: Parts, one: Case): Promise<StepUpRung | undefined> {
  const own = parts.ladder.byCodeOf(one.standing.acr)
  return firstAskable(parts, one, own ? [own, ...parts.ladder.byCode] : parts.ladder.byCode)
}

/** One code serves for all that it can: the transaction first, else the level, else the age. */
async function planFor(parts: Parts, one: Case, { transaction, rung }: Missing): Promise<Plan> {
  const askedAt = parts.door.now().getTime()
  if (transaction) return { kind: 'transaction', ...transaction, askedAt }
  const asked = rung ?? (await rungForAge(parts, one))
  // It was there a moment ago.
  if (!asked) throw unavailable()
  return { kind: 'level', acr: asked.acr, action: asked.action, bound: {}, askedAt }
}

/** What the tokens will say; a confirmed transaction counts for its own request. */
function assertWhatWasReached(
  { ladder }: Parts,
  { context, demand, standing }: Case,
  { reached, confirmed }: Readonly<{ reached: number; confirmed: Earned | undefined }>,
): void {
  const own = ladder.rankOf(standing.acr) >= reached ? standing.acr : (ladder.all[reached]?.acr ?? standing.acr)
  if (confirmed) assert(context, { amr: [...new Set([...standing.amr, ...confirmed.amr])] })
  assert(context, { acr: assertedAcr(ladder, demand, own, reached) })
}
