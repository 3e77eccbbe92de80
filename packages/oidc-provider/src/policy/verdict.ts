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

const nothing: Verdict = { reasons: [] }

/**
 * Decides what a signed-in person is asked for. A demand that this person cannot meet is an error here, so that it ends neither in a
 * lower level nor in a loop.
 */
export async function verdictOn(parts: Parts, one: Case): Promise<Verdict> {
  const { context, demand } = one
  const transaction = parts.transactions.of(demand.transaction ?? [])
  const confirmed = transaction && confirmation(parts, one, transaction)
  const reached = Math.max(parts.ladder.rankOf(one.standing.acr), confirmed ? rankBy(parts, confirmed) : 0)
  const meets = meetsDemand(parts, one, reached)
  const asksOnlyIfPossible = !demand.essential
  const silent = context.oidc.prompts.has('none')
  const acrMissing = !meets && !(silent && asksOnlyIfPossible)
  const target = acrMissing ? await targetOf(parts, one) : undefined
  if (acrMissing && !target && demand.essential) throw unmet(parts)

  const needsConfirmation = transaction !== undefined && !confirmed
  if (needsConfirmation) await requireAskable(parts, one.standing.whom, transaction)
  const fresh = (await maxAgeServedBy(parts, one)) === 'code'
  const reasons: readonly Reason[] = [
    ...(needsConfirmation ? (['transaction'] as const) : []),
    ...(target ? (['acr'] as const) : []),
    ...(fresh ? (['max_age'] as const) : []),
  ]
  if (reasons.length === 0) {
    assertWhatWasReached(parts, one, { reached, confirmed })
    return nothing
  }
  const asked = needsConfirmation ? transaction : undefined
  return { reasons, plan: planFor(parts, asked, target ?? (await rungForAge(parts, one))) }
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

function planFor({ door }: Parts, transaction: Transaction | undefined, rung: StepUpRung | undefined): Plan {
  const askedAt = door.now().getTime()
  if (transaction) return { kind: 'transaction', ...transaction, askedAt }
  if (!rung) throw unavailable()
  return { kind: 'level', acr: rung.acr, action: rung.action, bound: {}, askedAt }
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
