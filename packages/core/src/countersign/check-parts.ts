import { pino } from 'pino'
import { type FactorKind, levelOf, reaches } from '../assurance/level.js'
import { challengeLimits } from '../challenge/challenge.js'
import { type CodeDelivery, type CodeLife, codeNumbers } from '../code/code-record.js'
import { CountersignError } from '../errors.js'
import { factorOver } from '../factor/usable-factors.js'
import type { ActionDefinition, Actions } from '../policy/action.js'
import { defineActions } from '../policy/define-actions.js'
import { ownActions, ownPrefix } from '../policy/own-actions.js'
import { type KeyRing, keyRing, newKey } from '../secret/key-ring.js'
import { codeDigits } from '../secret/one-time-code.js'
import type { CodeFormat } from '../secret/security-code.js'
import { securityCodeLength } from '../secret/security-code.js'
import { type HashCost, hashCost } from '../secret/slow-digest.js'
import type { Log } from './log.js'
import type { Parts, SecurityCodeSettings } from './parts.js'

/** Parts that were looked at once, with every default in its place. */
export type CheckedParts = Readonly<{
  parts: Parts<Actions>
  /** The application's and our own, and what doors declare before the start. */
  actions: Map<string, ActionDefinition>
  keys: KeyRing
  keysWereMade: boolean
  log: Log
  codeDigits: number
  codeSeconds: number
  securityCode: CheckedSecurityCode
}>

/** How security codes are made; also where nobody gets one, since documents may still hold some. */
export type CheckedSecurityCode = Readonly<{
  format: CodeFormat
  delivery: CodeDelivery
  life: CodeLife
  cost: HashCost
}>

/**
 * Looks at the parts and puts defaults in.
 * @throws CountersignError for the first part that cannot work, with what came and what to write.
 */
export function checkParts(parts: Parts<Actions>): CheckedParts {
  requireStore(parts)
  requireChannels(parts)
  requireActions(parts)
  requireOwnNames(parts)
  defineActions(parts.actions)
  requireReachableLevels(parts, parts.actions)
  const keys = keysOf(parts)
  return {
    parts,
    actions: new Map(Object.entries<ActionDefinition>({ ...parts.actions, ...ownActions })),
    keys: keys ?? keyRing(newKey()),
    keysWereMade: !keys,
    log: parts.log ?? pino({ name: 'countersign' }),
    ...codesOf(parts),
    securityCode: securityCodeOf(parts.securityCode),
  }
}

function requireStore({ store }: Parts<Actions>): void {
  if (typeof store === 'object' && store?.subjects && store.audit && store.limits) return
  throw new CountersignError(
    'ERR_COUNTERSIGN_NO_STORE',
    `"store" is ${store === undefined ? 'missing' : 'not a store'}. Write "store: memoryStore()" from @countersign/memory to try it out, or "store: mongooseStore(mongoose.connection)" from @countersign/mongoose.`,
  )
}

function requireChannels({ channels }: Parts<Actions>): void {
  if (
    Array.isArray(channels) &&
    channels.length > 0 &&
    channels.every((channel) => typeof channel?.send === 'function')
  )
    return
  throw new CountersignError(
    'ERR_COUNTERSIGN_NO_CHANNEL',
    '"channels" holds nothing that can send. Write "channels: [emailChannel({ smtp, from })]" from @countersign/email.',
  )
}

function requireActions({ actions }: Parts<Actions>): void {
  if (typeof actions === 'object' && actions !== null) return
  throw new CountersignError(
    'ERR_COUNTERSIGN_ACTION',
    `"actions" is ${actions === undefined ? 'missing' : 'no object of actions'}. Write "actions: { 'notes.open': { requires: { level: 'code', mode: 'window' } } }".`,
  )
}

function requireOwnNames({ actions }: Parts<Actions>): void {
  const taken = Object.keys(actions).find((action) => action.startsWith(ownPrefix))
  if (taken === undefined) return
  throw new CountersignError(
    'ERR_COUNTERSIGN_ACTION',
    `The action "${taken}" begins with "${ownPrefix}", as Countersign's own do. Give it another name.`,
  )
}

