import { errors } from 'jose'
import type { Settings } from '../settings.js'

/** Says once, for each reason, why tokens of the issuer are refused and what to write. Says nothing of what stands in them. */
export type RefusalLog = (reason: string) => void

/** The reasons are ours, so that nobody fills a log. */
export function refusalLog({ log, issuer, audience, types }: Settings): RefusalLog {
  const lines: Readonly<Record<string, string>> = {
    aud: `A token was refused: its "aud" does not hold "${audience}". Have clients ask for this audience (RFC 8707: resource=${audience}), or correct audience.`,
    iss: `A token was refused: its "iss" is not "${issuer}". Write the issuer exactly as tokens name it.`,
    typ: `A token was refused: its "typ" is not ${types.join(' or ')}. Have the issuer follow RFC 9068, or write types: ['at+jwt', 'JWT'].`,
    alg: 'A token was refused: it is signed by an algorithm that is not among algorithms.',
    opaque:
      'A token was refused: it is no JWT. Write introspection: { clientId, clientSecret }, or have the issuer make JWTs.',
    bound:
      'A token was refused: it is bound to a key, and the address that DPoP proofs name is not known. Write publicUrl.',
    htu: 'A DPoP proof was refused: it names another address than this request has. Write publicUrl as clients see this API.',
  }
  const said = new Set<string>()

  return function sayOnce(reason) {
    const line = lines[reason]
    if (line === undefined || said.has(reason)) return
    said.add(reason)
    log.warn({ reason }, line)
  }
}

/** The reason in what jose threw, if it is one that a set-up may cause. */
export function reasonOf(error: unknown): string {
  if (error instanceof errors.JWTClaimValidationFailed) return error.claim
  return error instanceof errors.JOSEAlgNotAllowed ? 'alg' : ''
}
