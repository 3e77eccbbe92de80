import { fits } from '../outbox/outbox.js'
import type { Subject } from '../subject/subject.js'
import { changed, type Transition, unchanged } from '../subject/transition.js'
import { closeChallenge } from './close-challenge.js'
import { endOf, findChallenge } from './find-challenge.js'

export type Cancelled =
  | Readonly<{ outcome: 'cancelled' }>
  | Readonly<{ outcome: 'not-found' }>
  | Readonly<{ outcome: 'full' }>

/** Ends a live challenge because the person wants it; a closed one is as unknown as none. */
export function cancelChallenge(
  subject: Subject,
  { challengeId, session }: Readonly<{ challengeId: string; session: string }>,
  now: Date,
): Transition<Cancelled> {
  const challenge = findChallenge(subject, challengeId, session)
  if (!challenge || endOf(challenge, now)) return unchanged({ outcome: 'not-found' })
  if (!fits(subject.outbox, 1, 'kept')) return unchanged({ outcome: 'full' })
  return changed(closeChallenge(subject, challenge, 'cancelled', { actor: 'subject', session }, now), {
    outcome: 'cancelled',
  })
}
