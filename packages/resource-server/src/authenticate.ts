import { type ProvedRequest, proofChecker } from './dpop/check-proof.js'
import { issuerKeys } from './issuer/issuer-keys.js'
import { issuerMetadata } from './issuer/issuer-metadata.js'
import { IssuerUnavailable } from './issuer/issuer-unavailable.js'
import type { Settings } from './settings.js'
import type { AccessToken } from './token/access-token.js'
import { introspector, looksLikeJwt } from './token/introspect.js'
import { type Presented, presentedToken, type Scheme } from './token/presented-token.js'
import { refusalLog } from './token/refusal-log.js'
import { type Remembered, tokenMemory } from './token/token-memory.js'
import type { Verification } from './token/verification.js'
import { jwtVerifier } from './token/verify-jwt.js'

/** What a request proves, or why it is refused before anybody looks at levels. */
export type Authentication =
  | Readonly<{ outcome: 'verified'; scheme: Scheme; token: AccessToken }>
  | Readonly<{ outcome: 'nothing' }>
  | Readonly<{ outcome: 'malformed'; scheme: Scheme }>
  | Readonly<{ outcome: 'invalid'; scheme: Scheme; why?: string }>
  | Readonly<{ outcome: 'invalid proof' }>
  | Readonly<{ outcome: 'unavailable' }>

/** Reads and verifies tokens. Nothing that a client sends makes it throw. */
export type Authenticate = Readonly<{
  /** Without waiting: a token that was seen before and needs no proof. */
  remembered(request: ProvedRequest): Authentication | undefined
  full(request: ProvedRequest): Promise<Authentication>
}>

type Proved = Readonly<{ text: string; token: AccessToken }>
type Sent = Extract<Presented, { outcome: 'token' }>

/** Joins what verifies tokens for one issuer and audience. */
export function authentication(settings: Settings): Authenticate {
  const { dpop, introspection, log } = settings
  const say = refusalLog(settings)
  const metadata = issuerMetadata(settings)
  const keys = issuerKeys(settings, metadata)
  const memory = tokenMemory()
  const verifyJwt = jwtVerifier(settings, keys, say)
  const introspect = introspection && introspector(settings, introspection, metadata, say)
  const checkProof = dpop && proofChecker(settings, dpop, say)

  /** A token is remembered with the keys that vouched for it, and no longer than the issuer has them. */
  function find(token: string): Remembered | undefined {
    const known = memory.find(token)
    return known && (known.keys === undefined || known.keys === keys.current()) ? known : undefined
  }

  async function verified(token: string): Promise<Verification> {
    const known = find(token)
    if (known) return { outcome: 'verified', ...known }
    if (looksLikeJwt(token)) return verifyJwt(token)
    if (introspect) return introspect(token)
    say('opaque')
    return { outcome: 'invalid' }
  }

  async function judged(request: ProvedRequest, { scheme, token: text }: Sent): Promise<Authentication> {
    const verification = await verified(text)
    if (verification.outcome === 'invalid') return { ...verification, scheme }
    const { token, untilSeconds } = verification
    if (untilSeconds * 1000 > Date.now()) memory.add(text, verification)
    return judgedScheme(request, scheme, { text, token })
  }

  /** RFC 9449, 7.1 and 7.2: who holds a bound token proves it, and a token that is not bound is no DPoP token. */
  async function judgedScheme(request: ProvedRequest, scheme: Scheme, sent: Proved): Promise<Authentication> {
    const { token } = sent
    if (token.boundTo === undefined)
      return scheme === 'Bearer' ? allowed(scheme, token) : { outcome: 'invalid', scheme }
    if (!checkProof) {
      say('bound')
      return { outcome: 'invalid', scheme: 'Bearer' }
    }
    if (scheme === 'Bearer') return { outcome: 'invalid', scheme: 'DPoP' }
    return (await checkProof(request, sent)) ? allowed(scheme, token) : { outcome: 'invalid proof' }
  }

  return {
    remembered(request) {
      const sent = presentedToken(request)
      if (sent.outcome !== 'token') return sent
      if (sent.scheme === 'DPoP') return checkProof ? undefined : { outcome: 'nothing' }
      if (dpop?.required) return { outcome: 'nothing' }
      const known = find(sent.token)
      return known && known.token.boundTo === undefined ? allowed('Bearer', known.token) : undefined
    },
    async full(request) {
      const sent = presentedToken(request)
      if (sent.outcome !== 'token') return sent
      try {
        return await judged(request, sent)
      } catch (error) {
        if (!(error instanceof IssuerUnavailable)) log.error({ error }, 'A token could not be looked at.')
        return { outcome: 'unavailable' }
      }
    },
  }
}

function allowed(scheme: Scheme, token: AccessToken): Authentication {
  return { outcome: 'verified', scheme, token }
}
