import { hash } from 'node:crypto'
import type { KeySet } from '../issuer/issuer-keys.js'

/** What a token said that was verified, and until when nobody has to look again. */
export type Remembered = Readonly<{
  /** As JSON: objects that live long cost every new token its part of the garbage collection, and nobody can write into a text. */
  claims: string
  untilSeconds: number
  /** The keys that vouched for it; when the issuer has others, it is verified again. */
  keys: KeySet | undefined
}>

/** Tokens that were verified, by their digest: what lies in memory is no token that works. */
export type TokenMemory = Readonly<{
  find(digest: string): Remembered | undefined
  add(digest: string, remembered: Remembered): void
}>

const most = 10_000

/**
 * Remembers the tokens that were used last, in two maps of half the room: when the new one is full, it becomes the old one, and what nobody
 * used since is gone. A map of which every request takes one away and adds one would be built anew all the time.
 */
export function tokenMemory(capacity = most): TokenMemory {
  let newer = new Map<string, Remembered>()
  let older = new Map<string, Remembered>()

  function add(digest: string, remembered: Remembered): void {
    if (newer.size >= capacity / 2) {
      older = newer
      newer = new Map()
    }
    newer.set(digest, remembered)
  }

  return {
    add,
    find(digest) {
      const recent = newer.get(digest)
      const remembered = recent ?? older.get(digest)
      if (!remembered || remembered.untilSeconds * 1000 <= Date.now()) return undefined
      if (!recent) add(digest, remembered)
      return remembered
    },
  }
}

/** What a token is remembered by. */
export function digestOf(token: string): string {
  return hash('sha256', token, 'base64')
}
