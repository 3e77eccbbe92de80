import { hash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { calculateJwkThumbprint, EmbeddedJWK, type JWTVerifyResult, jwtVerify } from 'jose'
import { asymmetricAlgorithms, type DpopSettings, type Settings } from '../settings.js'
import type { AccessToken } from '../token/access-token.js'
import type { RefusalLog } from '../token/refusal-log.js'
import { comparable, type Targeted, targetOf } from './target.js'

/** A request with what Express knows of it. */
export type ProvedRequest = IncomingMessage & Targeted

/** Whether a request was sent by the holder of the key that its token is bound to. What it throws comes from `usedProofs`. */
export type CheckProof = (
  request: ProvedRequest,
  sent: Readonly<{ text: string; token: AccessToken }>,
) => Promise<boolean>

/** A proof is made for one request: so long it is young. */
const youngSeconds = 60

/** RFC 9449, 4.3, in its order; a proof is looked at for each request, also where the token is known. */
export function proofChecker(settings: Settings, dpop: DpopSettings, say: RefusalLog): CheckProof {
  const checked = new WeakMap<object, string>()

  return async function checkProof(request, { text, token }) {
    // Two guards before one route see the same proof of the same request; that is one use.
    if (checked.get(request) === text) return true
    const proof = await verifiedProof(request.headers.dpop)
    if (!proof || !isFor(request, proof) || !(await isBoundTo(proof, text, token))) return false
    if (!(await isFirstUse(proof, token))) return false
    checked.set(request, text)
    return true
  }

  /** Node joins two headers by a comma, which no JWT has: several proofs are none. */
  async function verifiedProof(header: string | string[] | undefined): Promise<JWTVerifyResult | undefined> {
    if (typeof header !== 'string') return undefined
    try {
      return await jwtVerify(header, EmbeddedJWK, {
        typ: 'dpop+jwt',
        algorithms: [...asymmetricAlgorithms],
        maxTokenAge: youngSeconds,
        clockTolerance: settings.clockToleranceSeconds,
        requiredClaims: ['jti', 'htm', 'htu', 'ath'],
      })
    } catch {
      return undefined
    }
  }

  function isFor(request: ProvedRequest, { payload: { htm, htu } }: JWTVerifyResult): boolean {
    if (htm !== request.method || typeof htu !== 'string') return false
    const target = targetOf(request, dpop.publicUrl)
    const isSame = target !== undefined && comparable(htu) === target
    if (!isSame) say('htu')
    return isSame
  }

  async function isBoundTo(
    { payload, protectedHeader }: JWTVerifyResult,
    text: string,
    token: AccessToken,
  ): Promise<boolean> {
    if (payload.ath !== hash('sha256', text, 'base64url') || !protectedHeader.jwk) return false
    return (await calculateJwkThumbprint(protectedHeader.jwk)) === token.boundTo
  }

  async function isFirstUse({ payload: { jti } }: JWTVerifyResult, { boundTo }: AccessToken): Promise<boolean> {
    if (typeof jti !== 'string') return false
    const rememberSeconds = youngSeconds + 2 * settings.clockToleranceSeconds
    return dpop.usedProofs.firstUse(hash('sha256', `${boundTo}.${jti}`, 'base64url'), rememberSeconds)
  }
}
