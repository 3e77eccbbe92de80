import type { UsedProofs } from '../options.js'

const most = 500_000

/**
 * Remembers the proofs of this process. There are two sets, an old and a new one; after the time for which a proof could be used again,
 * the new one becomes the old one. Nothing is forgotten early: when a set is full, the next proof is refused.
 */
export function usedProofsInMemory(capacity = most): UsedProofs {
  let newer = new Set<string>()
  let older = new Set<string>()
  let turnsAt = 0

  function turn(rememberSeconds: number): void {
    const now = Date.now()
    if (now < turnsAt) return
    // Nobody came for so long that the new ones are over, too.
    older = now < turnsAt + rememberSeconds * 1000 ? newer : new Set()
    newer = new Set()
    turnsAt = now + rememberSeconds * 1000
  }

  return {
    firstUse(id, rememberSeconds) {
      turn(rememberSeconds)
      if (newer.has(id) || older.has(id)) return false
      if (newer.size >= capacity) throw new Error('More DPoP proofs came than can be remembered.')
      newer.add(id)
      return true
    },
  }
}
