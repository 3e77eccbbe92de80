import { type AuditEvent, type AuditLog, StoreUnavailable } from '@countersign/core'
import type { ClientSession, Connection, Model, mongo } from 'mongoose'
import { certain, certainWrite, confirmed, durable, isDuplicate } from './certain.js'
import { type AuditDocument, modelsOf } from './models.js'

/**
 * Events as documents under their own id. It inserts and reads; nothing here updates or deletes, so the application's
 * role needs no right to. It writes through the collection below the model: `insertMany` of a model leaves out
 * what it cannot cast when it is unordered, and an event must never be left out.
 */
export class MongoAuditLog implements AuditLog {
  readonly #model: Model<AuditDocument>

  constructor(connection: Connection) {
    this.#model = modelsOf(connection).audit
  }

  async append(events: readonly AuditEvent[]): Promise<void> {
    const documents = new Map(
      events.map((event) => [event.id, documentOf(event)]).reverse() as [string, AuditDocument][],
    )
    if (documents.size === 0) return
    const inOrder = [...documents.values()].reverse()
    await certainWrite(this.#model.db, 'append', (session) => this.#insert(inOrder, session))
  }

  async read(subject: string, limit: number, types?: readonly AuditEvent['type'][]): Promise<readonly AuditEvent[]> {
    const ofTypes = types && { 'event.type': this.#model.db.base.trusted({ $in: [...types] }) }
    const documents = await certain('read', () =>
      this.#model
        .find({ subject: { $eq: String(subject) }, ...ofTypes }, {}, { ...confirmed })
        .sort({ at: -1, number: -1 })
        .limit(limit)
        .lean()
        .exec(),
    )
    return documents.reverse().map(eventOf)
  }

  async #insert(documents: readonly AuditDocument[], session: ClientSession): Promise<void> {
    try {
      await this.#model.collection.insertMany(documents as never, { ...durable, session, ordered: false })
    } catch (error) {
      await this.#confirm(duplicatesIn(error))
    }
  }

  /** What is said to be there already counts only when a majority holds it. */
  async #confirm(ids: readonly string[]): Promise<void> {
    const filter = this.#model.db.base.trusted({ $in: ids })
    const held = await this.#model
      .find({ _id: filter }, { _id: 1 }, { ...confirmed })
      .lean()
      .exec()
    if (held.length < ids.length) throw new StoreUnavailable('An audit event is not held by a majority yet.')
  }
}

/** The ids that were there already; any other fault of the insertion is thrown again. */
function duplicatesIn(error: unknown): readonly string[] {
  const { writeErrors, result } = error as Partial<mongo.MongoBulkWriteError>
  const faults = writeErrors === undefined ? [] : [writeErrors].flat()
  if (faults.length === 0 || !faults.every(isDuplicate) || result?.getWriteConcernError()) throw error
  return faults.map((fault) => String(fault.getOperation()._id))
}

function documentOf({ id, subject, at, ...event }: AuditEvent): AuditDocument {
  return { _id: id, subject, at, number: numberOf(id), event }
}

function eventOf({ _id: id, subject, at, event }: AuditDocument): AuditEvent {
  return { ...(event as object), id, subject, at } as AuditEvent
}

/** Ids end in the number of the event: `<subject>#41`. */
function numberOf(id: string): number {
  return Number(/(\d{1,15})$/.exec(id)?.[1] ?? 0)
}
