import { errors, type JWTVerifyGetKey, type JWTVerifyOptions, type JWTVerifyResult, jwtVerify } from 'jose'
import type { KeySet } from '../issuer/issuer-keys.js'
import type { Kept } from '../issuer/kept.js'
import { mediaType, type Settings } from '../settings.js'
import { accessTokenOf } from './access-token.js'
import type { RefusalLog } from './refusal-log.js'
import { reasonOf } from './refusal-log.js'
import type { Verification } from './verification.js'

/** Verifies a JWT access token. @throws IssuerUnavailable when the keys are not to be had. */
export type VerifyJwt = (token: string) => Promise<Verification>

const unknownKey = { outcome: 'unknown key' } as const

/** JWT access tokens as RFC 9068, 4 has them verified. */
export function jwtVerifier(settings: Settings, keys: Kept<KeySet>, say: RefusalLog): VerifyJwt {
  const { issuer, audience, clockToleranceSeconds } = settings
  const options: JWTVerifyOptions = { issuer, audience, clockTolerance: clockToleranceSeconds }

  return async function verifyJwt(token) {
    const known = keys.current() ?? (await keys.get())
    const first = await verifiedWith(known, token)
    if (first.outcome !== 'unknown key') return first
    const renewed = await keys.renewed()
    const second = renewed === known ? unknownKey : await verifiedWith(renewed, token)
    return second.outcome === 'unknown key' ? { outcome: 'invalid' } : second
  }

  /** Whatever is wrong with a token, or with the key that it names, makes it invalid; nothing of it is an error of ours. */
  async function verifiedWith(keySet: KeySet, token: string): Promise<Verification | typeof unknownKey> {
    try {
      return verdictOn(await verifiedByAny(token, keySet.find, options), keySet)
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey) return unknownKey
      if (error instanceof errors.JWTExpired) return { outcome: 'invalid', why: 'The access token expired' }
      say(reasonOf(error))
      return { outcome: 'invalid' }
    }
  }

  function verdictOn({ payload, protectedHeader: { typ } }: JWTVerifyResult, keySet: KeySet): Verification {
    // RFC 9068, 4: an ID token of the same issuer is no access token.
    if (typ === undefined || !settings.types.includes(mediaType(typ))) {
      say('typ')
      return { outcome: 'invalid' }
    }
    const accessToken = accessTokenOf(payload)
    // jose has looked at `exp` if there is one; a token has to have one (RFC 9068, 2.2).
    if (!accessToken || payload.exp === undefined) return { outcome: 'invalid' }
    const untilSeconds = payload.exp + clockToleranceSeconds
    return { outcome: 'verified', token: accessToken, untilSeconds, keys: keySet }
  }
}

/** A token that names no key is tried with each one that it could be. */
async function verifiedByAny(
  token: string,
  find: JWTVerifyGetKey,
  options: JWTVerifyOptions,
): Promise<JWTVerifyResult> {
  try {
    return await jwtVerify(token, find, options)
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error
    for await (const key of error) {
      const result = await jwtVerify(token, key, options).catch(unlessForged)
      if (result) return result
    }
    throw error
  }
}

function unlessForged(error: unknown): undefined {
  if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw error
}