/** @throws CountersignError `ERR_COUNTERSIGN_LEVEL_UNREACHABLE` when no configured factors together reach what one of the actions requires. */
export function requireReachableLevels(
  { channels, securityCode }: Pick<Parts<Actions>, 'channels' | 'securityCode'>,
  actions: Actions,
): void {
  const delivered = channels.map(({ kind }) => factorOver[kind])
  const configured: readonly FactorKind[] = securityCode ? [...delivered, 'security-code'] : delivered
  for (const [action, { requires }] of Object.entries(actions)) {
    if (requires === 'nothing') continue
    const taken = requires.factors?.filter((kind) => configured.includes(kind)) ?? configured
    if (reaches(levelOf(taken), requires.level)) continue
    throw new CountersignError(
      'ERR_COUNTERSIGN_LEVEL_UNREACHABLE',
      `The action "${action}" requires level "${requires.level}", and what is configured for it (${taken.join(', ') || 'no factor'}) reaches "${levelOf(taken)}" at most (SP 800-63B-4, 3.1.3.1). Require level "code", or configure what is missing, such as "securityCode: {}" for level "two-factor".`,
    )
  }
}

function keysOf({ keys, store }: Parts<Actions>): KeyRing | undefined {
  if (typeof keys === 'string') return keyRing(keys)
  if (keys) return keys
  if (store.volatile && process.env.NODE_ENV !== 'production') return undefined
  throw new CountersignError(
    'ERR_COUNTERSIGN_KEYS_MISSING',
    'There are no keys, and they have to outlive this process. Run "npx @countersign/cli keys new", keep what it prints where only this program reads it, and pass it as "keys: process.env.COUNTERSIGN_KEYS".',
  )
}

function codesOf({ codes = {} }: Parts<Actions>): Pick<CheckedParts, 'codeDigits' | 'codeSeconds'> {
  const { digits = codeDigits.default, validSeconds = challengeLimits.codeSeconds.default } = codes
  requireWithin('codes.digits', digits, codeDigits.floor, codeDigits.cap, 'R-02; SP 800-63B-4, 3.1.3.2')
  requireWithin('codes.validSeconds', validSeconds, 30, challengeLimits.codeSeconds.cap, 'R-03; SP 800-63B-4, 3.1.3.2')
  return { codeDigits: digits, codeSeconds: validSeconds }
}

function securityCodeOf(settings: SecurityCodeSettings = {}): CheckedSecurityCode {
  const { alphabet = 'letters-and-digits', length = securityCodeLength.default, delivery = 'pickup' } = settings
  const { validDays = codeNumbers.validDays.default, graceDays = codeNumbers.graceDays.default, renewDays } = settings
  const { memoryKiB = hashCost.default.memoryKiB, passes = hashCost.default.passes } = settings.hashing ?? {}
  const { floor, cap } = hashCost
  requireOneOf('securityCode.alphabet', alphabet, ['letters-and-digits', 'digits'])
  requireOneOf('securityCode.delivery', delivery, ['pickup', 'direct'])
  requireWithin('securityCode.length', length, securityCodeLength.floor, securityCodeLength.cap, 'SP 800-63B-4, 3.1.2')
  requireWithin(
    'securityCode.validDays',
    validDays,
    codeNumbers.validDays.floor,
    codeNumbers.validDays.cap,
    'SP 800-63B-4, 4.4',
  )
  requireWithin(
    'securityCode.graceDays',
    graceDays,
    codeNumbers.graceDays.floor,
    codeNumbers.graceDays.cap,
    'SP 800-63B-4, 4.4',
  )
  if (renewDays !== undefined)
    requireWithin('securityCode.renewDays', renewDays, 1, validDays - 1, 'no earlier than it began')
  requireWithin('securityCode.hashing.memoryKiB', memoryKiB, floor.memoryKiB, cap.memoryKiB, 'R-59')
  requireWithin('securityCode.hashing.passes', passes, floor.passes, cap.passes, 'R-59')
  return {
    format: { alphabet, length },
    delivery,
    life: { validDays, graceDays, ...(renewDays !== undefined && { renewDays }) },
    cost: { memoryKiB, passes },
  }
}

function requireOneOf(setting: string, value: string, possible: readonly string[]): void {
  if (possible.includes(value)) return
  throw new CountersignError(
    'ERR_COUNTERSIGN_LIMIT',
    `"${setting}: ${String(value)}" is not possible. Give ${possible.map((one) => `"${one}"`).join(' or ')}.`,
  )
}

function requireWithin(setting: string, value: number, floor: number, cap: number, rule: string): void {
  if (Number.isInteger(value) && value >= floor && value <= cap) return
  throw new CountersignError(
    'ERR_COUNTERSIGN_LIMIT',
    `"${setting}: ${String(value)}" is not possible. Give a whole number from ${floor} to ${cap} (${rule}).`,
  )
}
