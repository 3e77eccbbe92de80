import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { CountersignError } from '../errors.js'
import { type KeyRing, newest, type Purpose } from './key-ring.js'
import { lengthPrefixed } from './length-prefixed.js'

/** Text under AES-256-GCM that names its key: `<version>.<base64url of nonce, ciphertext and tag>`. */
export type Sealed = string

const nonceBytes = 12 // SP 800-38D, 8.2.2: a random 96-bit nonce; R-58
const tagBytes = 16

/** Encrypts the text under the newest key of the purpose; it opens only with the same `context` (authenticated, not hidden). */
export function seal(keys: KeyRing, purpose: Purpose, context: readonly string[], text: string): Sealed {
  const version = newest(keys)
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', requiredKey(keys, purpose, version), nonce)
  cipher.setAAD(Buffer.from(lengthPrefixed([version, purpose, ...context])))
  const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
  return `${version}.${sealed.toString('base64url')}`
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
  const bytes = Buffer.from(sealed.slice(dot + 1), 'base64url')
  if (!key || dot < 1 || bytes.length < nonceBytes + tagBytes) return undefined

  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceBytes), { authTagLength: tagBytes })
  decipher.setAAD(Buffer.from(lengthPrefixed([version, purpose, ...context])))
  decipher.setAuthTag(bytes.subarray(-tagBytes))
  try {
    return Buffer.concat([decipher.update(bytes.subarray(nonceBytes, -tagBytes)), decipher.final()]).toString('utf8')
  } catch {
    return undefined
  }
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
