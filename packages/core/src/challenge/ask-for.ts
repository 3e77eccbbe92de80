import { withSent } from '../delivery/send-budget.js'
import type { DeliveredCode, Factor, OwnCode } from '../factor/usable-factors.js'
import { newMessage, type Writing } from '../outbox/new-message.js'
import type { BoundValues } from '../policy/action.js'
import type { KeyRing } from '../secret/key-ring.js'
import type { OneTimeCode } from '../secret/one-time-code.js'
import type { Subject } from '../subject/subject.js'
import { withEffects } from '../subject/transition.js'
import { answerDigest } from './answer-digest.js'
import { type Challenge, challengeLimits } from './challenge.js'
import { withoutMessagesOf } from './close-challenge.js'

/** A new code for a challenge, made outside of the decision. */
export type NewCode = Readonly<{
  code: OneTimeCode
  messageId: string
  codeSeconds: number
  bound: BoundValues
  writing: Writing
}>

/** A challenge without what belongs to the factor that is asked for. */
export type Asked = Omit<Challenge, 'factor' | 'contact' | 'ownCode' | 'code' | 'expiresAt' | 'delivery'>

/** A subject and its challenge as it now asks. */
export type Asking = Readonly<{ subject: Subject; challenge: Challenge }>

/** The challenge asking for this factor: a delivered code is sent, the person's own is only asked for. */
export function askFor(
  keys: KeyRing,
  subject: Subject,
  asked: Asked,
  factor: Factor,
  made: NewCode,
  now: Date,
): Asking {
  if (factor.kind === 'security-code') return askForOwnCode(subject, asked, factor)
  return sendCode(keys, subject, asked, factor, made, now)
}

/** Nothing leaves, so only the challenge's own time ends it. */
export function askForOwnCode(subject: Subject, asked: Asked, { code: ownCode }: OwnCode): Asking {
  const challenge: Challenge = { ...asked, factor: 'security-code', ownCode, expiresAt: lastMoment(asked) }
  return { subject: placed(subject, challenge), challenge }
}

/** Message in the outbox, place in the budget, timer for the end. */
function sendCode(
  keys: KeyRing,
  subject: Subject,
  asked: Asked,
  { kind, contact }: DeliveredCode,
  made: NewCode,
  now: Date,
): Asking {
  const { code, messageId, codeSeconds, bound, writing } = made
  const place = { ...asked, subject: subject.id, factor: kind, contact: contact.id }
  const challenge: Challenge = {
    ...asked,
    factor: kind,
    contact: contact.id,
    code: { answer: answerDigest(keys, place, code), sentAt: now },
    expiresAt: codeEnd(asked, codeSeconds, now),
    delivery: 'queued',
  }
  const message = newMessage(
    keys,
    {
      id: messageId,
      subject: subject.id,
      kind: 'code',
      to: contact,
      writing,
      expiresAt: challenge.expiresAt,
      challenge: asked.id,
      details: { code: code.reveal(), action: asked.action, bound },
    },
    now,
  )
  const counted = subject.contacts.map((one) =>
    one.id === contact.id ? { ...one, sent: withSent(one.sent, now) } : one,
  )
  return { subject: withEffects(placed({ ...subject, contacts: counted }, challenge), message), challenge }
}

/** In the place of what it was, with its timer; messages with an older code of it go. */
function placed(subject: Subject, challenge: Challenge): Subject {
  const { id, expiresAt } = challenge
  return {
    ...subject,
    challenges: [...subject.challenges.filter((one) => one.id !== id), challenge],
    timers: [
      ...subject.timers.filter(({ about }) => about !== id),
      { kind: 'challenge-expiry' as const, about: id, due: expiresAt },
    ],
    outbox: withoutMessagesOf(subject, id),
  }
}

/** A code lives so long from its sending, its challenge at most ten minutes (R-03; SP 800-63B-4, 3.1.3.2). */
function codeEnd(asked: Asked, codeSeconds: number, now: Date): Date {
  return new Date(Math.min(now.getTime() + codeSeconds * 1000, lastMoment(asked).getTime()))
}

function lastMoment({ openedAt }: Asked): Date {
  return new Date(openedAt.getTime() + challengeLimits.challengeSeconds * 1000)
}
