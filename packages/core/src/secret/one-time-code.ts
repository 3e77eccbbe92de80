import { randomInt } from 'node:crypto'
import { Secret } from './secret.js'

declare const oneTime: unique symbol

/** A code made for one challenge and delivered for it (SP 800-63B: out-of-band secret). Never the same type as a lasting security code. */
export type OneTimeCode = Secret<string> & { readonly [oneTime]: true }

/** Digits in a one-time code: 8 unless configured; SP 800-63B-4, 3.1.3.2 and R-02 put the floor at 6. */
export const codeDigits = { default: 8, floor: 6, cap: 12 } as const

/** A code of so many decimal digits, each from the operating system's generator, uniform, leading zeros kept. */
export function newOneTimeCode(digits: number): OneTimeCode {
  let code = ''
  for (let place = 0; place < digits; place++) code += randomInt(10)
  return new Secret(code) as OneTimeCode
}

/**
 * What a person typed as a code, or `undefined` when it cannot be one: spaces and hyphens are forgiven, anything but a
 * text of exactly so many ASCII digits is not, and such input is never compared.
 */
export function readOneTimeCode(input: unknown, digits: number): OneTimeCode | undefined {
  if (typeof input !== 'string' || input.length > 4 * digits) return undefined
  const code = input.replace(/[\s\u00ad\u2010-\u2015-]/g, '')
  return code.length === digits && /^[0-9]+$/.test(code) ? (new Secret(code) as OneTimeCode) : undefined
}
