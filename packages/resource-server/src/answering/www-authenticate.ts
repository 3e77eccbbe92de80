import { asymmetricAlgorithms } from '../settings.js'
import type { Scheme } from '../token/presented-token.js'

/** Parameters of a challenge. Their values are ours or checked at the start: none holds a quote. */
export type ChallengeParameters = Readonly<Record<string, string | undefined>>

/** Which schemes an API takes. */
export type Schemes = readonly Scheme[]

/** The algorithms that proofs may be signed with (RFC 9449, 7.1). */
const always: Readonly<Record<Scheme, ChallengeParameters>> = {
  Bearer: {},
  DPoP: { algs: asymmetricAlgorithms.join(' ') },
}

/** One challenge of a `WWW-Authenticate` header. */
export function challengeOf(scheme: Scheme, parameters: ChallengeParameters = {}): string {
  const pairs = Object.entries({ ...parameters, ...always[scheme] })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}="${value}"`)
  return [scheme, pairs.join(', ')].filter(Boolean).join(' ')
}
