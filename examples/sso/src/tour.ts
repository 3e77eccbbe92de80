import {
  createLog,
  createNarrator,
  type Narrator,
  readSettings,
  type Settings,
  StepFailed,
  tourOfTheBank,
} from '@countersign/example-bank/parts'
import { destination } from 'pino'
import { startSso } from './sso.js'
import { leadTour } from './tour/lead-tour.js'

/** First through the bank, then through the single sign-on, on free ports and with inboxes of their own. */
async function run(narrator: Narrator, settings: Settings): Promise<void> {
  await tourOfTheBank(narrator, settings)
  const { smtpUrl: _notUsed, publicUrl: _notHere, ...kept } = settings
  const sso = await startSso({ ...kept, port: 0 }, createLog(destination(2), 'warn'))
  narrator.says('')
  narrator.says(
    `The single sign-on is open: the shop at ${sso.addresses.relyingParty}, its provider at ${sso.addresses.issuer}.`,
  )
  try {
    await leadTour(narrator, sso.addresses)
  } finally {
    await sso.stop()
  }
}

const began = Date.now()
const narrator = createNarrator((line) => console.log(line))
run(narrator, readSettings(process.env)).then(
  () => console.log(`\nAll ${narrator.steps} steps held, in ${Math.round((Date.now() - began) / 1000)} s.\n`),
  (error: unknown) => {
    process.exitCode = 1
    console.error(error instanceof StepFailed ? `\nStep ${narrator.steps} did not hold. ${error.message}\n` : error)
  },
)
