import type { Log } from '@countersign/core/door'

/** A value, or a promise of it. */
export type Awaitable<T> = T | Promise<T>

/** A level of authentication as the authorization server names it. The list of levels goes from the weakest to the strongest. */
export type AcrLevel = Readonly<{
  /** What tokens carry and clients ask for, such as `urn:example:level:2`. */
  acr: string
  /**
   * For so long after `auth_time` the level counts; an older token counts as the weakest one. A refresh token goes on making tokens of
   * the level that it was given for (RFC 9068, 2.2.1), so that only the age ends it.
   */
  ttlSeconds?: number
  /** What the extension of `oidc-provider` reads; it says nothing here. */
  stepUp?: boolean
}>

/** The `acr` values of a list of levels, so that a misspelt one does not compile. */
export type AcrOf<Levels extends readonly AcrLevel[]> = Levels[number]['acr']

/** What a guard asks of the authentication behind a token: a level, an age, or both. */
export type Demand<Acr extends string = string> = Readonly<
  | { acr: Acr /** At least 10: who is slower would be asked again and again. */; maxAgeSeconds?: number }
  | { acr?: Acr; maxAgeSeconds: number }
>

/** How opaque tokens are looked up (RFC 7662). The credentials are those of this API at the authorization server. */
export type IntrospectionOptions = Readonly<{
  clientId: string
  clientSecret: string
  /** [`introspection_endpoint` of the issuer's metadata] */
  endpoint?: string
  /** For so long an answer is believed without asking again, so that a revoked token may work so much longer [0]; at most 60. */
  rememberSeconds?: number
}>

/**
 * Where the identifiers of DPoP proofs are kept, so that none is taken twice (RFC 9449, 11.1). Give one that all processes share
 * where there are several: by itself, each process knows only those that it saw.
 */
export interface UsedProofs {
  /** Whether this is the first use; one call of two at the same time is. What it throws is answered with 503. */
  firstUse(id: string, rememberSeconds: number): Awaitable<boolean>
}

/** Whose tokens an API takes. Only `issuer` and `audience` are needed, and `levels` where a guard asks for an `acr`. */
export type ResourceServerOptions<Levels extends readonly AcrLevel[] = readonly AcrLevel[]> = Readonly<{
  /** The issuer exactly as its tokens name it. Its metadata say where its keys are. `http:` on loopback only. */
  issuer: string
  /** What `aud` has to contain: this API, as the authorization server knows it. */
  audience: string
  /** All levels, weakest first. */
  levels?: Levels
  /** [`jwks_uri` of the issuer's metadata] */
  jwksUri?: string
  /** Signature algorithms, asymmetric ones [all that are]. */
  algorithms?: readonly string[]
  /** `typ` of the tokens [`at+jwt`]. An issuer that does not follow RFC 9068 needs `['at+jwt', 'JWT']`: its ID tokens then differ by `aud` only. */
  types?: readonly string[]
  /** Clocks may differ by so much when a token begins and ends [5]; at most 60. */
  clockToleranceSeconds?: number
  /** Takes opaque tokens, too. */
  introspection?: IntrospectionOptions
  /** Whether tokens have to be bound to a key of the client [`'accepted'`, where `publicUrl` is known]. */
  dpop?: 'accepted' | 'required'
  /** Where `/` of this program is for its clients, which DPoP proofs name [the origin of `audience`, if it is a URL]. */
  publicUrl?: string
  /** [in this process] */
  usedProofs?: UsedProofs
  /** Reaches the authorization server; for proxies and client certificates [`globalThis.fetch`]. */
  fetch?: typeof globalThis.fetch
  /** Hears, once each, why tokens are refused and what to write, and when the issuer does not answer [pino]. */
  log?: Log
}>
