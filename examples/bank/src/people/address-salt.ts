import { createHmac, randomBytes } from 'node:crypto'

/** Never none: an address that nobody has costs a hash as well. */
export type Salts = readonly [string, ...string[]]

/**
 * A sign-in costs no more hashes than that. Newcomers all get one salt, whatever they do at once; every further
 * one came with somebody who moved there and proved the address. Those go first, so that no stranger pushes one out.
 */
const mostSalts = 8

/** A key for a process that shares its people with no other one. */
export function newSaltKey(): Buffer {
  return randomBytes(32)
}

/** The salts to try, of those in use for an address. */
export function saltsToTry(key: Buffer, email: string, inUse: readonly string[]): Salts {
  const [first = addressSalt(key, email), ...others] = new Set(inUse)
  return [first, ...others.slice(0, mostSalts - 1)]
}

/** The same each time, so that people who sign up at the same moment share it; told by nothing outside. */
function addressSalt(key: Buffer, email: string): string {
  return createHmac('sha256', key).update(email).digest().subarray(0, 16).toString('base64url')
}
