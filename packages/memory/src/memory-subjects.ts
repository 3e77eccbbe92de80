import { randomUUID } from 'node:crypto'
import {
  type Claimed,
  type Loaded,
  NewerFormat,
  type Revocation,
  type Subject,
  type SubjectId,
  type SubjectStore,
  subjectFormat,
} from '@countersign/core'
import { ContactIndex } from './contact-index.js'
import type { Clock } from './memory-clock.js'
import { byTimeAndSubject, type Moment, Ordered } from './ordered.js'

type Kept = { subject: Subject; revision: number; lease?: Lease }
type Lease = Readonly<{ name: string; until: number }>

const holdersAtMost = 10

/**
 * Subjects in a map. A subject is plain read-only data, so it is kept and handed out as it is, without a copy; `load`
 * and `commit` cost the same however many there are.
 */
export class MemorySubjects implements SubjectStore {
  readonly #clock: Clock
  readonly #kept = new Map<SubjectId, Kept>()
  readonly #due = new Ordered<Moment>(byTimeAndSubject)
  readonly #revoked = new Ordered<Moment>(byTimeAndSubject)
  readonly #contacts = new ContactIndex()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  now(): Date {
    return this.#clock.now()
  }

  async load(id: SubjectId): Promise<Loaded> {
    const kept = this.#kept.get(id)
    if (kept && kept.subject.format > subjectFormat) throw new NewerFormat(kept.subject.format)
    return { subject: kept?.subject, revision: kept?.revision ?? 0, now: this.now() }
  }

  async commit(subject: Subject, revision: number): Promise<boolean> {
    const kept = this.#kept.get(subject.id)
    if ((kept?.revision ?? 0) !== revision) return false

    const committed = atThisCommit(subject, this.now())
    this.#index(kept?.subject, committed)
    if (kept) Object.assign(kept, { subject: committed, revision: revision + 1 })
    else this.#kept.set(committed.id, { subject: committed, revision: 1 })
    return true
  }

  async claim(leaseSeconds: number, id?: SubjectId): Promise<Claimed | undefined> {
    const now = this.now()
    const kept = id === undefined ? this.#mostOverdue(now) : this.#kept.get(id)
    if (!kept || !claimable(kept, now)) return undefined

    const lease = randomUUID()
    kept.lease = { name: lease, until: now.getTime() + leaseSeconds * 1000 }
    return { subject: kept.subject, revision: kept.revision, now, lease }
  }

  async release(id: SubjectId, lease: string): Promise<void> {
    const kept = this.#kept.get(id)
    if (kept?.lease?.name === lease) delete kept.lease
  }

  async findByContact(digests: readonly string[]): Promise<readonly SubjectId[]> {
    return this.#contacts.holdersOf(digests, holdersAtMost)
  }

  async revokedSince(
    after: Readonly<{ at: Date; subject?: SubjectId }>,
    limit: number,
  ): Promise<readonly Revocation[]> {
    const revocations: Revocation[] = []
    const place = { at: after.at.getTime(), subject: after.subject ?? '' }
    for (const moment of this.#revoked.from(place)) {
      if (revocations.length >= limit) break
      const kept = this.#kept.get(moment.subject as SubjectId)
      if (kept && byTimeAndSubject(moment, place) > 0) revocations.push(revocationOf(kept.subject))
    }
    return revocations
  }

  #mostOverdue(now: Date): Kept | undefined {
    for (const { at, subject } of this.#due) {
      if (at > now.getTime()) return undefined
      const kept = this.#kept.get(subject as SubjectId)
      if (kept && claimable(kept, now)) return kept
    }
    return undefined
  }

  #index(previous: Subject | undefined, subject: Subject): void {
    move(this.#due, subject.id, previous?.dueAt, subject.dueAt)
    move(this.#revoked, subject.id, revokedAt(previous), revokedAt(subject))
    this.#contacts.replace(subject.id, previous?.contacts, subject.contacts)
  }
}

function atThisCommit(subject: Subject, now: Date): Subject {
  if (subject.revocation.at !== 'this-commit') return subject
  return { ...subject, revocation: { ...subject.revocation, at: now } }
}

function claimable({ subject, lease }: Kept, now: Date): boolean {
  if (subject.format > subjectFormat || !subject.dueAt || subject.dueAt > now) return false
  return !lease || lease.until <= now.getTime()
}

function revokedAt(subject: Subject | undefined): Date | undefined {
  const at = subject?.revocation.at
  return at === 'this-commit' ? undefined : at
}

function revocationOf(subject: Subject): Revocation {
  const { epoch, sessions } = subject.revocation
  return {
    subject: subject.id,
    epoch,
    sessions: sessions.map(({ digest }) => digest),
    at: revokedAt(subject) ?? new Date(0),
  }
}

function move(order: Ordered<Moment>, subject: string, from: Date | undefined, to: Date | undefined): void {
  if (from?.getTime() === to?.getTime()) return
  if (from) order.remove({ at: from.getTime(), subject })
  if (to) order.add({ at: to.getTime(), subject })
}
