import type { KeyedDigest } from '../secret/key-ring.js'
import type { Subject } from './subject.js'
import type { SubjectId } from './subject-id.js'

/** A subject at a revision, and the store's own time when it was read. */
export type Loaded = Readonly<{ subject: Subject | undefined; revision: number; now: Date }>

/** A subject that one relay holds for a while. */
export type Claimed = Readonly<{ subject: Subject; revision: number; now: Date; lease: string }>

/** What ended for a subject: everything from before `epoch`, and these sessions. `at` is the store's time of the commit. */
export type Revocation = Readonly<{ subject: SubjectId; epoch: number; sessions: readonly string[]; at: Date }>

/**
 * Where subjects live. One document per subject, every change one compare-and-set; no method needs a transaction or a
 * unique index beside the id. `storeContract` of `@countersign/testing` says the rest.
 */
export interface SubjectStore {
  /** The store's time as last learned, without asking it. Throws `StoreUnavailable` while its clock cannot be trusted. */
  now(): Date
  /** The subject, its revision, and the store's time. A subject that is not there yet has revision 0. */
  load(id: SubjectId): Promise<Loaded>
  /**
   * Replaces it if its revision is still the given one. `true`: applied and held by a majority. `false`: somebody else
   * was first, nothing was applied. Throws when the answer was lost: the caller gives no verdict and never decides again.
   * `revocation.at: 'this-commit'` becomes the store's own time of the commit.
   */
  commit(subject: Subject, revision: number): Promise<boolean>
  /**
   * Takes the given subject, or the one whose `dueAt` is most overdue, and hides it from other relays for the lease or
   * until `release`. `undefined`: nothing is due, or another relay holds it. Never one of a higher format.
   */
  claim(leaseSeconds: number, id?: SubjectId): Promise<Claimed | undefined>
  /** Ends a lease; no effect if another holds it. */
  release(id: SubjectId, lease: string): Promise<void>
  /** Subjects that proved a contact with one of these digests, at most ten. A family may share a mailbox. */
  findByContact(digests: readonly KeyedDigest[]): Promise<readonly SubjectId[]>
  /** Revocations after that place in the order (at, subject), oldest first, at most `limit`. */
  revokedSince(after: Readonly<{ at: Date; subject?: SubjectId }>, limit: number): Promise<readonly Revocation[]>
}
