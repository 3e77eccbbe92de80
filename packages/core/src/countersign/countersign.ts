import type { Amr, FactorKind, Level } from '../assurance/level.js'
import type { AuditEvent, ClosedWhy } from '../audit/audit-event.js'
import type { DeliveryState } from '../challenge/challenge.js'
import type { CodeDelivery } from '../code/code-record.js'
import type { CodeState } from '../code/code-state.js'
import type { ContactAddress, ContactKind } from '../delivery/contact.js'
import type { Language, Origin } from '../delivery/message.js'
import type { ActionName, Actions, Bound, BoundValues } from '../policy/action.js'
import type { OwnActions } from '../policy/own-actions.js'
import type { Identity } from '../registration/identity.js'
import type { MissingProof } from '../registration/missing-proofs.js'
import type { SecurityCode } from '../secret/security-code.js'
import type { SubjectRef } from '../subject/subject-id.js'

/** An application's actions and Countersign's own. */
export type All<A extends Actions> = A & OwnActions

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
    /**
     * What the question belongs to beside the session, such as one authorization request: in another context it is another question
     * with another code, and a one-shot elevation is good in its own context only. A window holds for the session, whatever the context was.
     */
    context?: string
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

/** A factor that the subject can use now; `destination` is where its code goes, masked. The security code goes nowhere. */
export type UsableFactor = Readonly<{ id: string; kind: FactorKind; destination?: string }>

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
  /** What is asked for. `destination`, `sentAt`, `resendAt` and `delivery` are there where a code was sent for it. */
  factor: FactorKind
  /** Masked. */
  destination?: string
  /** Bound fields in full. */
  shown: BoundValues
  sentAt?: Date
  expiresAt: Date
  attemptsLeft: number
  /** When a new code may be sent; not after `expiresAt` in any case. */
  resendAt?: Date
  delivery?: DeliveryState
  /** Factors that were answered before, where the level needs two. */
  proved?: readonly FactorKind[]
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
  /** The first of two factors was right; the same challenge now asks for the second. */
  | Readonly<{ outcome: 'more-needed'; challenge: ChallengeView }>
  | Readonly<{ outcome: 'wrong'; attemptsLeft: number }>
  | Readonly<{ outcome: 'earlier-code'; attemptsLeft: number; sentAt: Date }>
  /** The right security code, and its time is over: it has to be replaced. */
  | Readonly<{ outcome: 'code-expired'; attemptsLeft: number; expiredAt: Date }>
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

/** A contact as its owner may see it; a new one serves recovery from `recoveryFrom` on. */
export type ContactView = Readonly<{
  id: string
  kind: ContactKind
  masked: string
  proved: boolean
  recoveryFrom?: Date
}>

export type ContactsOutcome =
  | Readonly<{
      outcome: 'found'
      contacts: readonly ContactView[]
      pending?: PendingContact
      /** How many more addresses can be added, and how many changes asked for or contacts removed within a day; what there is no room for is refused. */
      room: Readonly<{ contacts: number; changes: number; removals: number }>
    }>
  | Unavailable

/** An address that waits for its proof; in place of the contact `replaces`, where one is named. */
export type PendingContact = Readonly<{
  kind: ContactKind
  masked: string
  /** When the link in its message ends. */
  expiresAt: Date
  /** When the code beside it ends, and how often it may still be typed. */
  codeUntil: Date
  attemptsLeft: number
  /** The code is over, and why: the link goes on, a new message brings a new code. */
  codeOver?: 'code-expired' | 'used-up'
  replaces?: string
}>

export type ChangeContactOutcome =
  | Readonly<{ outcome: 'pending'; masked: string; expiresAt: Date }>
  | Readonly<{ outcome: 'malformed' }>
  | Readonly<{ outcome: 'unknown-contact' }>
  /** The address is another one of the person's proved contacts. */
  | Readonly<{ outcome: 'already-there' }>
  /**
   * More than four in a day: each can be taken back for a day, and none may push another out. Or more than ten asks for a proof, of
   * whatever address.
   */
  | Readonly<{ outcome: 'too-many-changes' }>
  | Unavailable

/** The answer is the same whoever else has the address. */
export type ClaimOutcome =
  | Readonly<{ outcome: 'pending'; masked: string; expiresAt: Date }>
  | Readonly<{ outcome: 'malformed' | 'too-many-contacts' | 'too-many-changes' }>
  /** An address of the person is not proved yet: that one first. */
  | Readonly<{ outcome: 'prove-first' }>
  /** The address is a proved contact of the person already. */
  | Readonly<{ outcome: 'already-there' }>
  | Unavailable

