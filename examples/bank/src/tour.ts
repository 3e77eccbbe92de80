import { destination } from 'pino'
import { startBank } from './bank.js'
import { createLog } from './log.js'
import type { Settings } from './settings.js'
import { leadTour } from './tour/lead-tour.js'
import type { Narrator } from './tour/narrator.js'

/** The same bank as `npm start`, on a free port and with its own inbox; what it logs goes to the other output. */
export async function tourOfTheBank(narrator: Narrator, settings: Settings): Promise<void> {
  const { smtpUrl: _notUsed, publicUrl: _notHere, ...kept } = settings
  const bank = await startBank({ ...kept, port: 0 }, createLog(destination(2), 'warn'))
  narrator.says(`Lindenhof Bank is open at ${bank.url.origin}, ${settings.mongoUrl ? 'on a database' : 'in memory'}.`)
  try {
    await leadTour(narrator, bank.url)
  } finally {
    await bank.stop()
  }
}
