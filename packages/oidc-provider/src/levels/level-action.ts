import type { ActionDefinition } from '@countersign/core'
import type { StepUpRung } from './ladder.js'

/** A sign-in that asks for more reads differently from a transaction (OWASP Transaction Authorization, 1.4). */
const words = {
  en: { name: 'sign-in', one: 'a sign-in that asks for more certainty', act: 'Confirm that it is me' },
  de: { name: 'Anmeldung', one: 'eine Anmeldung, die mehr Sicherheit verlangt', act: 'Bestätigen, dass ich es bin' },
} as const

/** A level as an action of Countersign: a window, since a level is good for whatever comes in its time. */
export function levelAction({ proves, level: { ttlSeconds } }: StepUpRung): ActionDefinition {
  return {
    requires: { level: proves, mode: 'window', ...(ttlSeconds !== undefined && { windowSeconds: ttlSeconds }) },
    words,
  }
}
