import { randomBytes } from 'node:crypto'
import { destination } from 'pino'
import { startBank } from './bank.js'
import { createLog } from './log.js'
import { readSettings } from './settings.js'
import { createNarrator, type Narrator, StepFailed } from './tour/narrator.js'
import {
  type Customer,
  changeAddress,
  lockCodes,
  openAccount,
  openNotes,
  transferOnce,
  useUpChallenge,
} from './tour/stations.js'
import { createTourGuide } from './tour/tour-guide.js'
import { createVisitor } from './tour/visitor.js'

/** The same bank as `npm start`, on a free port and with its own inbox; what it logs goes to the other output. */
async function run(narrator: Narrator): Promise<void> {
  const { smtpUrl: _notUsed, publicUrl: _notHere, ...settings } = readSettings(process.env)
  const bank = await startBank({ ...settings, port: 0 }, createLog(destination(2), 'warn'))
  narrator.says(`Lindenhof Bank is open at ${bank.url.origin}, ${settings.mongoUrl ? 'on a database' : 'in memory'}.`)
  try {
    await lead(narrator, bank.url)
  } finally {
    await bank.stop()
  }
}

async function lead(narrator: Narrator, url: URL): Promise<void> {
  const guide = createTourGuide(narrator, createVisitor('inbox', url))
  const round = randomBytes(4).toString('hex')
  const alice = newCustomer('Alice Keller', `alice.${round}`, url)
  const bob = newCustomer('Bob Brunner', `bob.${round}`, url)

  await openAccount(guide, alice)
  await transferOnce(guide, alice)
  await openAccount(guide, bob)
  await useUpChallenge(guide, bob)
  await openNotes(guide, alice)
  await changeAddress(guide, alice, `alice.new.${round}@example.test`)
  await lockCodes(guide, bob)
}

/** New at every tour, since a lock lasts and the data may, too. */
function newCustomer(name: string, mailbox: string, url: URL): Customer {
  const [firstName = name] = name.split(' ')
  return {
    visitor: createVisitor(firstName, url),
    name,
    email: `${mailbox}@example.test`,
    password: 'correct horse battery staple',
  }
}

const began = Date.now()
const narrator = createNarrator((line) => console.log(line))
run(narrator).then(
  () => console.log(`\nAll ${narrator.steps} steps held, in ${Math.round((Date.now() - began) / 1000)} s.\n`),
  (error: unknown) => {
    process.exitCode = 1
    console.error(error instanceof StepFailed ? `\nStep ${narrator.steps} did not hold. ${error.message}\n` : error)
  },
)
