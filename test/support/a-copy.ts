import { type Countersign, createCountersign, type Log } from '@countersign/core'
import { mongooseStore } from '@countersign/mongoose'
import { type CapturedMessages, capturedMessages } from '@countersign/testing'
import mongoose, { type Connection, type ConnectOptions } from 'mongoose'

const actions = {
  'transfer.create': { binds: { amount: 'decimal', payee: 'iban' }, requires: { level: 'code', mode: 'once' } },
  'notes.open': { requires: { level: 'code', mode: 'window', windowSeconds: 300 } },
} as const

/** One of several Countersigns on a database, inside of the test. */
export type Copy = Readonly<{
  countersign: Countersign<typeof actions>
  messages: CapturedMessages
  connection: Connection
  stop(): Promise<void>
}>

const quiet: Log = { info() {}, warn() {}, error() {} }

/** Starts a Countersign over a connection of its own. Everybody has the proved address `<subject>@example.test`. */
export async function aCopy(
  parts: Readonly<{ url: string; keys: string; relay?: boolean; options?: ConnectOptions }>,
): Promise<Copy> {
  const { url, keys, relay = true, options = {} } = parts
  const connection = await mongoose.createConnection(url, options).asPromise()
  const messages = capturedMessages()
  const countersign = createCountersign({
    store: mongooseStore(connection),
    keys,
    publicUrl: 'http://localhost:3000',
    channels: [messages.channel],
    contactsOf: (subject) => [{ kind: 'email', address: `${subject}@example.test`, proved: true }],
    actions,
    log: quiet,
  })
  await countersign.start({ relay })
  return {
    countersign,
    messages,
    connection,
    async stop() {
      await countersign.stop()
      await connection.close()
    },
  }
}

/** A window for the notes of somebody: the token that holds it. */
export async function openWindow(
  { countersign, messages }: Copy,
  whom: Readonly<{ subject: string; session: string }>,
): Promise<string> {
  const opened = await countersign.challenges.open({ ...whom, action: 'notes.open' })
  if (opened.outcome !== 'opened') throw new Error(`No challenge was opened: ${opened.outcome}.`)
  const code = await messages.lastCode(whom.subject)
  const passed = await countersign.challenges.answer({ ...whom, challengeId: opened.challenge.id, code })
  if (passed.outcome !== 'passed') throw new Error(`No window was opened: ${passed.outcome}.`)
  return passed.elevation.token
}
