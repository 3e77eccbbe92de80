import canonicalize from 'canonicalize'
import { CountersignError } from '../errors.js'
import type { BoundValues } from '../policy/action.js'
import { type KeyedDigest, type KeyRing, keyedDigest, matchesDigest } from '../secret/key-ring.js'

/** What a question is about: an action, its bound fields, and the context that it was asked in, where there is one. */
export type Asked = Readonly<{ action: string; bound: BoundValues; context?: string | undefined }>

/**
 * Digest of an action and its bound fields over their canonical JSON (RFC 8785): the order of members does not matter,
 * everything else does; in a context it is another one. Keyed, so that a copy of the database cannot confirm a guess of an amount.
 */
export function bindingOf(keys: KeyRing, asked: Asked): KeyedDigest {
  return keyedDigest(keys, 'binding', partsOf(asked))
}

/** Whether a digest is that of exactly this, under whichever key it was made. */
export function isBindingOf(keys: KeyRing, binding: KeyedDigest, asked: Asked): boolean {
  return matchesDigest(keys, 'binding', binding, partsOf(asked))
}

function partsOf({ action, bound, context }: Asked): readonly string[] {
  return context === undefined ? [action, canonical(bound)] : [action, canonical(bound), context]
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
