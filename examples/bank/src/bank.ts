import type { Logger } from 'pino'
import { openDoor } from './door.js'
import { type Endings, endAll, startWith } from './endings.js'
import { createApp } from './http/app.js'
import { bankStepUp } from './http/bank-step-up.js'
import { openMail } from './inbox/open-mail.js'
import { keysFor, saltKeyOf, sessionSecretsOf } from './keys.js'
import { seed } from './seeds.js'
import { isLocal, publicUrlFor, type Settings, SetupError } from './settings.js'
import { createBankCountersign } from './step-up.js'
import { openStorage } from './storage.js'

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

/**
 * Starts the bank.
 * @throws SetupError when it cannot work as it is set up; nothing is left running then.
 */
export async function startBank(
  settings: Settings,
  log: Logger,
  options: Readonly<{ keysFile?: string }> = {},
): Promise<Bank> {
  return startWith((endings) => start(settings, log, endings, options.keysFile))
}

async function start(settings: Settings, log: Logger, endings: Endings, keysFile?: string): Promise<Bank> {
  const keys = await keysFor(settings, keysFile)
  if (settings.production && !settings.smtpUrl) throw new SetupError(withoutMailServer)
  const door = await openDoor(settings.port)
  endings.push(door.close)
  const url = publicUrlFor(settings, door.port)
  if (url.protocol === 'https:' && settings.trustProxy === undefined) log.warn(withoutProxy)
  const storage = await openStorage(settings, saltKeyOf(keys))
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
