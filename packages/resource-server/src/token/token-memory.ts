import { hash } from 'node:crypto'
import type { KeySet } from '../issuer/issuer-keys.js'
import type { AccessToken } from './access-token.js'

/** A token that was verified, and until when nobody has to look again. */
export type Remembered = Readonly<{
  token: AccessToken
  untilSeconds: number
  /** The keys that vouched for it; when the issuer has others, it is verified again. */
  keys: KeySet | undefined
}>

/** Tokens that were verified, by their digest: what lies in memory is no token that works. */
export type TokenMemory = Readonly<{
  find(token: string): Remembered | undefined
  add(token: string, remembered: Remembered): void
}>

const most = 10_000

/** Remembers the tokens that were used last. */
export function tokenMemory(capacity = most): TokenMemory {
  const known = new Map<string, Remembered>()

  return {
    find(token) {
      const digest = digestOf(token)
      const remembered = known.get(digest)
      if (!remembered) return undefined
      // A map keeps the order in which keys came: the one used now goes to the end.
      known.delete(digest)
      if (remembered.untilSeconds * 1000 <= Date.now()) return undefined
      known.set(digest, remembered)
      return remembered
    },
    add(token, remembered) {
      const [oldest] = known.size >= capacity ? known.keys() : []
      if (oldest !== undefined) known.delete(oldest)
      known.set(digestOf(token), remembered)
    },
  }
}

function digestOf(token: string): string {
  return hash('sha256', token, 'base64')
}
