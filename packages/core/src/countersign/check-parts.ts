import { pino } from 'pino'
import { factorKinds, reaches } from '../assurance/level.js'
import { challengeLimits } from '../challenge/challenge.js'
import { CountersignError } from '../errors.js'
import { factorOver } from '../factor/usable-factors.js'
import type { Actions } from '../policy/action.js'
import { defineActions } from '../policy/define-actions.js'
import { type KeyRing, keyRing, newKey } from '../secret/key-ring.js'
import { codeDigits } from '../secret/one-time-code.js'
import type { Log } from './log.js'
import type { Parts } from './parts.js'

/** Parts that were looked at once, with every default in its place. */
export type CheckedParts = Readonly<{
  parts: Parts<Actions>
  keys: KeyRing
  keysWereMade: boolean
  log: Log
  codeDigits: number
  codeSeconds: number
}>

/**
 * Looks at the parts and puts defaults in.
 * @throws CountersignError for the first part that cannot work, with what came and what to write.
 */
export function checkParts(parts: Parts<Actions>): CheckedParts {
  requireStore(parts)
  requireChannels(parts)
  requireActions(parts)
  defineActions(parts.actions)
  requireReachableLevels(parts)
  const keys = keysOf(parts)
  return {
    parts,
    keys: keys ?? keyRing(newKey()),
    keysWereMade: !keys,
    log: parts.log ?? pino({ name: 'countersign' }),
    ...codesOf(parts),
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

function requireReachableLevels({ actions, channels }: Parts<Actions>): void {
  const reachable = channels.map(({ kind }) => factorKinds[factorOver[kind]].reachesAlone)
  for (const [action, { requires }] of Object.entries(actions)) {
    if (requires === 'nothing' || reachable.some((level) => reaches(level, requires.level))) continue
    throw new CountersignError(
      'ERR_COUNTERSIGN_LEVEL_UNREACHABLE',
      `The action "${action}" requires level "${requires.level}", and no configured factor reaches it: ${channels.map(({ kind }) => factorOver[kind]).join(', ')} reach "code" at most (SP 800-63B-4, 3.1.3.1). Require level "code".`,
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

function requireWithin(setting: string, value: number, floor: number, cap: number, rule: string): void {
  if (Number.isInteger(value) && value >= floor && value <= cap) return
  throw new CountersignError(
    'ERR_COUNTERSIGN_LIMIT',
    `"${setting}: ${String(value)}" is not possible. Give a whole number from ${floor} to ${cap} (${rule}).`,
  )
}
