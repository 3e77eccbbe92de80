import type { Amr, Level, Whom } from '@countersign/core'
import type { Parts } from '../parts.js'
import type { StepUpRung } from './ladder.js'

/** A level that a code earned and that nothing has ended since. */
export type Held = Readonly<{ rung: StepUpRung; amr: readonly Amr[]; at: Date }>

/**
 * The strongest level that the presented elevations are worth now. Without I/O while the revocation feed is fresh, and without any
 * where nothing was earned; a store that gives no answer vouches for nothing.
 */
export async function heldLevel(
  parts: Pick<Parts, 'door' | 'ladder'>,
  whom: Whom,
  elevations: readonly string[],
): Promise<Held | undefined> {
  for (const rung of [...parts.ladder.byCode].reverse()) {
    const held = await heldBy(parts, whom, elevations, rung)
    if (held) return held
  }
  return undefined
}

async function heldBy(
  { door }: Pick<Parts, 'door'>,
  whom: Whom,
  elevations: readonly string[],
  rung: StepUpRung,
): Promise<Held | undefined> {
  for (const action of [rung.action, ...rung.raisedBy]) {
    const question = { ...whom, action, bound: {}, elevations }
    if (door.earned(question).length === 0) continue
    const authorization = await door.authorize(question)
    if (authorization.outcome === 'allow' && proves(authorization.stepUp.level, rung))
      return { rung, ...authorization.stepUp }
  }
  return undefined
}

/** What was earned before a level got stricter is worth no more than it was. */
function proves(level: Level, { proves: wanted }: StepUpRung): boolean {
  return level === 'two-factor' || level === wanted
}
