import { errors } from 'oidc-provider'

/** What `claims.id_token.acr` asks for. */
export type AcrClaim = Readonly<{ wanted: readonly string[]; essential: boolean }>

/**
 * The `acr` that a `claims` parameter asks of the ID token; none where it asks for no value. That of `claims.userinfo` is no
 * demand. Read from the parameter itself: the library forgets an essential one as soon as there are `acr_values`.
 *
 * @throws errors.InvalidRequest for one that cannot mean anything (OIDC Core 5.5.1).
 */
export function acrClaimOf(claims: unknown): AcrClaim | undefined {
  const acr = memberOf(memberOf(claims, 'id_token'), 'acr')
  if (acr === undefined || acr === null) return undefined
  if (!isObject(acr)) throw new errors.InvalidRequest('claims.id_token.acr must be null or an object')
  const { value, values } = acr
  if (value !== undefined && !isAcr(value))
    throw new errors.InvalidRequest('claims.id_token.acr.value must be a string')
  if (values !== undefined && !(Array.isArray(values) && values.length > 0 && values.every(isAcr)))
    throw new errors.InvalidRequest('claims.id_token.acr.values must be an array of strings')
  const wanted: readonly string[] = value === undefined ? (values ?? []) : [value, ...(values ?? [])]
  // "true" in quotes is meant as essential by whoever writes it, and by the library.
  return wanted.length > 0 ? { wanted, essential: Boolean(acr.essential) } : undefined
}

/** The same of the parameter as it was sent. What is no JSON was refused before. */
export function acrClaimIn(parameter: unknown): AcrClaim | undefined {
  return typeof parameter === 'string' ? acrClaimOf(JSON.parse(parameter)) : undefined
}

function memberOf(value: unknown, name: string): unknown {
  return isObject(value) ? value[name] : undefined
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isAcr(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}
