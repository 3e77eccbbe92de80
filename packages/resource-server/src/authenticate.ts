import { type ProvedRequest, proofChecker } from './dpop/check-proof.js'
import { IssuerUnavailable } from './issuer/issuer-unavailable.js'
import type { Settings } from './settings.js'
import type { AccessToken } from './token/access-token.js'
import { likelyBearerToken, type Presented, presentedToken, type Scheme } from './token/presented-token.js'
import { refusalLog } from './token/refusal-log.js'
import { digestOf } from './token/token-memory.js'
import { tokensOf } from './token/verify-token.js'

/** What a request proves, or why it is refused before anybody looks at levels. */
export type Authentication =
  | Readonly<{ outcome: 'verified'; scheme: Scheme; token: AccessToken }>
  | Readonly<{ outcome: 'nothing' }>
  | Readonly<{ outcome: 'malformed'; scheme: Scheme }>
  | Readonly<{ outcome: 'invalid'; scheme: Scheme; why?: string }>
  | Readonly<{ outcome: 'invalid proof' }>
  | Readonly<{ outcome: 'unavailable' }>

/**
 * Reads and verifies the token of a request; at once, where it was seen before and needs no proof. Nothing that a client sends makes
 * it throw or reject.
 */
export type Authenticate = (request: ProvedRequest) => Authentication | Promise<Authentication>

type Sent = Extract<Presented, { outcome: 'token' }>

/** Joins what verifies tokens and proofs for one issuer and audience. */
export function authentication(settings: Settings): Authenticate {
  const { dpop, log } = settings
  const say = refusalLog(settings)
  const tokens = tokensOf(settings, say)
  const checkProof = dpop && proofChecker(settings, dpop, say)

  return function authenticate(request) {
    const likely = dpop?.required ? undefined : likelyBearerToken(request)
    const digest = likely === undefined ? undefined : digestOf(likely)
    const seen = digest === undefined ? undefined : tokens.seen(digest)
    if (seen && seen.boundTo === undefined) return allowed('Bearer', seen)

    const sent = presentedToken(request)
    if (sent.outcome !== 'token') return sent
    if (!(sent.scheme === 'DPoP' ? dpop : !dpop?.required)) return { outcome: 'nothing' }
    return judged(request, sent, digest ?? digestOf(sent.token)).catch(unavailable)
  }

  function unavailable(error: unknown): Authentication {
    if (!(error instanceof IssuerUnavailable)) log.error({ error }, 'A token or its proof could not be looked at.')
    return { outcome: 'unavailable' }
  }

  async function judged(request: ProvedRequest, sent: Sent, digest: string): Promise<Authentication> {
    const { scheme, token: text } = sent
    const verification = await tokens.verify(text, digest)
    if (verification.outcome === 'invalid') return { ...verification, scheme }
    const { token } = verification
    // RFC 9449, 7.1 and 7.2: who holds a bound token proves it, and a token that is not bound is no DPoP token.
    if (token.boundTo === undefined)
      return scheme === 'Bearer' ? allowed(scheme, token) : { outcome: 'invalid', scheme }
    if (!checkProof) {
      say('bound')
      return { outcome: 'invalid', scheme: 'Bearer' }
    }
    if (scheme === 'Bearer') return { outcome: 'invalid', scheme: 'DPoP' }
    return (await checkProof(request, { text, token })) ? allowed(scheme, token) : { outcome: 'invalid proof' }
  }
}

function allowed(scheme: Scheme, token: AccessToken): Authentication {
  return { outcome: 'verified', scheme, token }
}
