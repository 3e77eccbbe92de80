import type { Contact } from '../delivery/contact.js'
import type { Language, MessageKind, Origin } from '../delivery/message.js'
import type { KeyRing } from '../secret/key-ring.js'
import { seal } from '../secret/seal.js'
import type { MessageEffect } from './effect.js'

/** How a person is written to. */
export type Writing = Readonly<{ language: Language; timeZone: string; origin: Origin; notMeUrl: string }>

/** Who receives a message. */
export type Recipient = Pick<Contact, 'id' | 'kind' | 'address' | 'digest' | 'masked' | 'provedAt'>

/** A message to put into the outbox; `details` join the origin and the link in its sealed part. */
export type NewMessage = Readonly<{
  id: string
  subject: string
  kind: MessageKind
  to: Recipient
  writing: Writing
  expiresAt: Date
  challenge?: string
  details: Readonly<Record<string, unknown>>
}>

/** The message as data; everything that should not stand in a copy of the database is sealed. */
export function newMessage(
  keys: KeyRing,
  { id, subject, kind, to, writing, expiresAt, challenge, details }: NewMessage,
  now: Date,
): MessageEffect {
  const { language, timeZone, origin, notMeUrl } = writing
  return {
    kind: 'message',
    id,
    due: now,
    tries: 0,
    madeAt: now,
    message: kind,
    to: to.kind,
    contact: to.id,
    address: to.address,
    recipient: to.digest,
    masked: to.masked,
    stranger: to.provedAt === undefined,
    language,
    timeZone,
    expiresAt,
    ...(challenge !== undefined && { challenge }),
    payload: seal(keys, 'message', ['message', subject, id], JSON.stringify({ origin, notMeUrl, ...details })),
  }
}
