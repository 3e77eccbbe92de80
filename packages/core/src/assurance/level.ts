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

/** The ways to prove that exist today: a one-time code delivered by e-mail, and the person's own lasting code. */
export type FactorKind = 'email-code' | 'security-code'

/** Authentication method reference of RFC 8176. E-mail has no value of its own: a code by e-mail is `otp`. */
export type Amr = 'otp' | 'pin' | 'mfa'

/** What a factor kind honestly is: its `amr`, and its class (SP 800-63-4: something you know, something you have). */
export const factorKinds: Readonly<Record<FactorKind, Readonly<{ amr: Amr; class: 'delivered' | 'known' }>>> = {
  'email-code': { amr: 'otp', class: 'delivered' },
  'security-code': { amr: 'pin', class: 'known' },
}

/**
 * The level that these kinds reach together, when none of them shares a channel with another or with what opened the
 * session: one is `code` whichever it is (SP 800-63B-4, 3.1.3.1: e-mail is no second factor), two of one class are one.
 */
export function levelOf(kinds: readonly FactorKind[]): Level {
  const classes = new Set(kinds.map((kind) => factorKinds[kind].class))
  return classes.size === 0 ? 'base' : classes.size === 1 ? 'code' : 'two-factor'
}

/** What was used, as a token says it; `mfa` only where the level is reached by two classes (RFC 8176, 2). */
export function amrOf(kinds: readonly FactorKind[]): readonly Amr[] {
  const used = [...new Set(kinds.map((kind) => factorKinds[kind].amr))]
  return levelOf(kinds) === 'two-factor' ? [...used, 'mfa'] : used
}
