import type { Store, StoreHealth } from '@countersign/core'
import type { Connection } from 'mongoose'
import { syncIndexes, verifyStoreIndexes } from './indexes.js'
import { MongoAuditLog } from './mongo-audit-log.js'
import { MongoLimits } from './mongo-limits.js'
import { MongoSubjects } from './mongo-subjects.js'
import { type Hello, ServerTime } from './server-time.js'

/** Options of `mongooseStore`. */
export type MongooseStoreOptions = Readonly<{
  /** Whether `start()` makes the indexes [true]. With `false` it only looks whether they are there; see `syncIndexes`. */
  createIndexes?: boolean
  /** Called with one sentence when the database's clock jumps. The same sentences are in `health()`. */
  onWarning?: (warning: string) => void
}>

/**
 * Keeps everything in MongoDB, on the connection of the application: subjects in `countersign_subjects`, the audit log
 * in `countersign_audit`, counters in `countersign_limits`. A standalone server, a replica set and a sharded cluster
 * (shard key: `_id`) serve alike; only the first loses what it acknowledged when its disk dies, and `health()` says so.
 *
 * Every method rejects with `StoreUnavailable` (`ERR_COUNTERSIGN_STORE_UNAVAILABLE`) within about three seconds when
 * MongoDB gives no certain answer, and with `ERR_COUNTERSIGN_FORMAT` for a subject that a newer version wrote. `start()`
 * waits for the connection to open and rejects with `ERR_COUNTERSIGN_INDEX_MISSING` when indexes are missing and cannot
 * be made. `stop()` leaves the connection open: it is yours.
 *
 * @example
 * const connection = await mongoose.createConnection(process.env.MONGO_URL).asPromise()
 * const store = mongooseStore(connection)
 */
export function mongooseStore(connection: Connection, options: MongooseStoreOptions = {}): Store {
  const { createIndexes = true, onWarning = () => {} } = options
  const time = new ServerTime(connection, onWarning)
  return {
    subjects: new MongoSubjects(connection, time),
    audit: new MongoAuditLog(connection),
    limits: new MongoLimits(connection, time),
    async start() {
      await connection.asPromise()
      time.listen()
      await time.ask()
      if (createIndexes) await syncIndexes(connection)
      await verifyStoreIndexes(connection)
    },
    async stop() {
      time.ignore()
    },
    async health() {
      const hello = await time.ask().catch(() => undefined)
      return healthOf(hello, time)
    },
  }
}

function healthOf(hello: Hello | undefined, time: ServerTime): StoreHealth {
  if (!hello) return { reachable: false, warnings: ['MongoDB does not answer.', ...time.warnings()] }
  const standalone = !hello.setName && hello.msg !== 'isdbgrid'
  const alone = 'MongoDB is a standalone server: what it acknowledged is lost with its disk. Use a replica set.'
  return { reachable: true, warnings: [...(standalone ? [alone] : []), ...time.warnings()] }
}
