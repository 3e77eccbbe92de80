import type { Connection, Model } from 'mongoose'
import { modelOf, strictly } from '../models.js'

/** One artefact of oidc-provider. What is searched for or changed by itself has a column, the rest is one text. */
export type OidcRecord = {
  /** `<model>:<name of the id>`; of a client, the id itself. */
  _id: string
  model: string
  /** One JSON text, encrypted under the key of the id; of a client, readable. Gone when `endedAt` is there. */
  payload?: string
  /** Names of the other values that it is found by. */
  grantId?: string
  uid?: string
  userCode?: string
  /** The id, encrypted under the key of `uid` or `userCode`: who knows that one may learn the id. */
  idInside?: string
  /** It was used. Never taken back. */
  consumedAt?: Date
  /** A session that has ended: what a slow request saves of it is not kept. */
  endedAt?: Date
  updatedAt: Date
  expiresAt?: Date
}

/** The model of a collection on a connection, made once, from the Mongoose that the connection came from. */
export function recordsOf(connection: Connection, collection: string): Model<OidcRecord> {
  return modelOf(connection, `CountersignOidcRecord ${collection}`, () => recordSchema(connection, collection))
}

function recordSchema({ base: { Schema } }: Connection, collection: string) {
  const schema = new Schema(
    {
      _id: { type: String, required: true },
      model: String,
      payload: String,
      grantId: String,
      uid: String,
      userCode: String,
      idInside: String,
      consumedAt: Date,
      endedAt: Date,
      updatedAt: Date,
      expiresAt: Date,
    },
    { ...strictly, collection },
  )
  // It only cleans up: what is expired is refused by oidc-provider, which looks at `exp` inside.
  schema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 })
  // Partial by `$gt: ''`, which every name is: planners of all servers see that a search for one name is within it.
  schema.index({ model: 1, grantId: 1 }, { partialFilterExpression: { grantId: { $gt: '' } } })
  // Not unique: a sign-in gives the session a new id, and two requests under way may each have left a record of one uid.
  schema.index({ uid: 1, updatedAt: -1 }, { partialFilterExpression: { uid: { $gt: '' } } })
  schema.index({ userCode: 1 }, { partialFilterExpression: { userCode: { $gt: '' } } })
  return schema
}
