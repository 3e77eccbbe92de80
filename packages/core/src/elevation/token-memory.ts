import type { KeyRing } from '../secret/key-ring.js'
import { readElevationToken, type TokenClaims } from './elevation-token.js'

/** Tokens that one process remembers as verified; the one verified first gives way. */
const rememberedTokens = 10_000

/** Reads tokens; one that was verified once is remembered until it expires, so that a guard pays for its MAC only once. */
export function tokenMemory(keys: KeyRing): (token: string, now: Date) => TokenClaims | undefined {
  const verified = new Map<string, TokenClaims>()

  return function readToken(token, now) {
    const known = verified.get(token)
    const claims = known ?? readElevationToken(keys, token)
    if (!claims) return undefined
    if (claims.elevation.expiresAt <= now) {
      verified.delete(token)
      return undefined
    }
    if (!known) remember(verified, token, claims)
    return claims
  }
}

function remember(verified: Map<string, TokenClaims>, token: string, claims: TokenClaims): void {
  if (verified.size >= rememberedTokens) {
    const [oldest] = verified.keys()
    if (oldest !== undefined) verified.delete(oldest)
  }
  verified.set(token, claims)
}
