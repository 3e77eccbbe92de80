import type { AuditEvent } from '../audit/audit-event.js'
import type { ActionInWords, Language } from '../delivery/message.js'
import type { Elevation } from '../elevation/elevation.js'
import { CountersignError } from '../errors.js'
import type { ActionDefinition, Actions, BoundValues } from '../policy/action.js'
import type { CodeFormat } from '../secret/security-code.js'
import type { SubjectRef } from '../subject/subject-id.js'
import type { Asking, Authorization, Countersign, OpenOutcome, ReadOutcome, Unavailable, Whom } from './countersign.js'
import type { NotMeEvent } from './links.js'
import type { Log } from './log.js'

/** What a guard hands out when a code is needed, and gets back with the wish to open a challenge. Sealed while it travels. */
export type Ticket = Readonly<{
  action: string
  bound: BoundValues
  /** When the guard asked, on the store's clock. A ticket lives 900 s from then. */
  askedAt: Date
  /** What a door needs to go on with the interrupted request; opaque to the core, at most 6 KiB. */
  resume?: string
}>

/** A person's question as a door names it: an action with its fields, in a context where it belongs to one. */
export type Question = Whom & Readonly<{ action: string; bound: BoundValues; context?: string }>

/** What a presented elevation was earned by. Whether it was spent or revoked since, it does not say. */
export type Earned = Pick<Elevation, 'mode' | 'level' | 'amr' | 'at' | 'expiresAt'>

/** What a "this was not me" link is about, for its page. `confirmedAt`: it was already answered rightly. */
export type NotMeState =
  | Readonly<{
      outcome: 'found'
      subject: string
      askedAt: Date
      action?: string
      /** What happened, where it is no question: the type of its event, addresses masked. */
      event?: NotMeEvent
      place?: string
      confirmedAt?: Date
      /** What it is about has ended meanwhile, such as by an earlier use of the link. */
      stoppedAt?: Date
      /** It was carried out before it was stopped, and then taken back. */
      takenBack?: boolean
      /** A security code ended with it. */
      codeEnded?: boolean
      /** It is about no single question or change of contact, but about all that was open. */
      whole?: boolean
      endsSessions: boolean
    }>
  | Readonly<{ outcome: 'not-found' }>
  | Unavailable

/** What came of a "this was not me". */
export type NotMeReport =
  | Readonly<{ outcome: 'stopped' }>
  | Readonly<{ outcome: 'already-confirmed'; confirmedAt: Date }>
  | Readonly<{ outcome: 'not-found' }>
  | Unavailable

/** What a proof link stands for. */
export type ProofState =
  | Readonly<{ outcome: 'waiting' | 'proved'; masked: string }>
  | Readonly<{ outcome: 'not-found' }>
  | Unavailable

/** What the packages that stand before an application's routes need beside the public face. Not for applications. */
export interface Door {
  readonly log: Log
  /** The store's time as last learned. Throws `StoreUnavailable` while it cannot be trusted. */
  now(): Date
  /** The actions as they were defined and checked. */
  readonly actions: ReadonlyMap<string, ActionDefinition>
  /** Where links lead; `undefined` when it depends on the subject. */
  readonly publicUrl: URL | undefined
  /** Whether the application can end its own sessions of a person, so that pages may say so. */
  readonly endsSessions: boolean
  /** Digits of a one-time code. */
  readonly codeDigits: number
  /** What a security code is made of; `undefined` where nobody gets one. */
  readonly securityCode: CodeFormat | undefined
  /**
   * Adds an action of a door's own, before the start. Its name begins with `countersign.`.
   * @throws CountersignError `ERR_COUNTERSIGN_ACTION`, `_LEVEL_UNREACHABLE`; `ERR_COUNTERSIGN_DECLARED_LATE` once it was started.
   */
  declare(action: string, definition: ActionDefinition): void
  /**
   * Says where this door's pages are, as the browser sees it; links in messages lead there. Those of a sign-in serve where an
   * application has no routes of its own.
   */
  mountedAt(base: string, pages?: 'routes' | 'sign-in'): void
  /** The key of a session at its first guarded request: the same for parallel first requests, told by nothing outside. */
  sessionKey(subject: SubjectRef, sessionId: string): string
  /** What a presented elevation token is for: verified, in time, of this subject and session. Says nothing of whether it was used. */
  readElevation(whom: Whom, token: string): Readonly<{ action: string; mode: 'once' | 'window'; at: Date }> | undefined
  /** The presented elevations that were earned for this very question: verified, in time, of this subject and session; without I/O. Never an allowance. */
  earned(question: Question & Readonly<{ elevations: readonly string[] }>): readonly Earned[]
  /** The newest challenge for this very question in its session, live or closed. */
  challengeOf(question: Question): Promise<ReadOutcome>
  /**
   * Whether the values are exactly the action's bound fields, each of its kind. `problem` names the field and what is
   * wrong with it, never the value.
   */
  checkBound(
    action: string,
    bound: unknown,
  ):
    | Readonly<{ outcome: 'ok'; bound: BoundValues }>
    | Readonly<{ outcome: 'malformed'; field: string; problem: string }>
  /** The public `authorize` for an action that is known by name only. `bound` was checked by `checkBound`. */
  authorize(situation: Question & Asking & Readonly<{ elevations: readonly string[] }>): Promise<Authorization>
  /** The public `challenges.open` with a ticket's content. */
  open(request: Whom & Asking & Readonly<{ ticket: Ticket; factor?: string; context?: string }>): Promise<OpenOutcome>
  readonly tickets: {
    seal(whom: Whom, ticket: Ticket): string
    /** `malformed`: changed, or of another subject or session. */
    read(
      whom: Whom,
      text: string,
    ): Readonly<{ outcome: 'ok'; ticket: Ticket }> | Readonly<{ outcome: 'malformed' | 'expired' }>
  }
  /** An action and its bound fields in full, for a page. */
  words(action: string, bound: BoundValues, language: Language): ActionInWords
  readonly notMe: {
    /** The token of a link about a challenge, as its messages carry it: for the button on the challenge's own page. */
    tokenFor(whom: Whom, challengeId: string): string
    /** The token about an event of the person's own activity; `undefined` where there is nothing to stop, or after a week. */
    tokenAbout(whom: Whom, event: AuditEvent): string | undefined
    read(token: string): Promise<NotMeState>
    stop(token: string): Promise<NotMeReport>
  }
  readonly proofs: {
    read(token: string): Promise<ProofState>
    /** `asking`: how the contacts are told of it, and from where. */
    accept(token: string, asking?: Asking): Promise<ProofState>
  }
}

const doors = new WeakMap<object, Door>()

/** Keeps the door of a Countersign, once. */
export function keepDoor<A extends Actions>(countersign: Countersign<A>, door: Door): void {
  doors.set(countersign, door)
}

/**
 * The door of a Countersign.
 * @throws CountersignError `ERR_COUNTERSIGN_NOT_A_COUNTERSIGN` for anything that `createCountersign` of this copy of the package did not make.
 */
export function doorOf<A extends Actions>(countersign: Countersign<A>): Door {
  const door = doors.get(countersign)
  if (door) return door
  throw new CountersignError(
    'ERR_COUNTERSIGN_NOT_A_COUNTERSIGN',
    'What was given is not what createCountersign() returned, or two copies of @countersign/core are installed. Pass its result, and see "npm ls @countersign/core".',
  )
}
