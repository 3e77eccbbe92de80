import { MongoStore } from 'connect-mongo'
import mongoose, { type Connection } from 'mongoose'
import { idleSeconds } from './sessions/session.js'
import { SetupError } from './settings.js'

/**
 * The longest wait for a server, for a connection to it, and for its answer. The driver tries each command twice, so
 * that a server which takes commands and says nothing costs a request three seconds. What takes longer has no certain
 * outcome and is answered with 503.
 */
const patience = {
  serverSelectionTimeoutMS: 2000,
  waitQueueTimeoutMS: 2000,
  connectTimeoutMS: 2000,
  socketTimeoutMS: 1500,
}

/**
 * Opens the bank's connection. Every write is acknowledged by a majority that has it on disk, so that nothing which
 * was answered is ever taken back.
 * @throws SetupError when no server answers.
 */
export async function connectTo(mongoUrl: string): Promise<Connection> {
  const connection = mongoose.createConnection()
  // The driver reconnects by itself; requests meanwhile are refused one by one.
  connection.on('error', () => undefined)
  try {
    return await connection.openUri(mongoUrl, {
      appName: 'countersign-bank',
      ...patience,
      bufferCommands: false,
      autoCreate: false,
      sanitizeFilter: true,
      writeConcern: { w: 'majority', journal: true },
      readConcernLevel: 'majority',
    })
  } catch (error) {
    await connection.close().catch(() => undefined)
    const why = error instanceof Error ? error.name : 'an unknown error'
    throw new SetupError(
      `The database of MONGO_URL does not answer (${why}). Start it, or leave MONGO_URL out to try the bank in memory.`,
    )
  }
}

/** Sessions in the database, so that several copies share them. */
export function databaseSessions(connection: Connection): MongoStore {
  return MongoStore.create({
    client: connection.getClient(),
    dbName: connection.name,
    collectionName: 'bank.sessions',
    ttl: idleSeconds,
    touchAfter: 60,
  })
}
