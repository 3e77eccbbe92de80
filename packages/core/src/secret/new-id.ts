import { randomFillSync } from 'node:crypto'

const idBytes = 16
const pool = Buffer.alloc(256 * idBytes)
let taken = pool.length

/**
 * 128 random bits as base64url: challenge ids, elevation ids, link tokens (R-02; ASVS 5.0, 11.5.1). The bits come from the
 * operating system 256 ids at a time, since a guard takes one for every request that it allows.
 */
export function newId(): string {
  if (taken === pool.length) {
    randomFillSync(pool)
    taken = 0
  }
  const start = taken
  taken += idBytes
  return pool.toString('base64url', start, taken)
}
