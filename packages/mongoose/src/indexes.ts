import { CountersignError } from '@countersign/core'
import type { Connection, Model } from 'mongoose'
import { certain } from './certain.js'
import { modelsOf } from './models.js'

const unauthorized = 13
const noSuchCollection = 26

const byStore = 'syncIndexes(connection) of @countersign/mongoose'

/** On a large collection an index is made in minutes, not milliseconds. */
const buildingMs = 600_000

/**
 * Makes the indexes of Countersign, where they are not there yet; it drops and changes none. For deployments whose
 * application may not create indexes: run it with a role that may, then use `mongooseStore(connection, { createIndexes: false })`.
 * On a large collection it can take a while.
 *
 * @throws CountersignError `ERR_COUNTERSIGN_INDEX_MISSING` when the role may not create them, StoreUnavailable when the
 *   server does not answer.
 *
 * @example
 * await syncIndexes(await mongoose.createConnection(urlOfTheOwner).asPromise())
 */
export async function syncIndexes(connection: Connection): Promise<void> {
  await connection.asPromise()
  for (const model of allModels(connection)) await makeIndexes(model, byStore)
}

/** Rejects with `ERR_COUNTERSIGN_INDEX_MISSING` unless all are there: without them every poll would read all subjects. */
export async function verifyStoreIndexes(connection: Connection): Promise<void> {
  for (const model of allModels(connection)) await verifyIndexes(model, byStore)
}

/** Makes the indexes of one collection; `bySync` is the call that its refusal tells the reader to write. */
export async function makeIndexes<Document>(model: Model<Document>, bySync: string): Promise<void> {
  const make = () => model.createIndexes().catch((cause) => refuseForbidden(model, bySync, cause))
  await certain('createIndexes', make, buildingMs)
}

/** Rejects with `ERR_COUNTERSIGN_INDEX_MISSING` unless the collection has all its indexes. */
export async function verifyIndexes<Document>(model: Model<Document>, bySync: string): Promise<void> {
  const present = await certain('listIndexes', () => keysOfIndexes(model))
  const lacking = keysNeeded(model).filter((keys) => !present.includes(keys))
  if (lacking.length > 0) throw missing(model, bySync, lacking)
}

function allModels(connection: Connection): readonly Model<unknown>[] {
  const { subjects, audit, limits } = modelsOf(connection)
  return [subjects, audit, limits] as unknown as readonly Model<unknown>[]
}

function keysNeeded<Document>(model: Model<Document>): readonly string[] {
  return model.schema.indexes().map(([keys]) => JSON.stringify(keys))
}

async function keysOfIndexes<Document>(model: Model<Document>): Promise<readonly string[]> {
  try {
    const indexes = await model.collection.listIndexes().toArray()
    return indexes.map(({ key }) => JSON.stringify(key))
  } catch (error) {
    if (codeOf(error) === noSuchCollection) return []
    throw error
  }
}

function refuseForbidden<Document>(model: Model<Document>, bySync: string, cause: unknown): never {
  if (codeOf(cause) === unauthorized) throw missing(model, bySync, keysNeeded(model), { cause })
  throw cause
}

function missing<Document>(
  model: Model<Document>,
  bySync: string,
  keys: readonly string[],
  options?: ErrorOptions,
): CountersignError {
  return new CountersignError(
    'ERR_COUNTERSIGN_INDEX_MISSING',
    `The collection "${model.collection.name}" lacks ${keys.length === 1 ? 'an index' : 'indexes'} on ${keys.join(', ')}. ` +
      `Run ${bySync} once, with a role that may create indexes.`,
    options,
  )
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
}