export type SendProofOutcome =
  | Readonly<{ outcome: 'pending'; masked: string; expiresAt: Date }>
  /** There is no such contact, or it is proved. */
  | Readonly<{ outcome: 'unknown-contact' }>
  /** Another address waits, and was asked for behind a step-up: that one first. */
  | Readonly<{ outcome: 'prove-first' }>
  /** More than ten asks for a proof in a day. */
  | Readonly<{ outcome: 'too-many-changes' }>
  | Unavailable

export type ResendProofOutcome =
  | Readonly<{ outcome: 'pending'; masked: string; expiresAt: Date }>
  | Readonly<{ outcome: 'nothing-waiting' | 'too-many-changes' }>
  | Unavailable

export type WithdrawOutcome =
  | Readonly<{ outcome: 'withdrawn' }>
  | Readonly<{ outcome: 'nothing-waiting' }>
  | Unavailable

export type CorrectOutcome =
  | Readonly<{ outcome: 'pending'; masked: string; expiresAt: Date }>
  | Readonly<{ outcome: 'malformed' | 'nothing-waiting' }>
  /** More than ten asks for a proof in a day. */
  | Readonly<{ outcome: 'too-many-changes' }>
  | Unavailable

export type ProveOutcome =
  | Readonly<{ outcome: 'proved'; masked: string }>
  | Readonly<{ outcome: 'wrong'; attemptsLeft: number }>
  /** Its code is over; the link in the same message works for a day. */
  | Readonly<{ outcome: 'code-expired' | 'used-up' | 'nothing-waiting' }>
  | Readonly<{ outcome: 'malformed' }>
  | Locked
  | Unavailable

export type RemoveContactOutcome =
  | Readonly<{ outcome: 'removed' | 'unknown-contact' | 'last-contact' | 'too-many-changes' }>
  | Unavailable

export type ReplaceContactOutcome =
  | Readonly<{ outcome: 'replaced' | 'unchanged' | 'malformed' }>
  /** A contact is proved and this address is not: it waits for its proof, and takes the first one's place then. */
  | Readonly<{ outcome: 'pending'; masked: string; expiresAt: Date }>
  /** Of an unproved address only: more than ten such asks of the application in a day, or no room for one more change. Nothing is changed. */
  | Readonly<{ outcome: 'too-many-changes' }>
  | Unavailable

/** The security code as its owner may see it. */
export type CodeView = Readonly<{
  state: CodeState
  /** When the one that works, or last worked, ends or ended. */
  expiresAt?: Date
  /** Until when it can be replaced without starting again, once it has expired. */
  replaceableUntil?: Date
  /** A new one that waits: to be picked up, or to be confirmed, until then. */
  waiting?: Readonly<{
    delivery: CodeDelivery
    shown: boolean
    until: Date
    /** From when it can be picked up or entered; none where `codes.rotate` has to be asked for it first. */
    from?: Date
    /** It was asked for with the one before it in another session, and is shown there alone. */
    elsewhere?: true
  }>
  /** What is still to be proved before one is issued. */
  missing: readonly MissingProof[]
}>

export type CodeStatusOutcome = Readonly<{ outcome: 'found'; code: CodeView }> | Unavailable

export type IssueCodeOutcome =
  | Readonly<{ outcome: 'issued'; code: CodeView }>
  | Readonly<{ outcome: 'proofs-missing'; missing: readonly MissingProof[] }>
  /** One works: replace it with `rotate`. */
  | Readonly<{ outcome: 'has-one' }>
  | Readonly<{ outcome: 'too-many-messages'; retryAt: Date }>
  /** Four times in a day one was asked for without the one before it, and stopped. */
  | Readonly<{ outcome: 'too-many-changes' }>
  | Unavailable

export type RotateCodeOutcome =
  | Readonly<{ outcome: 'issued'; code: CodeView }>
  | Readonly<{ outcome: 'proofs-missing'; missing: readonly MissingProof[] }>
  /** None works or is in its grace: `issue` one. */
  | Readonly<{ outcome: 'nothing-to-replace' }>
  | Readonly<{ outcome: 'too-many-messages'; retryAt: Date }>
  | Readonly<{ outcome: 'too-many-changes' }>
  | Unavailable

