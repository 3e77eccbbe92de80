import { CountersignError } from '@countersign/core'
import type { Log } from '@countersign/core/door'
import { pino } from 'pino'
import { checkedLevels } from './demand/levels.js'
import { usedProofsInMemory } from './dpop/used-proofs.js'
import type { AcrLevel, IntrospectionOptions, ResourceServerOptions, UsedProofs } from './options.js'

/** What every part of a resource server works with, checked once. */
export type Settings = Readonly<{
  issuer: string
  audience: string
  levels: readonly AcrLevel[]
  jwksUri: URL | undefined
  algorithms: readonly string[]
  types: readonly string[]
  clockToleranceSeconds: number
  introspection: CheckedIntrospection | undefined
  dpop: DpopSettings | undefined
  fetch: typeof globalThis.fetch
  log: Log
}>

/** Opaque tokens: who we are, and where to ask. */
export type CheckedIntrospection = Omit<IntrospectionOptions, 'endpoint' | 'rememberSeconds'> &
  Readonly<{ endpoint: URL | undefined; rememberSeconds: number }>

/** Bound tokens: what proofs name as our address, and where their identifiers are kept. */
export type DpopSettings = Readonly<{ required: boolean; publicUrl: URL; usedProofs: UsedProofs }>

/** Every asymmetric one of RFC 7518 and RFC 8037. With a symmetric one, who can check a token can make one; `none` is no signature. */
export const asymmetricAlgorithms = [
  'ES256',
  'ES384',
  'ES512',
  'Ed25519',
  'EdDSA',
  'PS256',
  'PS384',
  'PS512',
  'RS256',
  'RS384',
  'RS512',
] as const

const known: Readonly<Record<keyof ResourceServerOptions, true>> = {
  issuer: true,
  audience: true,
  levels: true,
  jwksUri: true,
  algorithms: true,
  types: true,
  clockToleranceSeconds: true,
  introspection: true,
  dpop: true,
  publicUrl: true,
  usedProofs: true,
  fetch: true,
  log: true,
}

/**
 * @throws CountersignError `ERR_COUNTERSIGN_ISSUER`, `ERR_COUNTERSIGN_AUDIENCE`, `ERR_COUNTERSIGN_LEVELS`,
 * `ERR_COUNTERSIGN_TOKEN_OPTION`: each says what came and what to write.
 */
export function settingsOf(options: ResourceServerOptions): Settings {
  checkNames('requireToken()', options, Object.keys(known))
  const audience = checkedAudience(options.audience)
  return {
    issuer: checkedIssuer(options.issuer),
    audience,
    levels: checkedLevels(options.levels ?? []),
    jwksUri: checkedUrl('jwksUri', options.jwksUri),
    algorithms: checkedAlgorithms(options.algorithms ?? asymmetricAlgorithms),
    types: (options.types ?? ['at+jwt']).map(mediaType),
    clockToleranceSeconds: checkedSeconds('clockToleranceSeconds', options.clockToleranceSeconds ?? 5),
    introspection: options.introspection && checkedIntrospection(options.introspection),
    dpop: checkedDpop(options, audience),
    fetch: options.fetch ?? globalThis.fetch,
    log: options.log ?? pino({ name: 'countersign' }),
  }
}

/**
 * A name that nobody reads would be a check that nobody makes, such as `maxAge: 60`.
 * @throws CountersignError `ERR_COUNTERSIGN_TOKEN_OPTION`
 */
export function checkNames(where: string, options: object, names: readonly string[]): void {
  const stranger = Object.keys(options ?? {}).find((name) => !names.includes(name))
  if (stranger === undefined) return
  throw optionError(`${where} was given "${stranger}", which it does not know. It knows: ${names.join(', ')}.`)
}

