import { CountersignError } from '@countersign/core'
import type { KoaContextWithOIDC } from 'oidc-provider'
import { z } from 'zod'
import type { Demand } from '../options.js'
import type { Parts } from '../parts.js'
import { requestedDemand } from './requested-demand.js'

const form = z.object({
  wanted: z.array(z.string().min(1)).exactOptional(),
  essential: z.boolean(),
  maxAge: z.number().nonnegative().exactOptional(),
  source: z.enum(['claims', 'acr_values', 'policy']),
  transaction: z.array(z.looseObject({ type: z.string() })).exactOptional(),
}) satisfies z.ZodType<Demand>

/** What a request is held to: what it asks for, and what the server's own policy makes of that. Asked once a request. */
export function demands(parts: Parts): (context: KoaContextWithOIDC) => Promise<Demand> {
  const asked = new WeakMap<object, Promise<Demand>>()
  return function demandOf(context) {
    const before = asked.get(context.oidc)
    if (before) return before
    const demand = decided(parts, context)
    asked.set(context.oidc, demand)
    return demand
  }
}

async function decided(parts: Parts, context: KoaContextWithOIDC): Promise<Demand> {
  return demandByPolicy(parts, context, requestedDemand(parts, context.oidc.params ?? {}))
}

/** A demand as the server's own policy has it. */
export async function demandByPolicy(
  { options: { demand } }: Pick<Parts, 'options'>,
  context: KoaContextWithOIDC,
  requested: Demand,
): Promise<Demand> {
  if (!demand) return requested
  const decided = form.safeParse(await demand(context, requested))
  if (decided.success) return decided.data
  throw new CountersignError(
    'ERR_COUNTERSIGN_OIDC_DEMAND',
    `demand() gave back what is no demand: "${decided.error.issues[0]?.path.join('.')}" ${decided.error.issues[0]?.message}. Give back the one that it got, or { ...requested, wanted: ['2'], essential: true, source: 'policy' }.`,
  )
}
