import { CountersignError } from '@countersign/core'
import type { Connection } from 'mongoose'
import type { Adapter } from 'oidc-provider'
import { makeIndexes, verifyIndexes } from '../indexes.js'
import { MongoOidcAdapter } from './mongo-oidc-adapter.js'
import { recordsOf } from './record.js'

/** Options of `oidcAdapter`. */
export type OidcAdapterOptions = Readonly<{
  /** The collection [`countersign_oidc`]. Two providers with clients of their own need two. */
  collection?: string
  /** As the provider's own `clockTolerance` says [15, as there]: so much longer a record is kept. */
  clockToleranceSeconds?: number
  /** Whether `start()` makes the indexes [true]. With `false` it only looks whether they are there. */
  createIndexes?: boolean
}>

/** What `new Provider(issuer, { adapter })` takes, and what has to happen before its first request. */
export type OidcAdapter = ((model: string) => Adapter) &
  Readonly<{
    /** Waits for the connection to open, and makes the indexes or looks whether they are there. */
    start: () => Promise<void>
    /** Makes the indexes and nothing else; it drops and changes none. For a role that may, before a `start()` of one that may not. */
    syncIndexes: () => Promise<void>
  }>

const bySync = 'oidcAdapter(connection).syncIndexes() of @countersign/mongoose/oidc-adapter'

/** Long names in letters, as oidc-provider's classes have them; a bundler that shortens names leaves one or two letters. */
const modelPattern = /^[A-Z][A-Za-z]{3,}$/

/**
 * Keeps what oidc-provider has to keep in MongoDB, on the connection of the application, in one collection.
 *
 * Ids are stored as digests, and everything but clients under a key that comes from the id: a copy of the database opens no session and
 * redeems no code. What is used once is used once, in however many processes: of parallel redemptions one succeeds, the
 * others get `invalid_grant` (`invalid_request_uri` for a pushed request). Every write is held by a majority before it counts.
 *
 * Its methods reject with `StoreUnavailable` (`ERR_COUNTERSIGN_STORE_UNAVAILABLE`) within about three seconds when MongoDB gives no
 * certain answer, and with `ERR_COUNTERSIGN_OIDC_ADAPTER_NOT_STARTED` before `start()`.
 *
 * @throws CountersignError `ERR_COUNTERSIGN_OIDC_ADAPTER` when the connection or an option cannot be what it should be.
 *
 * @example
 * const adapter = oidcAdapter(mongoose.connection)
 * await adapter.start()
 * const provider = new Provider(issuer, { ...configuration, adapter })
 */
export function oidcAdapter(connection: Connection, options: OidcAdapterOptions = {}): OidcAdapter {
  const { collection = 'countersign_oidc', clockToleranceSeconds = 15, createIndexes = true } = options
  requireConnection(connection)
  requireCollection(collection)
  requireTolerance(clockToleranceSeconds)
  const records = recordsOf(connection, collection)
  let started = false
  const requireStarted = () => started || refuseEarly()

  // An arrow function: what has a prototype, oidc-provider calls with `new`.
  const adapterOf = (model: string): Adapter => {
    requireModel(model)
    return new MongoOidcAdapter({ connection, records, clockToleranceSeconds, requireStarted }, model)
  }
  return Object.assign(adapterOf, {
    async start() {
      await connection.asPromise()
      if (createIndexes) await makeIndexes(records, bySync)
      await verifyIndexes(records, bySync)
      started = true
    },
    async syncIndexes() {
      await connection.asPromise()
      await makeIndexes(records, bySync)
    },
  })
}

function refuseEarly(): never {
  throw new CountersignError(
    'ERR_COUNTERSIGN_OIDC_ADAPTER_NOT_STARTED',
    'The provider asked its adapter before that had started. Write "await adapter.start()" before the provider answers requests.',
  )
}

function requireConnection(given: Partial<Connection> | undefined): void {
  if (typeof given?.asPromise === 'function' && typeof given.model === 'function') return
  throw wrong('The first argument is no connection of Mongoose. Write oidcAdapter(mongoose.connection).')
}

function requireCollection(given: string): void {
  if (/^(?!system\.)[A-Za-z_][A-Za-z0-9_.-]*$/.test(given)) return
  throw wrong(`"collection" is ${JSON.stringify(given)}. Give a name of letters, digits and underscores.`)
}

function requireTolerance(given: number): void {
  if (Number.isFinite(given) && given >= 0) return
  throw wrong(
    `"clockToleranceSeconds" is ${given}. Give the number of seconds that the provider has as clockTolerance.`,
  )
}

function requireModel(given: string): void {
  if (modelPattern.test(given)) return
  throw wrong(
    `oidc-provider asks for a model named ${JSON.stringify(given)}. A bundler has shortened its class names: let it keep them (esbuild: keepNames), or leave oidc-provider out of the bundle.`,
  )
}

function wrong(message: string): CountersignError {
  return new CountersignError('ERR_COUNTERSIGN_OIDC_ADAPTER', message)
}
