import { challengesIn, type HttpChallenge } from './challenges.js'

/** What an API asks of the next authentication (RFC 9470, 3). */
export type StepUpChallenge = Readonly<{
  /** In order of preference; one of them suffices. Empty when the level does not matter. */
  acrValues: readonly string[]
  maxAgeSeconds?: number
  /** What the token has to have besides. Join it with `openid` and what you ask for anyway. */
  scope?: string
}>

/** Where a challenge stands: the text of the header, a `Response` of `fetch`, or what `fetchProtectedResource` of openid-client throws. */
export type ChallengeSource = string | Response | Error | null | undefined

/**
 * Reads what an API wants that answered 401 `insufficient_user_authentication`. Undefined for any other answer, and for a challenge that
 * names neither level nor age. Other errors that openid-client throws give undefined, too: throw them on.
 *
 * @example
 * try {
 *   await fetchProtectedResource(config, accessToken, url, 'POST', body)
 * } catch (error) {
 *   const challenge = stepUpChallengeOf(error instanceof Error ? error : undefined)
 *   if (!challenge) throw error
 *   redirect(buildAuthorizationUrl(config, { redirect_uri, scope: 'openid payments', ...stepUpParameters(challenge) }))
 * }
 */
export function stepUpChallengeOf(source: ChallengeSource): StepUpChallenge | undefined {
  const asked = challengesOf(source).find(({ parameters }) => parameters.error === 'insufficient_user_authentication')
  return asked && readableChallenge(asked)
}

function challengesOf(source: ChallengeSource): readonly HttpChallenge[] {
  if (typeof source === 'string') return challengesIn(source)
  if (source instanceof Response) return challengesIn(source.headers.get('www-authenticate') ?? '')
  return source?.cause !== undefined && Array.isArray(source.cause) ? source.cause.filter(isChallenge) : []
}

function isChallenge(value: unknown): value is HttpChallenge {
  return typeof value === 'object' && value !== null && 'parameters' in value && typeof value.parameters === 'object'
}

function readableChallenge({ parameters: { acr_values, max_age, scope } }: HttpChallenge): StepUpChallenge | undefined {
  const acrValues = acr_values?.split(' ').filter(Boolean) ?? []
  const maxAgeSeconds = max_age !== undefined && /^\d{1,9}$/.test(max_age) ? Number(max_age) : undefined
  if (acrValues.length === 0 && maxAgeSeconds === undefined) return undefined
  return { acrValues, ...(maxAgeSeconds !== undefined && { maxAgeSeconds }), ...(scope !== undefined && { scope }) }
}
