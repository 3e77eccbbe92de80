/**
 * How sure we are of the person, in order: `base` (signed in), `code` (one factor beyond the login), `two-factor` (two
 * classes that share no channel with each other or with what opened the session).
 */
export type Level = 'base' | 'code' | 'two-factor'

export const levels = ['base', 'code', 'two-factor'] as const satisfies readonly Level[]

/** Whether the first level is at least the second. */
export function reaches(level: Level, required: Level): boolean {
  return levels.indexOf(level) >= levels.indexOf(required)
}

/** The ways to prove that exist today. */
export type FactorKind = 'email-code'

/** Authentication method reference of RFC 8176. E-mail has no value of its own: a code by e-mail is `otp`. */
export type Amr = 'otp'

/** What a factor kind honestly is: its `amr`, and the highest level that it reaches alone (SP 800-63B-4, 3.1.3.1: e-mail is no second factor). */
export const factorKinds: Readonly<Record<FactorKind, Readonly<{ amr: readonly Amr[]; reachesAlone: Level }>>> = {
  'email-code': { amr: ['otp'], reachesAlone: 'code' },
}
