import type { BoundValues } from '@countersign/core'
import { z } from 'zod'

/** The name of the prompt that asks for a code. */
export const stepUpPrompt = 'step_up'

/**
 * What the step-up page of an interaction asks for. It stands in the interaction's details, made by the policy and read by the page.
 * `askedAt` is on Countersign's clock: a question that was used up after it is over.
 */
export type Plan = Readonly<{
  kind: 'level' | 'transaction'
  /** Of the level, for a level. */
  acr?: string | undefined
  action: string
  bound: BoundValues
  askedAt: number
}>

const form = z.looseObject({
  step_up: z.strictObject({
    kind: z.enum(['level', 'transaction']),
    acr: z.string().optional(),
    action: z.string(),
    bound: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
    askedAt: z.number(),
  }),
})

/** The plan as an interaction keeps it. */
export function planAsDetails(plan: Plan): Readonly<{ step_up: Plan }> {
  return { step_up: plan }
}

/** The plan of an interaction; none in one that is not ours. */
export function planIn(details: unknown): Plan | undefined {
  return form.safeParse(details).data?.step_up
}
