import { StoreUnavailable } from '@countersign/core'
import { decrypt } from '@countersign/core/door'
import type { ClientSession, Connection, Model, QueryFilter, UpdateQuery } from 'mongoose'
import type { Adapter, AdapterPayload } from 'oidc-provider'
import { certain, certainWrite, durable, isDuplicate, newest } from '../certain.js'
import { type Handle, handleOf, handleOfTypedCode } from './handle.js'
import type { OidcRecord } from './record.js'
import { isReadable, opened, type ReadRecord, readColumns } from './record-payload.js'
import { alreadySeen, alreadyUsed } from './refusal.js'
import { replacementBy } from './replacement.js'

type Filter = QueryFilter<OidcRecord>
type Update = UpdateQuery<OidcRecord>

/** A request that was under way when its session ended has written what it wants to write by then. */
const endedSessionsKeptMs = 3_600_000

/** What the adapters of all models share. */
export type OidcParts = Readonly<{
  connection: Connection
  records: Model<OidcRecord>
  clockToleranceSeconds: number
  /** @throws CountersignError before the indexes are there. */
  requireStarted: () => void
}>

/** The records of one model of oidc-provider. Every write is one conditional update that names the `_id`, or deletes. */
export class MongoOidcAdapter implements Adapter {
  readonly #parts: OidcParts
  readonly #model: string

  constructor(parts: OidcParts, model: string) {
    this.#parts = parts
    this.#model = model
  }

  async upsert(id: string, payload: AdapterPayload, expiresIn?: number): Promise<void> {
    const handle = this.#handle(id)
    const { uid, userCode, grantId } = payload
    const update = replacementBy({
      id: String(id),
      recordId: this.#recordId(handle),
      model: this.#model,
      handle,
      payload,
      grantName: grantId === undefined ? undefined : this.#nameOfGrant(grantId),
      uid: this.#model === 'Session' && uid !== undefined ? this.#handleOfUid(uid) : undefined,
      userCode:
        this.#model === 'DeviceCode' && userCode !== undefined ? await this.#handleOfUserCode(userCode) : undefined,
      expiresAt: this.#expiry(expiresIn),
    })
    const written = await this.#put({ _id: this.#recordId(handle), ...this.#replaceable() }, update)
    if (!written) this.#explain()
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    const handle = this.#handle(id)
    const record = await this.#read({ _id: this.#recordId(handle) })
    return record && opened(record, handle, this.#model)
  }

  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    const handle = this.#handleOfUid(uid)
    return this.#openedBy(handle, await this.#read({ uid: handle.name }, { updatedAt: -1 }))
  }

