import { z } from 'zod'
import type { NoticeKind } from '../delivery/message.js'
import type { Effect, MessageEffect } from '../outbox/effect.js'
import { type NewMessage, newMessage } from '../outbox/new-message.js'
import type { KeyRing } from '../secret/key-ring.js'
import { newId } from '../secret/new-id.js'
import { seal, unseal } from '../secret/seal.js'
import type { SubjectId } from '../subject/subject-id.js'

const payloadForm = z.object({
  origin: z.object({ device: z.string().optional(), place: z.string().optional() }),
  notMeUrl: z.string(),
  until: z.number().optional(),
  codeUntil: z.number().optional(),
  destination: z.string().optional(),
  proofUrl: z.string().optional(),
  /** Messages with a code only. */
  code: z.string().optional(),
  action: z.string().optional(),
  bound: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
})

/** What the sealed part of any message may hold. */
export type MessagePayload = z.infer<typeof payloadForm>

/** A message without a code. */
export type Notice = Pick<NewMessage, 'subject' | 'to' | 'writing'> &
  Readonly<{
    kind: NoticeKind | 'contact-proof' | 'security-code'
    details?: Omit<MessagePayload, 'origin' | 'notMeUrl' | 'action' | 'bound'>
  }>

const noticeLife = 86_400_000

/** The notice as data for the outbox; it is dropped when it could not be sent for a day. */
export function noticeEffect(keys: KeyRing, { details = {}, ...notice }: Notice, now: Date): MessageEffect {
  return newMessage(keys, { ...notice, id: newId(), expiresAt: new Date(now.getTime() + noticeLife), details }, now)
}

/** The sealed part of a message; `undefined` when no key opens it. */
export function openPayload(
  keys: KeyRing,
  subject: string,
  { id, payload }: Pick<MessageEffect, 'id' | 'payload'>,
): MessagePayload | undefined {
  const opened = unseal(keys, 'message', ['message', subject, id], payload)
  return opened === undefined ? undefined : payloadForm.safeParse(JSON.parse(opened)).data
}

/** A call of an application's hook for the outbox. */
export function callEffect(
  keys: KeyRing,
  call: 'contactChanged' | 'endSessions',
  subject: SubjectId,
  content: object,
  now: Date,
): Effect {
  const id = newId()
  return {
    kind: 'call',
    id,
    due: now,
    tries: 0,
    madeAt: now,
    call,
    payload: seal(keys, 'message', ['call', subject, id], JSON.stringify(content)),
  }
}

/** What a call is about; `undefined` when no key opens it. */
export function openCall(
  keys: KeyRing,
  subject: string,
  { id, payload }: Readonly<{ id: string; payload: string }>,
): object | undefined {
  const opened = unseal(keys, 'message', ['call', subject, id], payload)
  return opened === undefined ? undefined : JSON.parse(opened)
}
