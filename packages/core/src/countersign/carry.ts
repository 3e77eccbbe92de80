import type { Channel } from '../delivery/channel.js'
import type { Message, Origin } from '../delivery/message.js'
import { openAddress } from '../delivery/new-contact.js'
import { strangerLimits } from '../delivery/send-budget.js'
import type { CallEffect, MessageEffect } from '../outbox/effect.js'
import type { Actions } from '../policy/action.js'
import { actionInWords } from '../policy/words.js'
import type { Result } from '../relay/results.js'
import type { KeyRing } from '../secret/key-ring.js'
import type { OneTimeCode } from '../secret/one-time-code.js'
import { Secret } from '../secret/secret.js'
import { inTime } from '../subject/in-time.js'
import { applicationIdOf, type SubjectId } from '../subject/subject-id.js'
import { type MessagePayload, openCall, openPayload } from './notices.js'
import type { Parts } from './parts.js'

/** Carries out what a relay hands over: opens a message, asks the strangers' limits, renders and sends it; or calls a hook. Never throws. */
export function carrier(parts: Parts<Actions>, keys: KeyRing) {
  return async function carry(
    subject: SubjectId,
    effect: MessageEffect | CallEffect,
    _now: Date,
    signal: AbortSignal,
  ): Promise<Result> {
    try {
      return effect.kind === 'message'
        ? await send(parts, keys, subject, effect, signal)
        : await call(parts, keys, subject, effect)
    } catch {
      return { outcome: 'again', reason: 'threw' }
    }
  }
}

async function send(
  parts: Parts<Actions>,
  keys: KeyRing,
  subject: SubjectId,
  effect: MessageEffect,
  signal: AbortSignal,
): Promise<Result> {
  const payload = openPayload(keys, subject, effect)
  const address = openAddress(keys, subject, effect)
  if (!payload || !address) return { outcome: 'unopenable' }
  const channel = parts.channels.find(({ kind }) => kind === effect.to)
  if (!channel) return { outcome: 'again', reason: 'no channel' }
  if (await isOverStrangerLimit(parts, effect)) return { outcome: 'dropped', reason: 'strangers limit' }
  return delivered(channel, composed(parts.actions, effect, payload, address), signal)
}

/** Asked until they answered once; a refusal looks to the outside like an accepted message. */
async function isOverStrangerLimit(
  { store }: Parts<Actions>,
  { stranger, admitted, recipient }: MessageEffect,
): Promise<boolean> {
  if (!stranger || admitted) return false
  return !(await inTime(store.limits.take(`stranger:${recipient}`, strangerLimits), limitsPatience, 'No limits.'))
}

const limitsPatience = 5000

async function delivered(channel: Channel, message: Message, signal: AbortSignal): Promise<Result> {
  try {
    const delivery = await channel.send(message, signal)
    if (delivery.outcome === 'accepted') return { outcome: 'done' }
    if (delivery.outcome === 'refused') return { outcome: 'failed', reason: delivery.reason }
    return { outcome: 'again', reason: delivery.reason, admitted: true }
  } catch {
    return { outcome: 'again', reason: 'threw', admitted: true }
  }
}

function composed(actions: Actions, effect: MessageEffect, payload: MessagePayload, address: Secret<string>): Message {
  const { id, to: kind, language, timeZone, madeAt: askedAt, expiresAt } = effect
  const notMeUrl = new Secret(payload.notMeUrl)
  const common = { id, to: { kind, address }, language, timeZone, askedAt, origin: originOf(payload), notMeUrl }
  if (effect.message === 'locked') return { ...common, kind: 'locked', until: new Date(payload.until ?? 0) }
  if (effect.message === 'contact-proof')
    return { ...common, kind: 'contact-proof', proofUrl: new Secret(payload.proofUrl ?? ''), expiresAt }
  if (effect.message !== 'code') return { ...common, kind: effect.message, destination: payload.destination ?? '' }

  const definition = actions[payload.action ?? ''] ?? { requires: 'nothing' }
  const code = new Secret(payload.code ?? '') as OneTimeCode
  return {
    ...common,
    kind: 'code',
    code,
    expiresAt,
    action: actionInWords(definition, payload.bound ?? {}, language, 'message'),
  }
}

function originOf({ origin: { device, place } }: MessagePayload): Origin {
  return { ...(device && { device }), ...(place && { place }) }
}

async function call(parts: Parts<Actions>, keys: KeyRing, subject: SubjectId, effect: CallEffect): Promise<Result> {
  const content = openCall(keys, subject, effect)
  if (!content) return { outcome: 'unopenable' }
  const about = { ...content, ...applicationIdOf(subject) }
  if (effect.call === 'endSessions')
    await parts.endSessions?.(about as Parameters<NonNullable<typeof parts.endSessions>>[0])
  else await parts.contactChanged?.(about as Parameters<NonNullable<typeof parts.contactChanged>>[0])
  return { outcome: 'done' }
}
