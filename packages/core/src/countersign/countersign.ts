import type { Amr, FactorKind, Level } from '../assurance/level.js'
import type { ClosedWhy } from '../audit/audit-event.js'
import type { DeliveryState } from '../challenge/challenge.js'
import type { ContactAddress, ContactKind } from '../delivery/contact.js'
import type { Language, Origin } from '../delivery/message.js'
import type { ActionName, Actions, Bound, BoundValues } from '../policy/action.js'
import type { SubjectRef } from '../subject/subject-id.js'

/** A signed-in person: the application's user id, and a text that lives from sign-in to sign-out. */
export type Whom = Readonly<{
  subject: SubjectRef
  /** At least as unguessable as the session itself; stays the same when the session's id rotates. */
  session: string
  /** What opened the session. What opened it cannot also raise it; unknown counts as a password for level `code`. */
  openedBy?: 'password' | ContactAddress
}>

/** From where and in which words somebody is asked. */
export type Asking = Readonly<{ language?: Language; timeZone?: string; origin?: Origin }>

/** One request for an action. */
export type Situation<A extends Actions, N extends ActionName<A>> = Whom &
  Asking &
  Readonly<{
    action: N
    /** Elevation tokens that came with the request, the decisive one first. */
    elevations?: readonly string[]
  }> &
  (A[N] extends { readonly binds: infer B }
    ? keyof B extends never
      ? { readonly bound?: NoField }
      : { readonly bound: Bound<A, N> }
    : { readonly bound?: NoField })

/** Bound fields of an action that binds none: `{}` and nothing else. */
type NoField = Readonly<Record<string, never>>

/** What a guarded handler may rely on. Frozen. */
export type StepUp<A extends Actions = Actions, N extends ActionName<A> = ActionName<A>> = Readonly<{
  /** The elevation's id for a one-shot, else a fresh one: keep it under a unique index with what was carried out. */
  id: string
  /** The application's id as text. */
  subject: string
  action: N
  bound: Bound<A, N>
  level: Level
  amr: readonly Amr[]
  at: Date
}>

/** A factor that the subject can use now. */
export type UsableFactor = Readonly<{ id: string; kind: FactorKind; destination: string }>

/** No certain answer: refused, and worth another try after so many seconds. */
export type Unavailable = Readonly<{ outcome: 'unavailable'; retryAfterSeconds: number }>

/** Too many wrong codes; they pause until then. */
export type Locked = Readonly<{ outcome: 'locked'; retryAt: Date }>

/** What `authorize` says. Only `allow` lets anything happen, and a one-shot elevation is then already spent. */
export type Authorization<A extends Actions = Actions, N extends ActionName<A> = ActionName<A>> =
  | Readonly<{ outcome: 'allow'; stepUp: StepUp<A, N> }>
  | Readonly<{
      outcome: 'code-needed'
      action: N
      level: Level
      mode: 'once' | 'window'
      shown: BoundValues
      factors: readonly UsableFactor[]
      askedAt: Date
    }>
  | Readonly<{ outcome: 'already-used'; id: string; usedAt: Date }>
  | Readonly<{ outcome: 'no-factor'; add: readonly ContactKind[] }>
  | Readonly<{ outcome: 'denied'; reason: string; reference: string }>
  | Locked
  | Unavailable

/** What `preview` says; never an allowance. */
export type Preview = 'nothing-needed' | 'code-needed' | 'denied' | 'unavailable'

/** A challenge as the person it belongs to may see it. */
export type ChallengeView = Readonly<{
  id: string
  action: string
  factor: FactorKind
  /** Masked. */
  destination: string
  /** Bound fields in full. */
  shown: BoundValues
  sentAt: Date
  expiresAt: Date
  attemptsLeft: number
  /** When a new code may be sent; not after `expiresAt` in any case. */
  resendAt: Date
  delivery: DeliveryState
  closed?: Readonly<{ why: ClosedWhy; at: Date }>
}>

/** A question to open: for an action with its fields, asked at a moment (a ticket's), over a factor or the preferred one. */
export type OpenRequest<A extends Actions, N extends ActionName<A>> = Situation<A, N> &
  Readonly<{
    /** Id or kind of a factor; the first usable one without. */
    factor?: string
    /** When the question was first asked: a challenge that closed since then (answered, used up, revoked) is not opened again. */
    askedAt?: Date
  }>

export type OpenOutcome =
  | Readonly<{ outcome: 'opened'; challenge: ChallengeView }>
  | Readonly<{ outcome: 'used-up' }>
  | Readonly<{ outcome: 'factor-not-available' }>
  | Readonly<{ outcome: 'too-many-messages'; retryAt: Date; challenge?: ChallengeView }>
  | Locked
  | Unavailable

export type ReadOutcome = Readonly<{ outcome: 'found'; challenge: ChallengeView }> | NotFound | Unavailable

/** No such challenge for this subject and session; asking costs nothing. */
export type NotFound = Readonly<{ outcome: 'not-found' }>

/** An elevation as its session gets it. */
export type GrantedElevation = Readonly<{
  id: string
  token: string
  action: string
  mode: 'once' | 'window'
  expiresAt: Date
}>

