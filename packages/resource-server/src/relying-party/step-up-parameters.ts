import type { Wanted } from './assert-authentication.js'

/** How a level is asked for. */
export type StepUpParametersOptions = Readonly<{
  /**
   * `'acr_values'` [default]: as RFC 9470, 4 has it. OpenID Connect calls it voluntary, so that a server may answer with less.
   * `'essential'`: by the `claims` parameter; a server that cannot reach the level answers with an error (OpenID Connect Core, 5.5.1.1).
   * Never both: `acr_values` beside it takes away that it is essential in some servers.
   */
  ask?: 'acr_values' | 'essential'
}>

/**
 * Parameters for the next authorization request. Add them to your own; `scope` has to hold `openid`, or servers of OpenID Connect refuse them.
 *
 * @example
 * buildAuthorizationUrl(config, { redirect_uri, scope: 'openid payments', ...stepUpParameters(challenge) })
 */
export function stepUpParameters(
  { acrValues = [], maxAgeSeconds }: Wanted,
  { ask = 'acr_values' }: StepUpParametersOptions = {},
): Record<string, string> {
  return {
    ...(acrValues.length > 0 && levelParameter(acrValues, ask)),
    ...(maxAgeSeconds !== undefined && { max_age: String(maxAgeSeconds) }),
  }
}

function levelParameter(acrValues: readonly string[], ask: 'acr_values' | 'essential'): Record<string, string> {
  if (ask === 'acr_values') return { acr_values: acrValues.join(' ') }
  return { claims: JSON.stringify({ id_token: { acr: { essential: true, values: acrValues } } }) }
}
