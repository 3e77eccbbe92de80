import type { SecurityCode } from '../secret/security-code.js'
import type { SlowDigest } from '../secret/slow-digest.js'
import type { Engine } from './engine.js'

/** A typed code that was compared with a digest; `renewed` is a newer digest of it, where that one is of an older key or cost. */
export type CheckedCode = Readonly<{ digest: SlowDigest; matches: boolean; renewed?: SlowDigest }>

/**
 * Compares a typed code with a subject's digest, once for each digest: a decision that has to be made anew pays no second
 * hash unless salt or cost have changed meanwhile.
 */
export function codeChecker({ code: { hashing } }: Engine, subject: string, typed: SecurityCode | undefined) {
  let last: CheckedCode | undefined

  return async function check(
    code: Readonly<{ id: string; digest: SlowDigest }> | undefined,
  ): Promise<CheckedCode | undefined> {
    if (!typed || !code) return undefined
    if (last?.digest === code.digest) return last
    const place = { subject, id: code.id }
    const matches = await hashing.matches(code.digest, place, typed)
    const outdated = matches && !hashing.isCurrent(code.digest)
    last = { digest: code.digest, matches, ...(outdated && { renewed: await hashing.digest(place, typed) }) }
    return last
  }
}
