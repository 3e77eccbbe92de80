import { destination } from 'pino'
import { startBank } from './bank.js'
import { createLog } from './log.js'
import { readSettings } from './settings.js'
import { leadTour } from './tour/lead-tour.js'
import { createNarrator, type Narrator, StepFailed } from './tour/narrator.js'

/** The same bank as `npm start`, on a free port and with its own inbox; what it logs goes to the other output. */
async function run(narrator: Narrator): Promise<void> {
  const { smtpUrl: _notUsed, publicUrl: _notHere, ...settings } = readSettings(process.env)
  const bank = await startBank({ ...settings, port: 0 }, createLog(destination(2), 'warn'))
  narrator.says(`Lindenhof Bank is open at ${bank.url.origin}, ${settings.mongoUrl ? 'on a database' : 'in memory'}.`)
  try {
    await leadTour(narrator, bank.url)
  } finally {
    await bank.stop()
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