  async findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
    const handle = await this.#handleOfUserCode(userCode)
    return this.#openedBy(handle, await this.#read({ userCode: handle.name }))
  }

  /** Of many at once one succeeds: the update names a record that nobody has used. */
  async consume(id: string): Promise<void> {
    const unused = { _id: this.#recordId(this.#handle(id)), consumedAt: this.#absent }
    const { matchedCount } = await this.#write('consume', (session) =>
      this.#records
        .updateOne(this.#where(unused), { $currentDate: { consumedAt: true } }, { ...durable, session })
        .exec(),
    )
    if (matchedCount === 0) throw alreadyUsed(this.#model)
  }

  async destroy(id: string): Promise<void> {
    const filter = this.#where({ _id: this.#recordId(this.#handle(id)) })
    await this.#write('destroy', async (session) => {
      if (this.#model === 'Session') await this.#records.updateOne(filter, ending(), { ...durable, session }).exec()
      else await this.#records.deleteOne(filter, { ...durable, session }).exec()
    })
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    const filter = this.#where({ model: this.#model, grantId: this.#nameOfGrant(grantId) })
    await this.#write('revokeByGrantId', (session) => this.#records.deleteMany(filter, { ...durable, session }).exec())
  }

  get #records(): Model<OidcRecord> {
    return this.#parts.records
  }

  #handle(id: string): Handle {
    this.#parts.requireStarted()
    return isReadable(this.#model) ? readableHandle(String(id)) : handleOf(this.#model, String(id))
  }

  #handleOfUid(uid: string): Handle {
    this.#parts.requireStarted()
    return handleOf('uid', String(uid))
  }

  async #handleOfUserCode(userCode: string): Promise<Handle> {
    this.#parts.requireStarted()
    return handleOfTypedCode(`${this.#parts.connection.name}.${this.#records.collection.name}`, String(userCode))
  }

  #nameOfGrant(grantId: string): string {
    this.#parts.requireStarted()
    return handleOf('grantId', String(grantId)).name
  }

  #recordId({ name }: Handle): string {
    return `${this.#model}:${name}`
  }

  /** oidc-provider takes an artefact for the tolerance longer (its option `clockTolerance`). */
  #expiry(expiresIn: number | undefined): Date | undefined {
    if (typeof expiresIn !== 'number' || !Number.isFinite(expiresIn)) return undefined
    return new Date(Date.now() + (expiresIn + this.#parts.clockToleranceSeconds) * 1000)
  }

  /** What may be replaced: a proof that was seen only when it is past, a session only while it lives. */
  #replaceable(): Filter {
    if (this.#model === 'ReplayDetection') return { expiresAt: this.#trusted({ $lte: new Date() }) }
    return this.#model === 'Session' ? { endedAt: this.#absent } : {}
  }

  /** What it means that a record is there and may not be replaced. For a session that has ended: nothing. */
  #explain(): void {
    if (this.#model === 'ReplayDetection') throw alreadySeen()
    if (this.#model !== 'Session') throw new StoreUnavailable('MongoDB neither found nor inserted a record (upsert).')
  }

  /** Whether it was written. Of two first writes at once one may be refused (E11000): it is sent again. */
  #put(filter: Filter, update: Update): Promise<boolean> {
    return this.#write('upsert', async (session) => {
      const options = { ...durable, session, upsert: true }
      const put = () => this.#records.updateOne(this.#where(filter), update, options).exec().then(written, notWhenTaken)
      return (await put()) || put()
    })
  }

  async #read(filter: Filter, sort: Readonly<Record<string, 1 | -1>> = {}): Promise<ReadRecord | undefined> {
    const record = await certain('find', () =>
      this.#records
        .findOne(this.#where(filter), readColumns, { ...newest })
        .sort({ ...sort })
        .lean()
        .exec(),
    )
    return record ?? undefined
  }

  /** Another value leads to the id, and the id opens the record. */
  #openedBy(other: Handle, record: ReadRecord | undefined): AdapterPayload | undefined {
    const id = record?.idInside === undefined ? undefined : decrypt(other.key, record._id, record.idInside)
    if (!record || id === undefined) return undefined
    return opened(record, this.#handle(id), this.#model)
  }

  #write<Answer>(operation: string, write: (session: ClientSession) => Promise<Answer>): Promise<Answer> {
    return certainWrite(this.#parts.connection, operation, write)
  }

  /** A filter in which an object where a scalar belongs is compared, never obeyed. */
  #where(filter: Filter): Filter {
    return this.#parts.connection.base.sanitizeFilter(filter)
  }

  /** An operator that we wrote ourselves. */
  #trusted<Operator extends Record<string, unknown>>(operator: Operator): Operator {
    return this.#parts.connection.base.trusted(operator)
  }

  get #absent() {
    return this.#trusted({ $exists: false })
  }
}

/** Of a client: its record is found by the id as it is, and there is nothing to open. */
function readableHandle(id: string): Handle {
  return { name: id, key: Buffer.alloc(0) }
}

/** Nothing is left of a session but that it has ended. */
function ending(): Update {
  return {
    $set: { expiresAt: new Date(Date.now() + endedSessionsKeptMs) },
    $unset: { payload: '', uid: '', idInside: '' },
    $currentDate: { endedAt: true },
  }
}

function written(): boolean {
  return true
}

function notWhenTaken(error: unknown): boolean {
  if (isDuplicate(error)) return false
  throw error
}
