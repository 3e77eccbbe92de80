import type { Demand } from '../options.js'
import type { Ladder } from './ladder.js'

/**
 * The `acr` to say of what was reached: the level itself, but for an essential value that it outranks, which is answered with
 * itself (OIDC Core 5.5.1.1: the value has to match one that was asked for).
 */
export function assertedAcr(ladder: Ladder, demand: Demand, own: string, reached: number): string {
  const exact = demand.source === 'claims' && demand.essential ? demand.wanted : undefined
  if (!exact || exact.includes(own)) return own
  return exact.find((acr) => isReached(ladder, acr, reached)) ?? own
}

/** Whether what was reached is at least the level of this name. */
export function isReached(ladder: Ladder, acr: string, reached: number): boolean {
  const rank = ladder.of(acr)?.rank
  return rank !== undefined && rank <= reached
}
