/** The levels of the demo, by the `acr` that relying parties ask for: a password, a code on top of it, and one that nobody reaches. */
export const acr = {
  password: 'urn:example:level:1',
  code: 'urn:example:level:2',
  nobody: 'urn:example:level:3',
} as const

/** Ordered, the weakest first. What a code reached lasts for ten minutes. */
export const levels = [
  { acr: acr.password },
  { acr: acr.code, stepUp: true, ttlSeconds: 600 },
  { acr: acr.nobody },
] as const
