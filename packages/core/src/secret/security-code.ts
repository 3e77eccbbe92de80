import { randomInt } from 'node:crypto'
import { Secret } from './secret.js'

declare const lasting: unique symbol

/** A person's own code, made by us, that lasts until it is replaced, revoked or expired. Never the same type as a one-time code. */
export type SecurityCode = Secret<string> & { readonly [lasting]: true }

/** Of what a security code is made: letters and digits of Crockford's base32 (50 bits in ten of them), or digits alone. */
export type CodeFormat = Readonly<{ alphabet: 'letters-and-digits' | 'digits'; length: number }>

/** Characters of a security code: 10 unless configured; the floor is 8 decimal digits (26 bits). */
export const securityCodeLength = { default: 10, floor: 8, cap: 20 } as const

/** Crockford's base32: no I, L, O and U, so that nothing is read as something else. */
const alphabets = { 'letters-and-digits': '0123456789ABCDEFGHJKMNPQRSTVWXYZ', digits: '0123456789' } as const

/** A code of the format, each character from the operating system's generator, uniform. */
export function newSecurityCode({ alphabet, length }: CodeFormat): SecurityCode {
  const characters = alphabets[alphabet]
  let code = ''
  for (let place = 0; place < length; place++) code += characters.charAt(randomInt(characters.length))
  return new Secret(code) as SecurityCode
}

/**
 * What a person typed as a security code, or `undefined` when it cannot be one. Case, spaces and hyphens are forgiven, `O`
 * stands for `0`, `I` and `L` for `1` (Crockford, "Decode Symbol"); what is no text of the format is never compared.
 */
export function readSecurityCode(input: unknown, { alphabet, length }: CodeFormat): SecurityCode | undefined {
  if (typeof input !== 'string' || input.length > 4 * length) return undefined
  const code = input
    .replace(/[\s\u00ad\u2010-\u2015-]/g, '')
    .toUpperCase()
    .replace(/O/g, '0')
    .replace(/[IL]/g, '1')
  const characters = alphabets[alphabet]
  const isOne = code.length === length && [...code].every((character) => characters.includes(character))
  return isOne ? (new Secret(code) as SecurityCode) : undefined
}

/** The code as it is shown to its owner: two groups, `7KQ4M-2XR9T`. */
export function inGroups(code: SecurityCode): string {
  const text = code.reveal()
  const half = Math.ceil(text.length / 2)
  return `${text.slice(0, half)}-${text.slice(half)}`
}
