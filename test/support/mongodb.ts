import mongoose, { type Connection, type ConnectOptions } from 'mongoose'
import { mongoUrl } from '../../packages/mongoose/test/mongodb.js'

export { aConnection, aDatabaseName, describeOnMongo, dropped, mongoUrl } from '../../packages/mongoose/test/mongodb.js'

/** A connection to the same server over another port, such as a proxy's, and to no other member of the replica set. */
export function aConnectionOver(port: number, database: string, options: ConnectOptions = {}): Promise<Connection> {
  const settings = { dbName: database, directConnection: true, ...options }
  return mongoose.createConnection(`mongodb://127.0.0.1:${port}/`, settings).asPromise()
}

/** Where the server listens. */
export function mongoAddress(): { host: string; port: number } {
  const { hostname, port } = new URL(mongoUrl ?? 'mongodb://127.0.0.1:27017/')
  return { host: hostname, port: Number(port || 27_017) }
}
