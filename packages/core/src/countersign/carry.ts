import type { Channel } from '../delivery/channel.js'
import type { Message, Origin } from '../delivery/message.js'
import { openAddress } from '../delivery/new-contact.js'
import { strangerLimits } from '../delivery/send-budget.js'
import type { CallEffect, MessageEffect } from '../outbox/effect.js'
import type { Actions } from '../policy/action.js'
import { actionInWords } from '../policy/words.js'
import type { Result } from '../relay/results.js'
import type { OneTimeCode } from '../secret/one-time-code.js'
import { Secret } from '../secret/secret.js'
import type { SecurityCode } from '../secret/security-code.js'
import { inTime } from '../subject/in-time.js'
import { applicationIdOf, type SubjectId } from '../subject/subject-id.js'
import type { CheckedParts } from './check-parts.js'
import { type MessagePayload, openCall, openPayload } from './notices.js'
import type { Parts } from './parts.js'

/** Carries out what a relay hands over: opens a message, asks the strangers' limits, renders and sends it; or calls a hook. Never throws. */
export function carrier(checked: CheckedParts, reportFault: (fault: unknown) => void) {
  return async function carry(
    subject: SubjectId,
    effect: MessageEffect | CallEffect,
    _now: Date,
    signal: AbortSignal,
  ): Promise<Result> {
    try {
      return effect.kind === 'message'
        ? await send(checked, subject, effect, signal, reportFault)
        : await call(checked, subject, effect)
    } catch (fault) {
      reportFault(fault)
      return { outcome: 'again', reason: 'threw' }
    }
  }
}

async function send(
  { parts, actions, keys }: CheckedParts,
  subject: SubjectId,
  effect: MessageEffect,
  signal: AbortSignal,
  reportFault: (fault: unknown) => void,
): Promise<Result> {
  const payload = openPayload(keys, subject, effect)
  const address = openAddress(keys, subject, effect)
  if (!payload || !address) return { outcome: 'unopenable' }
  const channel = parts.channels.find(({ kind }) => kind === effect.to)
  if (!channel) return { outcome: 'again', reason: 'no channel' }
  if (await isOverStrangerLimit(parts, effect)) return { outcome: 'dropped', reason: 'strangers limit' }
  return delivered(channel, composed(actions, effect, payload, address), signal, reportFault)
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

async function delivered(
  channel: Channel,
  message: Message,
  signal: AbortSignal,
  reportFault: (fault: unknown) => void,
): Promise<Result> {
  try {
    const delivery = await channel.send(message, signal)
    if (delivery.outcome === 'accepted') return { outcome: 'done' }
    if (delivery.outcome === 'refused') return { outcome: 'failed', reason: delivery.reason }
    return { outcome: 'again', reason: delivery.reason, admitted: true }
  } catch (fault) {
    reportFault(fault)
    return { outcome: 'again', reason: 'threw', admitted: true }
  }
}

function composed(
  actions: CheckedParts['actions'],
  effect: MessageEffect,
  payload: MessagePayload,
  address: Secret<string>,
): Message {
  const { id, to: kind, language, timeZone, madeAt: askedAt, expiresAt } = effect
  const notMeUrl = new Secret(payload.notMeUrl)
  const common = { id, to: { kind, address }, language, timeZone, askedAt, origin: originOf(payload), notMeUrl }
  const until = new Date(payload.until ?? 0)
  const code = new Secret(payload.code ?? '')
  switch (effect.message) {
    case 'code': {
      const definition = actions.get(payload.action ?? '') ?? { requires: 'nothing' }
      const action = actionInWords(definition, payload.bound ?? {}, language, 'message')
      return { ...common, kind: 'code', code: code as OneTimeCode, expiresAt, action }
    }
    case 'security-code':
      return { ...common, kind: 'security-code', code: code as SecurityCode, expiresAt }
    case 'contact-proof': {
      const proofUrl = new Secret(payload.proofUrl ?? '')
      const codeExpiresAt = new Date(payload.codeUntil ?? 0)
      return { ...common, kind: 'contact-proof', proofUrl, expiresAt, code: code as OneTimeCode, codeExpiresAt }
    }
    case 'contact-change-asked':
    case 'contact-changed':
    case 'contact-added':
    case 'contact-removed':
      return { ...common, kind: effect.message, destination: payload.destination ?? '' }
    default:
      return { ...common, kind: effect.message, until }
  }
}

function originOf({ origin: { device, place } }: MessagePayload): Origin {
  return { ...(device && { device }), ...(place && { place }) }
}

async function call({ parts, keys }: CheckedParts, subject: SubjectId, effect: CallEffect): Promise<Result> {
  const content = openCall(keys, subject, effect)
  if (!content) return { outcome: 'unopenable' }
  const about = { ...content, ...applicationIdOf(subject) }
  if (effect.call === 'endSessions')
    await parts.endSessions?.(about as Parameters<NonNullable<typeof parts.endSessions>>[0])
  else await parts.contactChanged?.(about as Parameters<NonNullable<typeof parts.contactChanged>>[0])
  return { outcome: 'done' }
}
