import { randomBytes } from 'node:crypto'
import mongoose, { type Connection } from 'mongoose'

/** The server that `npm test` found; without one the suites on MongoDB do not run. */
export const mongoUrl = process.env.COUNTERSIGN_TEST_MONGO_URL

/** `describe`, or a loud word that nothing is proved here because no MongoDB server was found. */
export const describeOnMongo: (name: string, body: () => void) => void = mongoUrl ? describe : skipLoudly

/** A connection to a database of its own. */
export async function aConnection(
  database: string = aDatabaseName(),
  options: mongoose.ConnectOptions = {},
): Promise<Connection> {
  return mongoose.createConnection(mongoUrl ?? '', { dbName: database, ...options }).asPromise()
}

/** A name that no other test uses. */
export function aDatabaseName(): string {
  return `countersign_test_${randomBytes(6).toString('hex')}`
}

/** Removes the database and closes the connection. */
export async function dropped(connection: Connection): Promise<void> {
  await connection.dropDatabase()
  await connection.close()
}

function skipLoudly(name: string, body: () => void): void {
  process.stderr.write(`\nNOT RUN, COUNTERSIGN_TEST_MONGO_URL NAMES NO MONGODB SERVER: ${name}\n`)
  describe.skip(name, body)
}
