import type { ActionName, Actions, Bound, ContactAddress, Countersign, Level } from '@countersign/core'
import type { Page, StepUpOptions } from '@countersign/express/door'
import type { Request, Response } from 'express'
import type { KoaContextWithOIDC } from 'oidc-provider'

/** A value, or a promise of it. */
export type Awaitable<T> = T | Promise<T>

/** An authentication context class, by the `acr` that relying parties ask for and get. */
export type AcrLevel = Readonly<{
  acr: string
  /** Reached by answering with a code. Without it, the level is the login's to give, or nobody's. */
  stepUp?: boolean
  /** What the code has to prove, in Countersign's levels [`'code'`]. */
  level?: Exclude<Level, 'base'>
  /** Seconds that a step-up lasts; afterwards the session falls back to the first level [300, at most 900 ]. */
  ttlSeconds?: number
  /** Windowed actions of the application: who confirmed one at an Express guard may be raised to this level by `raise`. */
  raisedBy?: readonly string[]
}>

/** What one authorization request asks of the person's authentication. */
export type Demand = Readonly<{
  /** The `acr` values that would do, the preferred one first. */
  wanted?: readonly string[]
  /** Without one of them the request fails. */
  essential: boolean
  /** Seconds that the last authentication may be old. */
  maxAge?: number
  /** Where it comes from. An essential `claims` request is answered with exactly what it asked for (OIDC Core 5.5.1.1). */
  source: 'claims' | 'acr_values' | 'policy'
  /** `authorization_details` of types that need a confirmation. */
  transaction?: readonly TransactionDetail[]
}>

/** One entry of `authorization_details` (RFC 9396, 2). */
export type TransactionDetail = Readonly<{ type: string; [member: string]: unknown }>

/** How one type of `authorization_details` is confirmed: by a one-shot action that binds what it says. */
export type TransactionType<A extends Actions> = {
  [N in ActionName<A>]: Readonly<{
    action: N
    /** The action's fields out of the detail. What it throws is `invalid_authorization_details`. */
    bind: (detail: TransactionDetail) => Bound<A, N>
  }>
}[ActionName<A>]

/** A sign-in as `openedBy` is asked about. */
export type OpenedSession = Readonly<{ accountId: string; sessionUid: string; amr: readonly string[] }>

/** What `render` gets to show: the page as data, with the status of the answer and the interaction's uid. */
export type StepUpView = Readonly<{ status: number; page: Page; uid: string | undefined }>

/** How step-up stands in one OpenID provider. Only `countersign` and `levels` are needed. */
export type OidcStepUpOptions<A extends Actions = Actions> = Readonly<{
  /** The same as behind Express and Passport. Not started yet. */
  countersign: Countersign<A>
  /** Ordered, the weakest first: the first one is what a login without `acr` gives. */
  levels: readonly [AcrLevel, AcrLevel, ...AcrLevel[]]
  /** Whether `acr_values` have to be met (RFC 9470, 5) or are a wish (OIDC Core 3.1.2.1) [`'required'`]. */
  acrValues?: 'required' | 'voluntary'
  /** What satisfies `max_age`: a code, which then sets `auth_time`, or the login alone [`'code'`]. */
  reauthenticateWith?: 'code' | 'login'
  /** The error of a demand that cannot be met [`'unmet_authentication_requirements'`]. */
  unmetError?: 'unmet_authentication_requirements' | 'access_denied'
  /** The server's own policy: gives back what is to be asked, such as a minimum for a client, a scope or an amount. */
  demand?: (context: KoaContextWithOIDC, requested: Demand) => Awaitable<Demand>
  /** Whether this person may reach this level at all [everybody who has a factor for it]. */
  eligible?: (context: KoaContextWithOIDC, accountId: string, level: AcrLevel) => Awaitable<boolean>
  /** Types of `authorization_details` that are confirmed one by one, whatever level the session has. */
  transactions?: Readonly<Record<string, TransactionType<A>>>
  /** Where `router` is, as the browser sees it [`'/step-up'`]. */
  path?: string
  /** What opened the session. Say it where a link or a code by mail signs people in (R-24) [unknown]. */
  openedBy?: (session: OpenedSession) => Awaitable<'password' | ContactAddress | undefined>
  /** Shows pages of your own instead of ours. */
  render?: (request: Request, response: Response, view: StepUpView) => Awaitable<void>
}> &
  Pick<StepUpOptions, 'language' | 'timeZone' | 'theme' | 'origins' | 'clientLimits'>
