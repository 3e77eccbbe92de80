// A Countersign with security codes on MongoDB, whose clock its parent moves: node year-process-main.mjs <url> <database> <keys> <smtp>
import { createCountersign } from '@countersign/core'
import { emailChannel } from '@countersign/email'
import { mongooseStore } from '@countersign/mongoose'
import mongoose from 'mongoose'
import { ServerTime } from '../../packages/mongoose/dist/server-time.js'

const [url, dbName, keys, smtp] = process.argv.slice(2)

// The one place where the store's time comes from: moved, everything that is decided moves with it.
let ahead = 0
const { now } = ServerTime.prototype
ServerTime.prototype.now = function movedNow() {
  return new Date(now.call(this).getTime() + ahead)
}

const connection = await mongoose.createConnection(url, { dbName }).asPromise()
const countersign = createCountersign({
  store: mongooseStore(connection),
  keys,
  publicUrl: 'http://127.0.0.1:3000',
  channels: [emailChannel({ smtp, from: 'A bank <codes@bank.example>' })],
  contactsOf: () => ['home', 'work'].map((at) => ({ kind: 'email', address: `alice@${at}.example`, proved: true })),
  securityCode: { delivery: 'direct', hashing: { memoryKiB: 19_456, passes: 2 } },
  actions: {},
  log: { info() {}, warn() {}, error() {} },
})
await countersign.start()

process.on('message', async ({ call, verb, parameter }) => {
  try {
    process.send({ call, value: await perform(verb, parameter) })
  } catch (error) {
    process.send({ call, error: error.message })
  }
})
process.on('disconnect', async () => {
  await countersign.stop()
  await connection.close()
})
process.send({ ready: true })

async function perform(verb, parameter) {
  if (verb !== 'advance') return countersign.codes[verb](parameter)
  ahead = parameter
  return 'moved'
}
