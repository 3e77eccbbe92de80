import { randomBytes } from 'node:crypto'
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
import type { Connection, Model, QueryFilter } from 'mongoose'
import { certain, certainWrite, durable, isDuplicate, newest } from './certain.js'
import { dueIndex, modelsOf, revokedIndex, type SubjectDocument } from './models.js'
import type { ServerTime } from './server-time.js'
import { replacementBy, revocationOf, subjectColumns, subjectOf } from './subject-document.js'

const holdersAtMost = 10

/** When others took the most overdue subject meanwhile, so many of the next ones are tried. */
const candidatesForAClaim = 8

type Filter = QueryFilter<SubjectDocument>

/**
 * Subjects as documents, one for each. Every write is one conditional update that names the `_id`; no transaction, no
 * unique index beside the `_id`, no replica set is needed.
 */
export class MongoSubjects implements SubjectStore {
  readonly #connection: Connection
  readonly #model: Model<SubjectDocument>
  readonly #time: ServerTime

  constructor(connection: Connection, time: ServerTime) {
    this.#connection = connection
    this.#model = modelsOf(connection).subjects
    this.#time = time
  }

  now(): Date {
    return this.#time.now()
  }

  async load(id: SubjectId): Promise<Loaded> {
    await this.#time.keepFresh()
    const document = await certain('load', () =>
      this.#model
        .findOne(this.#where({ _id: String(id) }), subjectColumns, { ...newest })
        .lean()
        .exec(),
    )
    if (document && document.format > subjectFormat) throw new NewerFormat(document.format)
    // Read after the answer: never earlier than the state that it belongs to.
    return { subject: document ? subjectOf(document) : undefined, revision: document?.revision ?? 0, now: this.now() }
  }

  /**
   * Applied if the stored revision is the given one. The driver sends a commit again when its answer is lost and the
   * server can recognise the repetition; a server that cannot finds our own `commit` at the next revision, and the same
   * values are set once more. In every other case a lost answer ends in `StoreUnavailable`.
   */
  async commit(subject: Subject, revision: number): Promise<boolean> {
    const commit = randomBytes(12).toString('base64url')
    const replaced = [{ revision }, { revision: revision + 1, commit }]
    const filter = this.#where({ _id: String(subject.id), $or: replaced })
    const update = replacementBy(subject, revision + 1, commit)
    const first = revision === 0 // No document has revision 0: only the insertion is left, or E11000 for who comes second.

    const applied = await certainWrite(this.#connection, 'commit', (session) =>
      this.#model
        .updateOne(filter, update, { ...durable, session, upsert: first })
        .exec()
        .catch(nothingWhenDuplicate),
    )
    return applied.matchedCount + applied.upsertedCount === 1
  }

  async claim(leaseSeconds: number, id?: SubjectId): Promise<Claimed | undefined> {
    await this.#time.keepFresh()
    for (const candidate of id === undefined ? await this.#mostOverdue() : [id]) {
      const claimed = await this.#claimOne(candidate, leaseSeconds)
      if (claimed) return claimed
    }
    return undefined
  }

  async release(id: SubjectId, lease: string): Promise<void> {
    const filter = this.#where({ _id: String(id), lease: String(lease) })
    await certainWrite(this.#connection, 'release', (session) =>
      this.#model.updateOne(filter, { $unset: { lease: '', leaseUntil: '' } }, { ...durable, session }).exec(),
    )
  }

  async findByContact(digests: readonly string[]): Promise<readonly SubjectId[]> {
    if (digests.length === 0) return []
    const filter = this.#where({ proved: this.#ours({ $in: digests.map(String) }) })
    const holders = await certain('findByContact', () =>
      this.#model
        .find(filter, { _id: 1 }, { ...newest })
        .limit(holdersAtMost)
        .lean()
        .exec(),
    )
    return holders.map(({ _id }) => _id as SubjectId)
  }

  async revokedSince(
    after: Readonly<{ at: Date; subject?: SubjectId }>,
    limit: number,
  ): Promise<readonly Revocation[]> {
    await this.#time.keepFresh()
    const documents = await certain('revokedSince', () =>
      this.#model
        .find(this.#revokedAfter(after), { epoch: 1, sessions: 1, revokedAt: 1 }, { ...newest, hint: revokedIndex })
        .sort(revokedIndex)
        .limit(limit)
        .lean()
        .exec(),
    )
    return documents.map(revocationOf)
  }

  async #mostOverdue(): Promise<readonly string[]> {
    const documents = await certain('claim', () =>
      this.#model
        .find(this.#claimable(this.now()), { _id: 1 }, { ...newest, hint: dueIndex })
        .sort(dueIndex)
        .limit(candidatesForAClaim)
        .lean()
        .exec(),
    )
    return documents.map(({ _id }) => _id)
  }

  async #claimOne(id: string, leaseSeconds: number): Promise<Claimed | undefined> {
    const now = this.now()
    const lease = randomBytes(12).toString('base64url')
    const leaseUntil = new Date(now.getTime() + leaseSeconds * 1000)
    const options = { ...durable, returnDocument: 'after', projection: subjectColumns } as const

    const filter = this.#where({ _id: String(id), ...this.#claimable(now) })
    const document = await certainWrite(this.#connection, 'claim', (session) =>
      this.#model
        .findOneAndUpdate(filter, { $set: { lease, leaseUntil } }, { ...options, session })
        .lean()
        .exec(),
    )
    return document ? { subject: subjectOf(document), revision: document.revision, now: this.now(), lease } : undefined
  }

  #claimable(now: Date): Filter {
    return {
      dueAt: this.#ours({ $lte: now }),
      format: this.#ours({ $lte: subjectFormat }),
      leaseUntil: this.#ours({ $not: { $gt: now } }), // Matches documents without a lease as well.
    }
  }

  #revokedAfter({ at, subject }: Readonly<{ at: Date; subject?: SubjectId }>): Filter {
    const fromThen = { revokedAt: this.#ours({ $gte: at }) }
    if (subject === undefined) return fromThen
    return { ...fromThen, $or: [{ revokedAt: this.#ours({ $gt: at }) }, { _id: this.#ours({ $gt: String(subject) }) }] }
  }

  /** A filter in which an object where a scalar belongs is compared, never obeyed. */
  #where(filter: Filter): Filter {
    return this.#connection.base.sanitizeFilter(filter)
  }

  /** An operator that we wrote ourselves. */
  #ours<Operator extends Record<string, unknown>>(operator: Operator): Operator {
    return this.#connection.base.trusted(operator)
  }
}

/** Somebody else inserted the subject first. */
function nothingWhenDuplicate(error: unknown): { matchedCount: number; upsertedCount: number } {
  if (isDuplicate(error)) return { matchedCount: 0, upsertedCount: 0 }
  throw error
}
