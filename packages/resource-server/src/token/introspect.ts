import { type Asked, askIssuer } from '../issuer/ask-issuer.js'
import type { IssuerMetadata } from '../issuer/issuer-metadata.js'
import { IssuerUnavailable } from '../issuer/issuer-unavailable.js'
import type { Kept } from '../issuer/kept.js'
import type { CheckedIntrospection, Settings } from '../settings.js'
import { accessTokenOf } from './access-token.js'
import type { RefusalLog } from './refusal-log.js'
import type { Verification } from './verification.js'

/** Asks the authorization server about an opaque token. @throws IssuerUnavailable when it gives no certain answer. */
export type Introspect = (token: string) => Promise<Verification>

/** Introspection as RFC 7662 has it. */
export function introspector(
  settings: Settings,
  introspection: CheckedIntrospection,
  metadata: Kept<IssuerMetadata>,
  say: RefusalLog,
): Introspect {
  const authorization = basicCredentials(introspection)

  return async function introspect(token) {
    const endpoint = introspection.endpoint ?? (await metadata.get()).introspectionEndpoint
    const answer = endpoint && (await askIssuer(settings, endpoint, questionAbout(token)))
    if (!answer) throw new IssuerUnavailable('The authorization server has no introspection endpoint.')
    return verdictOn(answer)
  }

  function questionAbout(token: string): RequestInit {
    return {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ token, token_type_hint: 'access_token' }).toString(),
    }
  }

  function verdictOn(answer: NonNullable<Asked>): Verification {
    // RFC 7662, 2.2 leaves `aud` and `iss` to the server; a token that is not for us by name is for somebody else.
    const isOurs = answer.active === true && isFor(answer.aud) && (answer.iss ?? settings.issuer) === settings.issuer
    if (answer.active === true && !isOurs) say(isFor(answer.aud) ? 'iss' : 'aud')
    const token = isOurs && isInTime(answer) ? accessTokenOf(answer) : undefined
    return token
      ? { outcome: 'verified', token, untilSeconds: untilOf(answer), keys: undefined }
      : { outcome: 'invalid' }
  }

  function isFor(audience: unknown): boolean {
    return Array.isArray(audience) ? audience.includes(settings.audience) : audience === settings.audience
  }

  function isInTime({ exp, nbf }: NonNullable<Asked>): boolean {
    const now = Date.now() / 1000
    const tolerance = settings.clockToleranceSeconds
    return (exp === undefined || Number(exp) + tolerance > now) && (nbf === undefined || Number(nbf) - tolerance <= now)
  }

  function untilOf({ exp }: NonNullable<Asked>): number {
    const until = Date.now() / 1000 + introspection.rememberSeconds
    return typeof exp === 'number' ? Math.min(until, exp + settings.clockToleranceSeconds) : until
  }
}

/** RFC 6749, 2.3.1: both are form-encoded before they are joined. */
function basicCredentials({ clientId, clientSecret }: CheckedIntrospection): string {
  const [id, secret] = [clientId, clientSecret].map((text) =>
    new URLSearchParams({ text }).toString().slice('text='.length),
  )
  return `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`
}

/** Whether a token looks like a JWT that is signed: introspection is for the others. */
export function looksLikeJwt(token: string): boolean {
  if (!hasThreeParts(token)) return false
  try {
    const header: unknown = JSON.parse(Buffer.from(token.slice(0, token.indexOf('.')), 'base64url').toString())
    return typeof header === 'object' && header !== null && 'alg' in header
  } catch {
    return false
  }
}

/** Whether a token can be a signed JWT at all (RFC 7515, 7.1). */
export function hasThreeParts(token: string): boolean {
  const first = token.indexOf('.')
  const second = token.indexOf('.', first + 1)
  return first > 0 && second > first && !token.includes('.', second + 1)
}
