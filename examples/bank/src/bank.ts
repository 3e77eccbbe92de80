import type { Store } from '@countersign/core'
import { memoryStore } from '@countersign/memory'
import { mongooseStore } from '@countersign/mongoose'
import type { Store as SessionStore } from 'express-session'
import type { Logger } from 'pino'
import { connectTo, databaseSessions } from './database.js'
import { openDoor } from './door.js'
import { createApp } from './http/app.js'
import { bankStepUp } from './http/bank-step-up.js'
import { type Inbox, openInbox } from './inbox/inbox.js'
import { keysFor, sessionSecretsOf } from './keys.js'
import type { Ledger } from './ledger/ledger.js'
import { memoryLedger } from './ledger/memory-ledger.js'
import { mongooseLedger } from './ledger/mongoose-ledger.js'
import { memoryPeople } from './people/memory-people.js'
import { mongoosePeople } from './people/mongoose-people.js'
import type { People } from './people/people.js'
import { seed } from './seeds.js'
import { MemorySessions } from './sessions/memory-sessions.js'
import { idleSeconds } from './sessions/session.js'
import { isLocal, publicUrlFor, type Settings, SetupError } from './settings.js'
import { createBankCountersign } from './step-up.js'

/** A bank that answers. */
export interface Bank {
  /** Where it is reached. */
  readonly url: URL
  /** Where it listens on this machine. */
  readonly port: number
  /** Whether it keeps the mail that it sends, at `/inbox`. */
  readonly inbox: boolean
  /** Whether the people of the demo are there. */
  readonly seeded: boolean
  /** Ends everything that it started; after it nothing of the bank keeps the process alive. */
  stop(): Promise<void>
}

/** Where a bank keeps things. */
type Storage = Readonly<{
  store: Store
  people: People
  ledger: Ledger
  sessions: SessionStore
  stop: () => Promise<void>
}>

/** What is ended in reverse order, whether the start succeeded or stopped half-way. An ending may stand in it twice. */
type Endings = (() => Promise<void>)[]

/**
 * Starts the bank.
 * @throws SetupError when it cannot work as it is set up; nothing is left running then.
 */
export async function startBank(
  settings: Settings,
  log: Logger,
  options: Readonly<{ keysFile?: string }> = {},
): Promise<Bank> {
  const endings: Endings = []
  try {
    return await start(settings, log, endings, options.keysFile)
  } catch (error) {
    await endAll(endings)
    throw error
  }
}

async function start(settings: Settings, log: Logger, endings: Endings, keysFile?: string): Promise<Bank> {
  const keys = await keysFor(settings, keysFile)
  if (settings.production && !settings.smtpUrl) throw new SetupError(withoutMailServer)
  const door = await openDoor(settings.port)
  endings.push(door.close)
  const url = publicUrlFor(settings, door.port)
  if (url.protocol === 'https:' && settings.trustProxy === undefined) log.warn(withoutProxy)
  const storage = await openStorage(settings)
  endings.push(storage.stop)
  const seeded = !settings.production
  if (seeded) await seed(storage.people, storage.ledger)
  const mail = await openMail(settings)
  endings.push(mail.stop)

  const { store, people, ledger } = storage
  const countersign = createBankCountersign({ store, keys, publicUrl: url, smtpUrl: mail.smtpUrl, people, log })
  const stepUp = bankStepUp(countersign, people, settings.clientLimits)
  await countersign.start()
  endings.push(() => countersign.stop())

  const { clientLimits, trustProxy = false } = settings
  const { inbox } = mail
  const parts = { people, ledger, countersign, stepUp, clientLimits, seeded, ...(inbox && { inbox }) }
  const sessionSecrets = sessionSecretsOf(keys)
  door.answerWith(
    createApp(parts, { publicUrl: url, sessionStore: storage.sessions, sessionSecrets, trustProxy, log }),
    isLocal(url),
  )
  endings.push(door.close)
  return { url, port: door.port, inbox: inbox !== undefined, seeded, stop: () => endAll(endings) }
}

const withoutMailServer =
  'SMTP_URL is missing, and with NODE_ENV=production the bank keeps no inbox of its own, where everybody could read the codes. Name a mail server, such as smtps://mail.example.'

const withoutProxy =
  'PUBLIC_URL begins with https, and the bank itself speaks no TLS. Name the proxy before it by TRUST_PROXY, or nobody can sign in.'

/** Where mail goes: to the server that was named, else into an inbox of the bank's own. */
async function openMail({
  smtpUrl,
}: Settings): Promise<Readonly<{ smtpUrl: string; inbox?: Inbox; stop: () => Promise<void> }>> {
  if (smtpUrl) return { smtpUrl, stop: async () => undefined }
  const inbox = await openInbox()
  return { smtpUrl: inbox.smtpUrl, inbox, stop: () => inbox.stop() }
}

async function openStorage({ mongoUrl }: Settings): Promise<Storage> {
  if (mongoUrl) return openDatabase(mongoUrl)
  return {
    store: memoryStore(),
    people: memoryPeople(),
    ledger: memoryLedger(),
    sessions: new MemorySessions(idleSeconds),
    stop: async () => undefined,
  }
}

async function openDatabase(mongoUrl: string): Promise<Storage> {
  const connection = await connectTo(mongoUrl)
  try {
    const people = await mongoosePeople(connection)
    const ledger = await mongooseLedger(connection)
    const sessions = databaseSessions(connection)
    return { store: mongooseStore(connection), people, ledger, sessions, stop: () => connection.close() }
  } catch (error) {
    await connection.close()
    throw error
  }
}

async function endAll(endings: Endings): Promise<void> {
  const failures: unknown[] = []
  while (endings.length > 0)
    await endings
      .pop()?.()
      .catch((error) => failures.push(error))
  if (failures.length > 0) throw new AggregateError(failures, 'Not everything of the bank ended well.')
}