export type AnswerOutcome =
  | Readonly<{ outcome: 'passed'; elevation: GrantedElevation }>
  | Readonly<{ outcome: 'wrong'; attemptsLeft: number }>
  | Readonly<{ outcome: 'earlier-code'; attemptsLeft: number; sentAt: Date }>
  | Readonly<{ outcome: 'closed'; why: ClosedWhy; at: Date }>
  | Readonly<{ outcome: 'malformed' }>
  | Locked
  | NotFound
  | Unavailable

export type ResendOutcome =
  | Readonly<{ outcome: 'sent'; challenge: ChallengeView }>
  | Readonly<{ outcome: 'closed'; why: ClosedWhy; at: Date }>
  | Readonly<{ outcome: 'factor-not-available' }>
  | Readonly<{ outcome: 'too-many-messages'; retryAt: Date; challenge: ChallengeView }>
  | Locked
  | NotFound
  | Unavailable

export type CancelOutcome = Readonly<{ outcome: 'cancelled' }> | NotFound | Unavailable

export type RevokeOutcome = Readonly<{ outcome: 'revoked' }> | Unavailable

/** A contact as its owner may see it. */
export type ContactView = Readonly<{ id: string; kind: ContactKind; masked: string; proved: boolean }>

export type ContactsOutcome =
  | Readonly<{
      outcome: 'found'
      contacts: readonly ContactView[]
      pending?: Readonly<{ kind: ContactKind; masked: string; expiresAt: Date }>
    }>
  | Unavailable

export type ChangeContactOutcome =
  | Readonly<{ outcome: 'pending'; masked: string; expiresAt: Date }>
  | Readonly<{ outcome: 'malformed' }>
  | Readonly<{ outcome: 'unknown-contact' }>
  | Unavailable

/** How the parts are: `ready` is whether requests can be decided now. */
export type Health = Readonly<{ live: true; ready: boolean; warnings: readonly string[]; outboxLagSeconds?: number }>

type One<Name extends string> = Readonly<Record<Name, string>>

/** A question and its answer, for doors and for programs of one's own. */
export interface Challenges<A extends Actions> {
  /** Opens a challenge and commits its message; for a session, action and fields whose challenge lives it acts like `resend`. */
  open<N extends ActionName<A>>(request: OpenRequest<A, N>): Promise<OpenOutcome>
  read(request: Whom & One<'challengeId'>): Promise<ReadOutcome>
  /** Spends an attempt and says what came of it, after the commit that holds both. `code` is what was typed. */
  answer(request: Whom & Asking & One<'challengeId'> & { readonly code: unknown }): Promise<AnswerOutcome>
  /** A new code for the same question; the old one is dead, the counters stay. */
  resend(request: Whom & Asking & One<'challengeId'> & { readonly factor?: string }): Promise<ResendOutcome>
  cancel(request: Whom & One<'challengeId'>): Promise<CancelOutcome>
}

/** What a passed challenge was worth, and its end. */
export interface Elevations {
  /** With `session`: that session is over (sign-out). Without: everything of the person ends. */
  revoke(request: Readonly<{ subject: SubjectRef; session?: string; reason?: string }>): Promise<RevokeOutcome>
}

/** Where a person is reached. */
export interface Contacts {
  list(request: Readonly<{ subject: SubjectRef }>): Promise<ContactsOutcome>
  /**
   * Asks to change a contact: a proof goes to the new address, the old one is told and serves until the proof. All
   * elevations end now and at the proof. Put step-up before it.
   */
  change(
    request: Readonly<{ subject: SubjectRef; kind: ContactKind; address: string; replaces?: string }> & Asking,
  ): Promise<ChangeContactOutcome>
}

export type UnlockOutcome = Readonly<{ outcome: 'unlocked' }> | Unavailable

/** A person as a whole. */
export interface Subjects {
  /**
   * Ends a pause of codes and the hard stop after 100 wrong ones, on the word of an administrator: codes work again as far as
   * the failures of the last hour and day leave room. `by` names who decided, and stands in the audit log.
   */
  unlock(request: Readonly<{ subject: SubjectRef; by: string }>): Promise<UnlockOutcome>
}

/** Step-up for one application. Made by `createCountersign`; several in one process do not know of each other. */
export interface Countersign<A extends Actions = Actions> {
  /**
   * Checks the set-up, starts the store, the relay and the revocation feed.
   * @throws CountersignError when the set-up cannot work; the message says which part and what to write.
   */
  start(options?: Readonly<{ relay?: boolean }>): Promise<void>
  /** Finishes what is under way; after it nothing of ours keeps the process alive. */
  stop(): Promise<void>
  health(): Promise<Health>
  /** One-shot: `allow` only in the commit that burns it. A window that holds and `'nothing'`: `allow` without I/O. No other verb allows. */
  authorize<const N extends ActionName<A>>(situation: Situation<A, N>): Promise<Authorization<A, N>>
  /** What would be asked, for a page that wants to show a lock: never allows. */
  preview<const N extends ActionName<A>>(situation: Situation<A, N>): Promise<Preview>
  readonly challenges: Challenges<A>
  readonly elevations: Elevations
  readonly contacts: Contacts
  readonly subjects: Subjects
}
