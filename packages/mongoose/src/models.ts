import type { Connection, Model, SchemaOptions } from 'mongoose'

/** A subject: what is searched for or changed by itself has a column, the rest is one value that only the core reads. */
export type SubjectDocument = {
  _id: string
  format: number
  revision: number
  /** Random; by it a commit that is sent again recognises itself. */
  commit: string
  dueAt?: Date
  lease?: string
  leaseUntil?: Date
  epoch: number
  /** Digests of the sessions that ended, and when. */
  sessions: unknown
  revokedAt?: Date
  /** Digests of the proved contacts. */
  proved?: string[]
  body: unknown
}

/** An event, with what it is found and put in order by. */
export type AuditDocument = {
  _id: string
  subject: string
  at: Date
  /** The number at the end of the id; it never skips for a subject. */
  number: number
  event: unknown
}

/** When something was taken from a key's limits. */
export type LimitDocument = { _id: string; taken: { at: Date; take: string }[]; forgetAt: Date }

/** The collections of Countersign on one connection. */
export type Models = Readonly<{
  subjects: Model<SubjectDocument>
  audit: Model<AuditDocument>
  limits: Model<LimitDocument>
}>

/** By it the relay finds what is due. */
export const dueIndex = { dueAt: 1 } as const

/** By it the feed of revocations is read. */
export const revokedIndex = { revokedAt: 1, _id: 1 } as const

/** Options of every schema. */
export const strictly = {
  strict: 'throw',
  strictQuery: 'throw',
  minimize: false,
  versionKey: false,
  id: false,
  timestamps: false,
  // Nothing waits for a connection that is not there: a request ends in bounded time.
  bufferCommands: false,
  // Indexes are made by start() and syncIndexes(), and by nothing else.
  autoIndex: false,
  autoCreate: false,
} as const satisfies SchemaOptions

/** The models, made once for each connection, from the Mongoose that the connection came from. */
export function modelsOf(connection: Connection): Models {
  return {
    subjects: modelOf(connection, 'CountersignSubject', () => subjectSchema(connection)),
    audit: modelOf(connection, 'CountersignAuditEvent', () => auditSchema(connection)),
    limits: modelOf(connection, 'CountersignLimit', () => limitSchema(connection)),
  }
}

/** The model of this name on the connection, made when there is none. */
export function modelOf<Document>(connection: Connection, name: string, schema: () => unknown): Model<Document> {
  const known = connection.models[name]
  return (known ?? connection.model(name, schema() as never)) as Model<Document>
}

function subjectSchema({ base: { Schema } }: Connection) {
  const { Mixed } = Schema.Types
  const schema = new Schema(
    {
      _id: { type: String, required: true },
      format: Number,
      revision: Number,
      commit: String,
      dueAt: Date,
      lease: String,
      leaseUntil: Date,
      epoch: Number,
      sessions: Mixed,
      revokedAt: Date,
      proved: { type: [String], default: undefined },
      body: Mixed,
    },
    { ...strictly, collection: 'countersign_subjects' },
  )
  // None is unique: a sharded collection can keep nothing unique but its shard key, the `_id`.
  schema.index(dueIndex)
  schema.index(revokedIndex)
  schema.index({ proved: 1 }, { sparse: true })
  return schema
}

function auditSchema({ base: { Schema } }: Connection) {
  const schema = new Schema(
    {
      _id: { type: String, required: true },
      subject: String,
      at: Date,
      number: Number,
      event: Schema.Types.Mixed,
    },
    { ...strictly, collection: 'countersign_audit' },
  )
  schema.index({ subject: 1, at: 1, number: 1 })
  return schema
}

function limitSchema({ base: { Schema } }: Connection) {
  const schema = new Schema(
    { _id: { type: String, required: true }, taken: Schema.Types.Mixed, forgetAt: Date },
    { ...strictly, collection: 'countersign_limits' },
  )
  // It only cleans up: `forgetAt` is a day after the last time that counts.
  schema.index({ forgetAt: 1 }, { expireAfterSeconds: 0 })
  return schema
}
