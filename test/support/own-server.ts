import mongoose, { type Connection } from 'mongoose'
import { startMongoServer } from '../../scripts/mongodb.mjs'
import { aDatabaseName } from './mongodb.js'

/** A MongoDB server of a suite's own, which it may break without anybody else noticing. */
export type OwnServer = Readonly<{
  /** `mongodb://127.0.0.1:PORT/`. */
  url: string
  /** The database of the suite. */
  database: string
  /** Where a bank of the suite keeps its things. */
  bankUrl: string
  /** A way of the suite's own to look into the database and to set fail points. */
  connection: Connection
  stop(): Promise<void>
}>

/** Starts a server for one suite. */
export async function anOwnServer(): Promise<OwnServer> {
  const { url, stop } = await startMongoServer({ own: true })
  const database = aDatabaseName()
  const bankUrl = `${url}${database}?directConnection=true`
  const connection = await mongoose.createConnection(bankUrl).asPromise()
  return {
    url,
    database,
    bankUrl,
    connection,
    async stop() {
      await connection.close()
      await stop()
    },
  }
}