/** `code` is shown this once: nothing can read it again. */
export type ShowCodeOutcome =
  | Readonly<{ outcome: 'shown'; code: SecurityCode; until: Date }>
  | Readonly<{ outcome: 'nothing-waiting' }>
  | Readonly<{ outcome: 'proofs-missing'; missing: readonly MissingProof[] }>
  /** One waits, and can be picked up from then on; without `from` it has to be asked for by `rotate` first, in this session. */
  | Readonly<{ outcome: 'not-ready'; from?: Date }>
  | Unavailable

export type ActivateCodeOutcome =
  | Readonly<{ outcome: 'activated'; expiresAt: Date }>
  | Readonly<{ outcome: 'wrong' | 'malformed' | 'nothing-waiting' }>
  | Locked
  | Unavailable

export type RevokeCodeOutcome = Readonly<{ outcome: 'revoked' | 'nothing-to-revoke' }> | Unavailable

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
   * Names an address that the person says is his: a proof goes there, by link and by code, and nothing else does before it. Put
   * step-up before it where the person has a proved contact already.
   */
  claim(request: Readonly<{ subject: SubjectRef }> & ContactAddress & Asking): Promise<ClaimOutcome>
  /**
   * Sends a proof to a contact that is there and not proved yet, such as the address of a sign-up. Sent again, only the newest code
   * counts; where too many were sent, the one that was sent stays good.
   */
  sendProof(request: Readonly<{ subject: SubjectRef; contact: string }> & Asking): Promise<SendProofOutcome>
  /** The proof of the address that waits once more, with a new code: only the newest counts; where too many were sent, the one that was sent stays good. */
  resendProof(request: Readonly<{ subject: SubjectRef }> & Asking): Promise<ResendProofOutcome>
  /** Gives up the address that waits: what was sent to it proves nothing any more. The record has `contact.change-stopped` with the reason `withdrawn`. */
  withdraw(request: Readonly<{ subject: SubjectRef }> & Asking): Promise<WithdrawOutcome>
  /** The code of the newest proof message, typed in a session of the person; a link in the same message proves without one. */
  prove(request: Whom & Asking & Readonly<{ code: unknown }>): Promise<ProveOutcome>
  /**
   * Puts another address in the place of the one that waits for its proof, or, where none waits, of the only contact; proofs that are
   * under way are void. A contact goes once the other one is proved. Only while no contact is proved: from then on ask for the
   * claim or the change again, behind a step-up.
   */
  correct(request: Readonly<{ subject: SubjectRef; address: string }> & Asking): Promise<CorrectOutcome>
  /**
   * Asks to change a contact: a proof goes to the new address, the old one is told and serves until the proof. All
   * elevations end now and at the proof. Put step-up before it.
   */
  change(
    request: Readonly<{ subject: SubjectRef; kind: ContactKind; address: string; replaces?: string }> & Asking,
  ): Promise<ChangeContactOutcome>
  /** Removes a contact; the removed one is told as well, and can take it back for a day. Put step-up before it. */
  remove(request: Readonly<{ subject: SubjectRef; contact: string }> & Asking): Promise<RemoveContactOutcome>
  /**
   * For an application that changed an address in its own table, after its commit; said again it changes nothing. Live
   * challenges and elevations end, the old address is told and can take it back for a day. `by` names who decided. Where a contact is
   * proved, `proved: false` changes nothing yet: as by `change`, a proof goes to the new address, and the old one serves until then.
   */
  replace(
    request: Readonly<{ subject: SubjectRef; proved: boolean; by: string }> & ContactAddress & Asking,
  ): Promise<ReplaceContactOutcome>
}

