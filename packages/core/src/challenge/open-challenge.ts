import type { Level } from '../assurance/level.js'
import { nextSendAt } from '../delivery/send-budget.js'
import { hasEnded } from '../elevation/revoke.js'
import { chosenFactor, type Factor, type FactorNeed, usableFactors } from '../factor/usable-factors.js'
import { fits } from '../outbox/outbox.js'
import type { KeyedDigest, KeyRing } from '../secret/key-ring.js'
import type { Sealed } from '../secret/seal.js'
import type { Subject } from '../subject/subject.js'
import { changed, record, type Transition, unchanged } from '../subject/transition.js'
import { lockedUntil } from '../throttle/throttle.js'
import { type Challenge, challengeLimits } from './challenge.js'
import { closeChallenge } from './close-challenge.js'
import { liveChallenges } from './find-challenge.js'
import { resendCode } from './resend-challenge.js'
import { type NewCode, sendCode } from './send-code.js'

/** A challenge to open; ids, code and sealed texts were made before the decision. */
export type Opening = Readonly<{
  id: string
  session: string
  action: string
  mode: 'once' | 'window'
  level: Level
  elevationSeconds: number
  binding: KeyedDigest
  /** Whether a digest is that of the same fields, under whichever key. */
  binds(binding: KeyedDigest): boolean
  shown: Sealed
  need: FactorNeed
  factor?: string
  askedAt: Date
  /** The code for a challenge: its message leads back to that one, be it this or the one that already asks the same. */
  made(challenge: string): NewCode
}>

export type OpeningOutcome =
  | Readonly<{ outcome: 'opened'; challenge: Challenge }>
  | Readonly<{ outcome: 'used-up' }>
  | Readonly<{ outcome: 'factor-not-available' }>
  | Readonly<{ outcome: 'full' }>
  | Readonly<{ outcome: 'too-many-messages'; retryAt: Date; challenge?: Challenge }>
  | Readonly<{ outcome: 'locked'; retryAt: Date }>

/** Entries that opening may put into the outbox: two closed ones, the message, the event, a learned contact. */
const room = 8

/** Opens a challenge with its message, or resends for the one that already asks the same of the same session. */
export function openChallenge(
  keys: KeyRing,
  subject: Subject,
  opening: Opening,
  now: Date,
): Transition<OpeningOutcome> {
  const retryAt = lockedUntil(subject.throttle, now)
  if (retryAt) return unchanged({ outcome: 'locked', retryAt })
  if (isOver(subject, opening)) return unchanged({ outcome: 'used-up' })

  const factor = chosenFactor(usableFactors(keys, subject.contacts, opening.need), opening.factor)
  if (!factor) return unchanged({ outcome: 'factor-not-available' })
  const living = liveChallenges(subject, now).find((challenge) => asksTheSame(challenge, opening))
  if (living)
    return asOpened(resendCode(keys, subject, { challenge: living, factor, made: opening.made(living.id) }, now))

  const next = nextSendAt(factor.contact.sent, now)
  if (next > now) return unchanged({ outcome: 'too-many-messages', retryAt: next })
  if (!fits(subject.outbox, room, 'ordinary')) return unchanged({ outcome: 'full' })
  return opened(keys, withRoomForOne(subject, opening.session, now), opening, factor, now)
}

function asksTheSame(challenge: Challenge, { session, action, binds }: Opening): boolean {
  return challenge.session === session && challenge.action === action && binds(challenge.binding)
}

/** Its session signed out, everything of the person ended since it was asked, or the same was answered, used up or revoked. */
function isOver(subject: Subject, opening: Opening): boolean {
  const endedSince = subject.endedAt !== undefined && subject.endedAt > opening.askedAt
  return endedSince || hasEnded(subject, opening.session) || isUsedUp(subject, opening)
}

/** Every question asked before the same one was answered, used up or revoked is over. */
function isUsedUp({ challenges }: Subject, opening: Opening): boolean {
  return challenges.some(
    (challenge) =>
      challenge.closed &&
      ['answered', 'used-up', 'revoked'].includes(challenge.closed.why) &&
      challenge.closed.at > opening.askedAt &&
      asksTheSame(challenge, opening),
  )
}

/** A fourth live challenge closes the oldest of its own session, else the oldest. */
function withRoomForOne(subject: Subject, session: string, now: Date): Subject {
  const live = liveChallenges(subject, now)
  if (live.length < challengeLimits.liveBySubject) return subject
  const oldest = live.find((challenge) => challenge.session === session) ?? live[0]
  return oldest ? closeChallenge(subject, oldest, 'replaced', { actor: 'subject', session }, now) : subject
}

function opened(
  keys: KeyRing,
  subject: Subject,
  opening: Opening,
  { kind, contact }: Factor,
  now: Date,
): Transition<OpeningOutcome> {
  const { id, session, action, mode, level, elevationSeconds, binding, shown } = opening
  const asked = {
    id,
    session,
    action,
    mode,
    level,
    elevationSeconds,
    binding,
    shown,
    factor: kind,
    contact: contact.id,
    earlier: [],
    attemptsLeft: challengeLimits.attempts,
    openedAt: now,
  }
  const sent = sendCode(keys, subject, asked, contact, opening.made(id), now)
  const fact = {
    type: 'challenge.opened',
    challenge: id,
    action,
    factor: kind,
    destination: contact.masked,
    binding,
  } as const
  return asOpened(changed(record(sent, now, { actor: 'subject', session }, fact), { outcome: 'sent' as const, id }))
}

type Sent = Readonly<{ outcome: 'sent'; id: string }> | Exclude<OpeningOutcome, { outcome: 'opened' }>

function asOpened({ subject, outcome }: Transition<Sent>): Transition<OpeningOutcome> {
  if (outcome.outcome !== 'sent') return unchanged(outcome)
  const challenge = subject?.challenges.find(({ id }) => id === outcome.id)
  return subject && challenge ? changed(subject, { outcome: 'opened', challenge }) : unchanged({ outcome: 'full' })
}
