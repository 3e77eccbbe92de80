import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

const nonceBytes = 12 // SP 800-38D, 8.2.2: a random 96-bit nonce; R-58
const tagBytes = 16

/** Text under AES-256-GCM: base64url of nonce, ciphertext and tag. `context` is authenticated, not hidden. */
export function encrypt(key: Uint8Array, context: string, text: string): string {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  cipher.setAAD(Buffer.from(context))
  return Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString('base64url')
}

/** The text, or `undefined` when it was changed, or belongs to another key or context. */
export function decrypt(key: Uint8Array, context: string, encrypted: string): string | undefined {
  const bytes = Buffer.from(encrypted, 'base64url')
  if (bytes.length < nonceBytes + tagBytes) return undefined

  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceBytes), { authTagLength: tagBytes })
  decipher.setAAD(Buffer.from(context))
  decipher.setAuthTag(bytes.subarray(-tagBytes))
  try {
    return Buffer.concat([decipher.update(bytes.subarray(nonceBytes, -tagBytes)), decipher.final()]).toString('utf8')
  } catch {
    return undefined
  }
}
