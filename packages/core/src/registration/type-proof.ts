import { lockedBy } from '../challenge/answer-challenge.js'
import { fits } from '../outbox/outbox.js'
import type { Subject } from '../subject/subject.js'
import { bySubject, type Tell } from '../subject/tell.js'
import { changed, record, type Transition, unchanged } from '../subject/transition.js'
import { lockedUntil, withFailure } from '../throttle/throttle.js'
import type { ContactChange } from './contact-change.js'
import { type Proof, proveContactChange } from './prove-contact-change.js'

/** A typed proof code; everything that a right one needs is that of the link. */
export type TypedProof = Omit<Proof, 'changeId' | 'contactId'> &
  Readonly<{ session: string; matches(change: ContactChange): boolean; tell: Tell }>

export type TypedProofOutcome =
  | Readonly<{ outcome: 'proved'; masked: string }>
  | Readonly<{ outcome: 'wrong'; attemptsLeft: number }>
  | Readonly<{ outcome: 'locked'; retryAt: Date }>
  | Readonly<{ outcome: 'nothing-waiting' | 'code-expired' | 'used-up' }>
  | Readonly<{ outcome: 'full' }>

/** A wrong code costs one of five tries and a piece of the subject's budget; the link in the same message goes on working. */
export function typeProof(subject: Subject, typed: TypedProof, now: Date): Transition<TypedProofOutcome> {
  const change = subject.contactChange
  if (!change || change.expiresAt <= now) return unchanged({ outcome: 'nothing-waiting' })
  const retryAt = lockedUntil(subject.throttle, now)
  if (retryAt) return unchanged({ outcome: 'locked', retryAt })
  if (change.proof.attemptsLeft === 0) return unchanged({ outcome: 'used-up' })
  if (change.proof.expiresAt <= now) return unchanged({ outcome: 'code-expired' })
  if (!fits(subject.outbox, 8 + subject.contacts.length, 'kept')) return unchanged({ outcome: 'full' })
  if (!typed.matches(change)) return wrongProof(subject, change, typed, now)

  const { subject: after, outcome } = proveContactChange(
    subject,
    { ...typed, changeId: change.id, contactId: change.contact },
    now,
  )
  if (outcome.outcome === 'not-found') return unchanged({ outcome: 'nothing-waiting' })
  return outcome.outcome === 'proved' && after ? changed(after, outcome) : unchanged({ outcome: 'full' })
}

function wrongProof(
  subject: Subject,
  change: ContactChange,
  { session, tell }: TypedProof,
  now: Date,
): Transition<TypedProofOutcome> {
  const attemptsLeft = change.proof.attemptsLeft - 1
  const { throttle, lock } = withFailure(subject.throttle, now)
  const contactChange = { ...change, proof: { ...change.proof, attemptsLeft } }
  const told = record({ ...subject, throttle, contactChange }, now, bySubject(tell, session), {
    type: 'contact.wrong-proof',
    destination: change.masked,
    attemptsLeft,
  })
  return changed(lock ? lockedBy(told, lock, tell, now) : told, { outcome: 'wrong', attemptsLeft })
}
