import { z } from 'zod'

/** Somebody with an account at the bank. An address is not unique: a family may share one. */
export type Person = Readonly<{
  id: string
  name: string
  /** Canonical; sign-in takes it. */
  email: string
  /** Whether a code sent there came back, or the bank vouches for it. */
  emailProved: boolean
  /** Addresses of the sign-in that were removed, the first of them first; `email` stands in for the last. */
  emailsGone?: readonly string[]
  password: PasswordHash
  notes: string
  /** Sessions that began before are over: somebody said that it was not them. */
  sessionsEndedAt?: Date
  /** The step-up key of the one session that went on. */
  sessionKept?: string
}>

/** A scrypt hash and the salt it was made with, each in base64url. */
export type PasswordHash = Readonly<{ salt: string; hash: string }>

/** NFKC, trimmed, lower case: the one form in which an address is kept and compared. */
export function canonicalEmail(text: string): string {
  return text.normalize('NFKC').trim().toLowerCase()
}

const email = z.email().max(254)

/** Whether mail can be sent there, looked at in the canonical form. */
export function isEmail(text: string): boolean {
  return email.safeParse(canonicalEmail(text)).success
}

/** A longer one is not even hashed. */
export const longestPassword = 128

/** NIST SP 800-63B-4, 3.1.1.2: a length, and no rules about kinds of characters. */
export function isGoodPassword(text: string): boolean {
  return text.length >= 8 && text.length <= longestPassword && text.isWellFormed()
}
