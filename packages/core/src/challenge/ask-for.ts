import type { Contact } from '../delivery/contact.js'
import { withSent } from '../delivery/send-budget.js'
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

/** The subject with the challenge asking for this code: message in the outbox, place in the budget, timer for the end. */
export function sendCode(
  keys: KeyRing,
  subject: Subject,
  asked: Omit<Challenge, 'code' | 'expiresAt' | 'delivery'>,
  contact: Contact,
  made: NewCode,
  now: Date,
): Subject {
  const challenge: Challenge = {
    ...asked,
    code: { answer: answerDigest(keys, { ...asked, subject: subject.id }, made.code), sentAt: now },
    expiresAt: codeEnd(asked.openedAt, made.codeSeconds, now),
    delivery: 'queued',
  }
  const { code, messageId, bound, writing } = made
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
  const placed = {
    ...subject,
    challenges: [...subject.challenges.filter(({ id }) => id !== asked.id), challenge],
    contacts: subject.contacts.map((one) => (one.id === contact.id ? { ...one, sent: withSent(one.sent, now) } : one)),
    timers: [
      ...subject.timers.filter(({ about }) => about !== asked.id),
      { kind: 'challenge-expiry' as const, about: asked.id, due: challenge.expiresAt },
    ],
    outbox: withoutMessagesOf(subject, asked.id),
  }
  return withEffects(placed, message)
}

/** A code lives so long from its sending, its challenge at most ten minutes (R-03; SP 800-63B-4, 3.1.3.2). */
function codeEnd(openedAt: Date, codeSeconds: number, now: Date): Date {
  return new Date(
    Math.min(now.getTime() + codeSeconds * 1000, openedAt.getTime() + challengeLimits.challengeSeconds * 1000),
  )
}