/** The personal security code: never read, never chosen, only made, shown once, and ended. `by` names an administrator; the person himself without. */
export interface Codes {
  /** With `session`, as that one may see it: a code that was asked for with the one before it is picked up in its own session alone. */
  status(request: Readonly<{ subject: SubjectRef; session?: string }>): Promise<CodeStatusOutcome>
  /**
   * Makes the first code ready, once everything that the registration policy asks for is proved; or one after a revocation or an
   * end, which is told to every contact and can be picked up after a day.
   */
  issue(request: Readonly<{ subject: SubjectRef; by?: string }> & Asking): Promise<IssueCodeOutcome>
  /**
   * Makes a ready code and shows it. `stepUp` is what `authorize` or the guard gave for this request: a one-shot that was
   * answered with a delivered code, such as for the action `countersign.code.show`.
   */
  show(request: Whom & Asking & Readonly<{ stepUp: StepUp }>): Promise<ShowCodeOutcome>
  /** Confirms the new code: by what is typed, or, without `code`, in the session that it was shown in. The one before it ends in the same commit. */
  activate(request: Whom & Asking & Readonly<{ code?: unknown }>): Promise<ActivateCodeOutcome>
  /**
   * Makes a new code ready; the old one works until the new one does. `stepUp` is what `authorize` or the guard gave for this
   * request: a one-shot that was answered with the code that works, such as for `countersign.code.replace`. Without it the new one
   * is told to every contact and can be picked up after a day. With `by` it waits until its person asks for it. With `endsInDays`,
   * the old one works no longer than that.
   */
  rotate(
    request: Readonly<{ subject: SubjectRef; stepUp?: StepUp; by?: string; endsInDays?: number }> & Asking,
  ): Promise<RotateCodeOutcome>
  /** Ends the code at once and everywhere, with every elevation and open question of the person; all contacts are told. */
  revoke(request: Readonly<{ subject: SubjectRef; by?: string; reason?: string }> & Asking): Promise<RevokeCodeOutcome>
}

/** The result of an identity check, as a provider or an administrator gives it. `evidence` names the document, such as its number: only a keyed digest is kept. */
export type IdentityCheck = Pick<Identity, 'method' | 'level' | 'checkedAt' | 'by'> & Readonly<{ evidence: string }>

/** What identity checks found. */
export interface Identities {
  record(
    request: Readonly<{ subject: SubjectRef }> & IdentityCheck,
  ): Promise<Readonly<{ outcome: 'recorded' }> | Unavailable>
  read(
    request: Readonly<{ subject: SubjectRef }>,
  ): Promise<Readonly<{ outcome: 'found'; identity?: Omit<Identity, 'evidence'> }> | Unavailable>
}

export type UnlockOutcome = Readonly<{ outcome: 'unlocked' }> | Unavailable

/** Everything that is kept of a person, as JSON can hold it: addresses in full, codes never. */
export type PersonalData = Readonly<{
  subject: string
  contacts: readonly Readonly<{ kind: ContactKind; address: string; proved: boolean; since?: Date }>[]
  /** Waits for its proof until then. */
  pending?: KeptAddress
  /** Gone, and kept until then for who takes the change back. */
  removed: readonly KeptAddress[]
  identity?: Omit<Identity, 'evidence'>
  securityCode: Omit<CodeView, 'missing'>
  /** The newest thousand. */
  events: readonly AuditEvent[]
  /** How many older ones are left out. */
  eventsLeftOut?: number
}>

/** An address that is no contact, and when it is forgotten. */
export type KeptAddress = Readonly<{ kind: ContactKind; address: string; until: Date }>

export type ExportOutcome = Readonly<{ outcome: 'found'; data: PersonalData }> | Unavailable
export type EraseOutcome = Readonly<{ outcome: 'erased' }> | Unavailable
export type ActivityOutcome = Readonly<{ outcome: 'found'; events: readonly AuditEvent[] }> | Unavailable

/** A person as a whole. */
export interface Subjects {
  /**
   * Ends a pause of codes and the hard stop after 100 wrong ones, on the word of an administrator: codes work again as far as
   * the failures of the last hour and day leave room. `by` names who decided, and stands in the audit log.
   */
  unlock(request: Readonly<{ subject: SubjectRef; by: string }>): Promise<UnlockOutcome>
  /** What happened lately, newest last, at most so many [50]. */
  activity(request: Readonly<{ subject: SubjectRef; limit?: number }>): Promise<ActivityOutcome>
  /** A person's copy of what is kept of him. */
  export(request: Readonly<{ subject: SubjectRef }>): Promise<ExportOutcome>
  /** Erases a person; the audit log keeps its events under the subject's id, a pseudonym once the application has forgotten it too. */
  erase(request: Readonly<{ subject: SubjectRef; by: string }>): Promise<EraseOutcome>
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
  authorize<const N extends ActionName<All<A>>>(situation: Situation<All<A>, N>): Promise<Authorization<All<A>, N>>
  /** What would be asked, for a page that wants to show a lock: never allows. */
  preview<const N extends ActionName<All<A>>>(situation: Situation<All<A>, N>): Promise<Preview>
  readonly challenges: Challenges<All<A>>
  readonly elevations: Elevations
  readonly contacts: Contacts
  readonly codes: Codes
  readonly identities: Identities
  readonly subjects: Subjects
}
