import { CountersignError } from '../errors.js'
import { decrypt, encrypt } from './aead.js'
import { type KeyRing, newest, type Purpose } from './key-ring.js'
import { lengthPrefixed } from './length-prefixed.js'

/** Text under AES-256-GCM that names its key: `<version>.<base64url of nonce, ciphertext and tag>`. */
export type Sealed = string

/** Encrypts the text under the newest key of the purpose; it opens only with the same `context` (authenticated, not hidden). */
export function seal(keys: KeyRing, purpose: Purpose, context: readonly string[], text: string): Sealed {
  const version = newest(keys)
  const place = lengthPrefixed([version, purpose, ...context])
  return `${version}.${encrypt(requiredKey(keys, purpose, version), place, text)}`
}

/** The text, or `undefined` when it was changed, belongs to another context, or its key is not in the ring. */
export function unseal(
  keys: KeyRing,
  purpose: Purpose,
  context: readonly string[],
  sealed: Sealed,
): string | undefined {
  const dot = sealed.indexOf('.')
  const version = sealed.slice(0, dot)
  const key = keys.versions.includes(version) ? keys.subkey(purpose, version) : undefined
  if (!key || dot < 1) return undefined
  return decrypt(key, lengthPrefixed([version, purpose, ...context]), sealed.slice(dot + 1))
}

function requiredKey(keys: KeyRing, purpose: Purpose, version: string): Buffer {
  const key = keys.subkey(purpose, version)
  if (!key)
    throw new CountersignError(
      'ERR_COUNTERSIGN_KEYS',
      `The key ring lists version "${version}" and holds no key for it.`,
    )
  return key
}
