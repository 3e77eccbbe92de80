import type { Authentication } from '../authenticate.js'
import type { Unmet } from '../demand/demand.js'
import type { Scheme } from '../token/presented-token.js'
import { challengeOf, type Schemes } from './www-authenticate.js'

/** Each kind of refusal: its stable type, its status and its title. `docs/errors.md` explains them. */
const kinds = {
  'token-required': ['urn:countersign:problem:token-required', 401, 'An access token is needed'],
  'invalid-token': ['urn:countersign:problem:invalid-token', 401, 'The access token is not valid'],
  'invalid-dpop-proof': ['urn:countersign:problem:invalid-dpop-proof', 401, 'The DPoP proof is not valid'],
  'insufficient-user-authentication': [
    'urn:countersign:problem:insufficient-user-authentication',
    401,
    'Another authentication is needed',
  ],
  malformed: ['urn:countersign:problem:malformed', 400, 'The request is malformed'],
  unavailable: ['urn:countersign:problem:unavailable', 503, 'Not available now'],
} as const

/** A refusal of a guard: the problem (RFC 9457), and the challenges that stand beside it. */
export type TokenRefusal = Readonly<{
  problem: Readonly<{ type: (typeof kinds)[keyof typeof kinds][0]; title: string; status: number }>
  challenges: readonly string[]
}>

/** Why a request was refused before anybody looked at levels: tells none (RFC 9470, 9). */
export function refusalOf(refused: Exclude<Authentication, { outcome: 'verified' }>, schemes: Schemes): TokenRefusal {
  switch (refused.outcome) {
    case 'nothing':
      // RFC 6750, 3.1: who sent no token hears of no error.
      return refusal(
        'token-required',
        schemes.map((scheme) => challengeOf(scheme)),
      )
    case 'malformed':
      return refusal('malformed', [challengeOf(refused.scheme, { error: 'invalid_request' })])
    case 'invalid':
      return refusal('invalid-token', [
        challengeOf(refused.scheme, {
          error: 'invalid_token',
          error_description: refused.why ?? 'The access token is not valid',
        }),
      ])
    case 'invalid proof':
      return refusal('invalid-dpop-proof', [challengeOf('DPoP', { error: 'invalid_dpop_proof' })])
    case 'unavailable':
      return refusal('unavailable', [])
  }
}

/** The token is good, and the authentication behind it is too weak or too old (RFC 9470, 3; R-29). */
export function insufficientRefusal(scheme: Scheme, { acrValues, maxAgeSeconds }: Unmet): TokenRefusal {
  const challenge = challengeOf(scheme, {
    error: 'insufficient_user_authentication',
    error_description: 'A stronger or more recent authentication is needed',
    acr_values: acrValues,
    max_age: maxAgeSeconds?.toString(),
  })
  const members = {
    ...(acrValues !== undefined && { acrValues }),
    ...(maxAgeSeconds !== undefined && { maxAgeSeconds }),
  }
  return refusal('insufficient-user-authentication', [challenge], members)
}

function refusal(name: keyof typeof kinds, challenges: readonly string[], members: object = {}): TokenRefusal {
  const [type, status, title] = kinds[name]
  return { problem: { type, title, status, ...members }, challenges }
}
