import { nextSendAt } from '../delivery/send-budget.js'
import type { Factor } from '../factor/usable-factors.js'
import { fits } from '../outbox/outbox.js'
import type { KeyRing } from '../secret/key-ring.js'
import type { Subject } from '../subject/subject.js'
import { changed, record, type Transition, unchanged } from '../subject/transition.js'
import { type Challenge, challengeLimits } from './challenge.js'
import { type NewCode, sendCode } from './send-code.js'

/** A new code for a live challenge. */
export type Resending = Readonly<{ challenge: Challenge; factor: Factor; made: NewCode }>

export type ResendingOutcome =
  | Readonly<{ outcome: 'sent'; id: string }>
  | Readonly<{ outcome: 'too-many-messages'; retryAt: Date; challenge: Challenge }>
  | Readonly<{ outcome: 'full' }>

/** Makes the old code dead and sends a new one; tries and failures stay as they are (SP 800-63B-4, 3.1.3.2: a new secret does not reset the count). */
export function resendCode(
  keys: KeyRing,
  subject: Subject,
  { challenge, factor, made }: Resending,
  now: Date,
): Transition<ResendingOutcome> {
  const next = nextSendAt(factor.contact.sent, now)
  if (next > now) return unchanged({ outcome: 'too-many-messages', retryAt: next, challenge })
  if (!fits(subject.outbox, 2, 'ordinary')) return unchanged({ outcome: 'full' })

  const { code, expiresAt: _expiresAt, delivery: _delivery, ...rest } = challenge
  const replaced = { ...code, factor: rest.factor, contact: rest.contact }
  const earlier = [replaced, ...rest.earlier].slice(0, challengeLimits.earlierCodes)
  const sent = sendCode(
    keys,
    subject,
    { ...rest, earlier, factor: factor.kind, contact: factor.contact.id },
    factor.contact,
    made,
    now,
  )
  const { id, action, session } = challenge
  const fact = {
    type: 'challenge.resent',
    challenge: id,
    action,
    factor: factor.kind,
    destination: factor.contact.masked,
  } as const
  return changed(record(sent, now, { actor: 'subject', session }, fact), { outcome: 'sent', id })
}
