import canonicalize from 'canonicalize'
import { CountersignError } from '../errors.js'
import type { BoundValues } from '../policy/action.js'
import { type KeyedDigest, type KeyRing, keyedDigest, matchesDigest } from '../secret/key-ring.js'

/**
 * Digest of an action and its bound fields over their canonical JSON (RFC 8785): the order of members does not matter,
 * everything else does. Keyed, so that a copy of the database cannot confirm a guess of an amount.
 */
export function bindingOf(keys: KeyRing, action: string, bound: BoundValues): KeyedDigest {
  return keyedDigest(keys, 'binding', [action, canonical(bound)])
}

/** Whether a digest is that of the action and exactly these fields, under whichever key it was made. */
export function isBindingOf(keys: KeyRing, binding: KeyedDigest, action: string, bound: BoundValues): boolean {
  return matchesDigest(keys, 'binding', binding, [action, canonical(bound)])
}

function canonical(bound: BoundValues): string {
  const text = canonicalize(bound)
  if (text === undefined)
    throw new CountersignError(
      'ERR_COUNTERSIGN_BOUND',
      'Bound fields have no canonical JSON. Give texts, whole numbers and booleans.',
    )
  return text
}
