import { type KeyedDigest, type KeyRing, keyedDigest, matchesDigest } from '../secret/key-ring.js'
import type { OneTimeCode } from '../secret/one-time-code.js'
import type { ContactChange } from './contact-change.js'

/** What a proof belongs to: another change, or another address, has another right code. */
export type ProofPlace = Readonly<{ subject: string }> & Pick<ContactChange, 'id' | 'contact'>

/** Keyed digest of the code that proves an address. */
export function proofDigest(keys: KeyRing, place: ProofPlace, code: OneTimeCode): KeyedDigest {
  return keyedDigest(keys, 'answer', partsOf(place, code))
}

/** Whether this code was sent for this proof, compared in constant time. */
export function isProof(keys: KeyRing, answer: KeyedDigest, place: ProofPlace, code: OneTimeCode): boolean {
  return matchesDigest(keys, 'answer', answer, partsOf(place, code))
}

function partsOf({ subject, id, contact }: ProofPlace, code: OneTimeCode): readonly string[] {
  return ['v1', subject, id, contact, 'contact-proof', code.reveal()]
}
