import type { InteractionResults, Provider } from 'oidc-provider'
import type { Parts } from '../parts.js'
import type { Interaction } from './our-interaction.js'
import type { OurVisit } from './visit.js'

type Session = NonNullable<Awaited<ReturnType<Provider['Session']['findByUid']>>>

/**
 * Hands a right answer to the provider. What is written here raises nothing by itself: the policy believes a level only while the
 * elevation that the browser brings along holds.
 */
export async function finish(parts: Parts, { request, response, interaction, plan }: OurVisit): Promise<void> {
  const { provider } = parts.attached()
  const session = await provider.Session.findByUid(interaction.session?.uid ?? '')
  const result: InteractionResults = {
    ...(session && { login: loginOf(parts, interaction, session, plan.acr) }),
    step_up: { action: plan.action },
  }
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: true })
}

/**
 * The provider writes account, level, methods and time of a login as one block: all but what the code has changed stays as it is. The
 * account is the one that asked (T25), and the time is always said, else the way back would count as the login (T6).
 */
function loginOf(
  { ladder, reauthenticateWith }: Parts,
  { session: asking, lastSubmission }: Interaction,
  { acr: own, amr, loginTs }: Session,
  earned: string | undefined,
): NonNullable<InteractionResults['login']> {
  const acr = ladder.rankOf(earned) > ladder.rankOf(own) ? earned : own
  const ts = reauthenticateWith === 'code' ? nowInSeconds() : loginTs
  return {
    ...lastSubmission?.login,
    accountId: asking?.accountId ?? '',
    ...(acr !== undefined && { acr }),
    ...(amr && { amr }),
    ...(ts !== undefined && { ts }),
  }
}

/** On the provider's own clock, as all that it compares `auth_time` with. */
function nowInSeconds(): number {
  return Math.floor(Date.now() / 1000)
}