/** `application/at+jwt` and `at+jwt` are the same (RFC 7515, 4.1.9). */
export function mediaType(type: string): string {
  return type.toLowerCase().replace(/^application\//, '')
}

function checkedIssuer(issuer: unknown): string {
  // RFC 8414, 2: a URL with https and neither query nor fragment.
  if (typeof issuer === 'string' && isSafeUrl(issuer) && !/[?#]/.test(issuer)) return issuer
  throw new CountersignError(
    'ERR_COUNTERSIGN_ISSUER',
    `The issuer is ${shown(issuer)}. Give it exactly as its tokens name it, with https (http on loopback only) and without query: issuer: 'https://id.bank.example'.`,
  )
}

function checkedAudience(audience: unknown): string {
  if (typeof audience === 'string' && audience !== '') return audience
  throw new CountersignError(
    'ERR_COUNTERSIGN_AUDIENCE',
    `The audience is ${shown(audience)}. Give what tokens for this API have in "aud": audience: 'https://api.bank.example'. Without it, a token for any other API would open this one.`,
  )
}

function checkedAlgorithms(algorithms: readonly string[]): readonly string[] {
  const usable: readonly string[] = asymmetricAlgorithms
  const wrong = algorithms.find((algorithm) => !usable.includes(algorithm))
  if (wrong === undefined && algorithms.length > 0) return algorithms
  throw optionError(`algorithms holds ${shown(wrong)}. Give asymmetric ones: ${usable.join(', ')}.`)
}

const mostSeconds = 60

function checkedSeconds(name: string, seconds: number): number {
  if (Number.isInteger(seconds) && seconds >= 0 && seconds <= mostSeconds) return seconds
  throw optionError(`${name} is ${shown(seconds)}. Give whole seconds from 0 to ${mostSeconds}.`)
}

function checkedIntrospection(options: IntrospectionOptions): CheckedIntrospection {
  checkNames('introspection', options, ['clientId', 'clientSecret', 'endpoint', 'rememberSeconds'])
  const { clientId, clientSecret, endpoint, rememberSeconds = 0 } = options
  if (!clientId || !clientSecret)
    throw optionError(
      "introspection lacks clientId or clientSecret. Give those of this API at the authorization server: introspection: { clientId: 'api', clientSecret: process.env.API_SECRET }.",
    )
  return {
    clientId,
    clientSecret,
    endpoint: checkedUrl('introspection.endpoint', endpoint),
    rememberSeconds: checkedSeconds('introspection.rememberSeconds', rememberSeconds),
  }
}

function checkedDpop(options: ResourceServerOptions, audience: string): DpopSettings | undefined {
  const { dpop = 'accepted', usedProofs = usedProofsInMemory() } = options
  if (dpop !== 'accepted' && dpop !== 'required')
    throw optionError(`dpop is ${shown(dpop)}. Write 'accepted' or 'required'.`)
  const publicUrl = checkedUrl('publicUrl', options.publicUrl) ?? originOf(audience)
  if (publicUrl) return { required: dpop === 'required', publicUrl, usedProofs }
  if (options.dpop === undefined) return undefined
  throw optionError(
    `dpop is '${dpop}', and proofs name the address of the API, which is not known. Write: publicUrl: 'https://api.bank.example'.`,
  )
}

/** An audience that is a URL says where the API is; its path may be that of a mount point, so that only the origin is taken. */
function originOf(audience: string): URL | undefined {
  return isSafeUrl(audience) ? new URL(new URL(audience).origin) : undefined
}

function checkedUrl(name: string, url: string | undefined): URL | undefined {
  if (url === undefined) return undefined
  if (typeof url === 'string' && isSafeUrl(url)) return new URL(url)
  throw optionError(`${name} is ${shown(url)}. Give a URL with https (http on loopback only).`)
}

/** What comes over plain http from elsewhere could be anybody's. */
export function isSafeUrl(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, hostname } = new URL(text)
  return protocol === 'https:' || (protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(hostname))
}

function optionError(message: string): CountersignError {
  return new CountersignError('ERR_COUNTERSIGN_TOKEN_OPTION', message)
}

function shown(value: unknown): string {
  return JSON.stringify(value) ?? String(value)
}
