import { nextSendAt } from '../delivery/send-budget.js'
import { destinationOf, type Factor } from '../factor/usable-factors.js'
import { fits } from '../outbox/outbox.js'
import type { KeyRing } from '../secret/key-ring.js'
import type { Subject } from '../subject/subject.js'
import { changed, record, type Transition, unchanged } from '../subject/transition.js'
import { askFor, type NewCode } from './ask-for.js'
import { type Challenge, challengeLimits, type EarlierCode } from './challenge.js'

/** A new code for a live challenge, or another way to answer it. */
export type Resending = Readonly<{ challenge: Challenge; factor: Factor; made: NewCode }>

export type ResendingOutcome =
  | Readonly<{ outcome: 'sent'; challenge: Challenge }>
  | Readonly<{ outcome: 'too-many-messages'; retryAt: Date; challenge: Challenge }>
  | Readonly<{ outcome: 'full' }>

/** Makes the old code dead and asks for the factor anew; tries and failures stay as they are (SP 800-63B-4, 3.1.3.2: a new secret does not reset the count). */
export function resendCode(
  keys: KeyRing,
  subject: Subject,
  { challenge, factor, made }: Resending,
  now: Date,
): Transition<ResendingOutcome> {
  if (factor.kind === 'security-code' && challenge.ownCode === factor.code)
    return unchanged({ outcome: 'sent', challenge })
  const next = nextAskAt(factor, now)
  if (next > now) return unchanged({ outcome: 'too-many-messages', retryAt: next, challenge })
  if (!fits(subject.outbox, 2, 'ordinary')) return unchanged({ outcome: 'full' })

  const {
    factor: _factor,
    contact: _contact,
    ownCode: _ownCode,
    code: _code,
    expiresAt: _expiresAt,
    delivery: _delivery,
    ...rest
  } = challenge
  const asked = askFor(keys, subject, { ...rest, earlier: earlierCodes(challenge) }, factor, made, now)
  const { id, action, session } = challenge
  const fact = {
    type: 'challenge.resent',
    challenge: id,
    action,
    factor: factor.kind,
    destination: destinationOf(factor),
  } as const
  const told = record(asked.subject, now, { actor: 'subject', session }, fact)
  return changed(told, { outcome: 'sent', challenge: asked.challenge })
}

/** When this factor may be asked for: a message has its limits, the person's own code is always at hand. */
export function nextAskAt(factor: Factor, now: Date): Date {
  return factor.kind === 'security-code' ? now : nextSendAt(factor.contact.sent, now)
}

function earlierCodes({ code, factor, contact, earlier }: Challenge): readonly EarlierCode[] {
  if (!code || contact === undefined) return earlier
  return [{ ...code, factor, contact }, ...earlier].slice(0, challengeLimits.earlierCodes)
}
