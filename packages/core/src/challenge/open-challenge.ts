import type { Level } from '../assurance/level.js'
import { hasEnded } from '../elevation/revoke.js'
import { destinationOf, type Factor } from '../factor/usable-factors.js'
import { fits } from '../outbox/outbox.js'
import type { KeyedDigest, KeyRing } from '../secret/key-ring.js'
import type { Sealed } from '../secret/seal.js'
import type { Subject } from '../subject/subject.js'
import { changed, record, type Transition, unchanged } from '../subject/transition.js'
import { lockedUntil } from '../throttle/throttle.js'
import { askFor, type NewCode } from './ask-for.js'
import { type Challenge, challengeLimits } from './challenge.js'
import { closeChallenge } from './close-challenge.js'
import { liveChallenges } from './find-challenge.js'
import { nextAskAt, type ResendingOutcome, resendCode } from './resend-challenge.js'

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
  /** The factor to ask for, by the person's wish and what can serve now; after what was proved, for a challenge that lives. */
  choose(subject: Subject, living: Challenge | undefined): Factor | undefined
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

  const living = liveChallenges(subject, now).find((challenge) => asksTheSame(challenge, opening))
  const factor = opening.choose(subject, living)
  if (!factor) return unchanged({ outcome: 'factor-not-available' })
  if (living)
    return asOpened(resendCode(keys, subject, { challenge: living, factor, made: opening.made(living.id) }, now))

  const next = nextAskAt(factor, now)
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
  factor: Factor,
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
    proved: [],
    earlier: [],
    attemptsLeft: challengeLimits.attempts,
    openedAt: now,
  }
  const made = opening.made(id)
  const sent = askFor(keys, subject, asked, factor, made, now)
  const { origin } = made.writing
  const fact = {
    type: 'challenge.opened',
    challenge: id,
    action,
    factor: factor.kind,
    destination: destinationOf(factor),
    binding,
  } as const
  const by = { actor: 'subject', session, ...(Object.keys(origin).length > 0 && { origin }) } as const
  return changed(record(sent.subject, now, by, fact), {
    outcome: 'opened',
    challenge: sent.challenge,
  })
}

function asOpened({ subject, outcome }: Transition<ResendingOutcome>): Transition<OpeningOutcome> {
  const opened = outcome.outcome === 'sent' ? { outcome: 'opened' as const, challenge: outcome.challenge } : outcome
  return subject ? changed(subject, opened) : unchanged(opened)
}
