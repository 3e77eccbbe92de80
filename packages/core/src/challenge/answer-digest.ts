import { type KeyedDigest, type KeyRing, keyedDigest, matchesDigest } from '../secret/key-ring.js'
import type { OneTimeCode } from '../secret/one-time-code.js'
import type { Challenge } from './challenge.js'

/** What an answer belongs to: with another one of these, the right code is a wrong one. */
export type AnswerPlace = Readonly<{ subject: string; contact: string }> &
  Pick<Challenge, 'id' | 'session' | 'action' | 'factor' | 'binding'>

/** Keyed digest of the expected code at its place; the database alone cannot confirm any guess of it. */
export function answerDigest(keys: KeyRing, place: AnswerPlace, code: OneTimeCode): KeyedDigest {
  return keyedDigest(keys, 'answer', partsOf(place, code))
}

/** Whether this code was sent for this place, compared in constant time. */
export function isAnswer(keys: KeyRing, answer: KeyedDigest, place: AnswerPlace, code: OneTimeCode): boolean {
  return matchesDigest(keys, 'answer', answer, partsOf(place, code))
}

/** `subject` holds the tenant. */
function partsOf(
  { subject, id, session, action, factor, contact, binding }: AnswerPlace,
  code: OneTimeCode,
): readonly string[] {
  return ['v1', subject, id, session, 'step-up', action, factor, contact, binding, code.reveal()]
}
