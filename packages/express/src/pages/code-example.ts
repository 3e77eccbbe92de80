import type { CodeFormat } from '@countersign/core'

const characters = { 'letters-and-digits': '7KQ4M2XR9T3WB8HN6CDV', digits: '40718293655028461937' } as const

/** What a security code looks like, in two groups. It is nobody's. */
export function exampleOf({ alphabet, length }: CodeFormat): string {
  const code = characters[alphabet].slice(0, length)
  const half = Math.ceil(length / 2)
  return `${code.slice(0, half)}-${code.slice(half)}`
}
