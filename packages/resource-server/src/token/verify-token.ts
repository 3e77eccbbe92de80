import { issuerKeys } from '../issuer/issuer-keys.js'
import { issuerMetadata } from '../issuer/issuer-metadata.js'
import type { Settings } from '../settings.js'
import { type AccessToken, accessTokenOf } from './access-token.js'
import { hasThreeParts, introspector, looksLikeJwt } from './introspect.js'
import type { RefusalLog } from './refusal-log.js'
import { type Remembered, tokenMemory } from './token-memory.js'
import type { Verification } from './verification.js'
import { jwtVerifier } from './verify-jwt.js'

/** What is said of a token. `why` is for the client. */
export type Verdict =
  | Readonly<{ outcome: 'verified'; token: AccessToken }>
  | Readonly<{ outcome: 'invalid'; why?: string }>

/** Verifies tokens, and remembers those that were good by the digest of what came. */
export type Tokens = Readonly<{
  /** One that was verified before, and still is what it was then. */
  seen(digest: string): AccessToken | undefined
  /** @throws IssuerUnavailable when nobody can say. */
  verify(token: string, digest: string): Promise<Verdict>
}>

/** JWTs are verified by the issuer's keys, other tokens by asking it, where that is set up. */
export function tokensOf(settings: Settings, say: RefusalLog): Tokens {
  const { introspection } = settings
  const metadata = issuerMetadata(settings)
  const keys = issuerKeys(settings, metadata)
  const memory = tokenMemory()
  const verifyJwt = jwtVerifier(settings, keys, say)
  const introspect = introspection && introspector(settings, introspection, metadata, say)
  const isJwt = introspect ? looksLikeJwt : hasThreeParts

  /** A token is remembered with the keys that vouched for it, and no longer than the issuer has them. */
  function find(digest: string): Remembered | undefined {
    const known = memory.find(digest)
    return known && (known.keys === undefined || known.keys === keys.current()) ? known : undefined
  }

  function verified(token: string): Verification | Promise<Verification> {
    if (isJwt(token)) return verifyJwt(token)
    if (introspect) return introspect(token)
    say('opaque')
    return { outcome: 'invalid' }
  }

  function seen(digest: string): AccessToken | undefined {
    const known = find(digest)
    return known && accessTokenOf(JSON.parse(known.claims))
  }

  return {
    seen,
    async verify(token, digest) {
      const known = seen(digest)
      if (known) return { outcome: 'verified', token: known }
      const verification = await verified(token)
      if (verification.outcome === 'invalid') return verification
      const { token: accessToken, untilSeconds, keys } = verification
      // What is asked about each time needs no place in memory.
      if (untilSeconds * 1000 > Date.now())
        memory.add(digest, { claims: JSON.stringify(accessToken.claims), untilSeconds, keys })
      return { outcome: 'verified', token: accessToken }
    },
  }
}
