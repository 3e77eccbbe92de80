import type { Whom } from '@countersign/core'
import type { Question } from '@countersign/core/door'
import type { Request, Response } from 'express'
import { errors, type Provider } from 'oidc-provider'
import type { Parts } from '../parts.js'
import { personIn } from '../person.js'
import { type Plan, planIn, stepUpPrompt } from '../policy/plan.js'

/** An interaction of the provider, as it is kept. */
export type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>

/** A step-up that waits for its person. */
export type OurInteraction = Readonly<{
  outcome: 'ours'
  interaction: Interaction
  plan: Plan
  whom: Whom
  /** What is asked, in the context of its authorization request: the code of another request is worth nothing here. */
  question: Question
}>

/** What the browser's request is about: a step-up, another prompt of the host, or nothing that there is any more. */
export type FoundInteraction = OurInteraction | Readonly<{ outcome: 'foreign' | 'lost' }>

/**
 * The interaction that a request names. The library finds it by cookie; it counts only when the address names the same one (the
 * path of the cookie keeps two tabs apart), and its session is still the one that asked.
 */
export async function findInteraction(parts: Parts, request: Request, response: Response): Promise<FoundInteraction> {
  const interaction = await detailsOf(parts.attached().provider, request, response)
  if (!interaction || interaction.uid !== request.params.uid) return { outcome: 'lost' }
  if (interaction.prompt.name !== stepUpPrompt) return { outcome: 'foreign' }
  const plan = planIn(interaction.prompt.details)
  const whom = await personIn(interaction.session ?? {}, parts.options)
  if (!plan || !whom) return { outcome: 'lost' }
  const { action, bound } = plan
  return { outcome: 'ours', interaction, plan, whom, question: { ...whom, action, bound, context: interaction.cid } }
}

async function detailsOf(provider: Provider, request: Request, response: Response): Promise<Interaction | undefined> {
  try {
    return await provider.interactionDetails(request, response)
  } catch (error) {
    if (error instanceof errors.SessionNotFound) return undefined
    throw error
  }
}
