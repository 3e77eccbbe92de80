import type { Contact } from '../delivery/contact.js'
import type { Language, Origin } from '../delivery/message.js'
import type { MessageEffect } from '../outbox/effect.js'
import type { BoundValues } from '../policy/action.js'
import type { KeyRing } from '../secret/key-ring.js'
import type { OneTimeCode } from '../secret/one-time-code.js'
import { seal } from '../secret/seal.js'

/** How a person is written to. */
export type Writing = Readonly<{ language: Language; timeZone: string; origin: Origin; notMeUrl: string }>

/** What stands in the sealed part of a code message. */
export type CodePayload = Readonly<{
  code: string
  action: string
  bound: BoundValues
  origin: Origin
  notMeUrl: string
}>

/** A code on its way: for which subject and challenge, to which contact, until when. */
export type CodeToSend = Readonly<{
  id: string
  subject: string
  challenge: string
  action: string
  bound: BoundValues
  code: OneTimeCode
  contact: Contact
  writing: Writing
  expiresAt: Date
}>

/** The message as data for the outbox; code, values and links are sealed. */
export function codeMessage(
  keys: KeyRing,
  { id, subject, challenge, action, bound, code, contact, writing, expiresAt }: CodeToSend,
  now: Date,
): MessageEffect {
  const { language, timeZone, origin, notMeUrl } = writing
  const payload: CodePayload = { code: code.reveal(), action, bound, origin, notMeUrl }
  return {
    kind: 'message',
    id,
    due: now,
    tries: 0,
    madeAt: now,
    message: 'code',
    to: contact.kind,
    contact: contact.id,
    address: contact.address,
    recipient: contact.digest,
    masked: contact.masked,
    stranger: contact.provedAt === undefined,
    language,
    timeZone,
    expiresAt,
    challenge,
    payload: seal(keys, 'message', ['message', subject, id], JSON.stringify(payload)),
  }
}
