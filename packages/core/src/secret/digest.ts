import { createHash } from 'node:crypto'
import { lengthPrefixed } from './length-prefixed.js'

/** SHA-256 over the parts, length-prefixed, as base64url. For values that cannot be guessed; what can be guessed takes a keyed digest. */
export function digest(parts: readonly string[]): string {
  return createHash('sha256').update(lengthPrefixed(parts)).digest('base64url')
}
