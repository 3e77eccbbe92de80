import type { Store } from '@countersign/core'
import { memoryStore } from '@countersign/memory'
import { mongooseStore } from '@countersign/mongoose'
import type { Store as SessionStore } from 'express-session'
import type { Connection } from 'mongoose'
import { connectTo, databaseSessions } from './database.js'
import type { Ledger } from './ledger/ledger.js'
import { memoryLedger } from './ledger/memory-ledger.js'
import { mongooseLedger } from './ledger/mongoose-ledger.js'
import { newSaltKey } from './people/address-salt.js'
import { memoryPeople } from './people/memory-people.js'
import { mongoosePeople } from './people/mongoose-people.js'
import type { People } from './people/people.js'
import { MemorySessions } from './sessions/memory-sessions.js'
import { idleSeconds } from './sessions/session.js'
import type { Settings } from './settings.js'

/** Where a bank keeps things. */
export type Storage = Readonly<{
  store: Store
  people: People
  ledger: Ledger
  sessions: SessionStore
  /** Where there is a database. */
  connection?: Connection
  stop: () => Promise<void>
}>

/**
 * In the database that is named, else in memory. `saltKey` is what copies on one database share for the salts of newcomers.
 * @throws SetupError when the database does not answer.
 */
export async function openStorage(
  { mongoUrl }: Pick<Settings, 'mongoUrl'>,
  saltKey: Buffer = newSaltKey(),
): Promise<Storage> {
  if (mongoUrl) return openDatabase(mongoUrl, saltKey)
  return {
    store: memoryStore(),
    people: memoryPeople(saltKey),
    ledger: memoryLedger(),
    sessions: new MemorySessions(idleSeconds),
    stop: async () => undefined,
  }
}

async function openDatabase(mongoUrl: string, saltKey: Buffer): Promise<Storage> {
  const connection = await connectTo(mongoUrl)
  try {
    const people = await mongoosePeople(connection, saltKey)
    const ledger = await mongooseLedger(connection)
    const sessions = databaseSessions(connection)
    return {
      store: mongooseStore(connection),
      people,
      ledger,
      sessions,
      connection,
      stop: () => connection.close(),
    }
  } catch (error) {
    await connection.close()
    throw error
  }
}
