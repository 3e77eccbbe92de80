import { CountersignError } from '@countersign/core'
import { type Bank, startBank } from './bank.js'
import { createLog } from './log.js'
import { seededPassword, seeded as seededPeople } from './seeds.js'
import { readSettings, SetupError } from './settings.js'

const log = createLog()

run().catch((error: unknown) => {
  process.exitCode = 1
  if (error instanceof SetupError || error instanceof CountersignError) console.error(error.message)
  else console.error(error)
})

async function run(): Promise<void> {
  const bank = await startBank(readSettings(process.env), log)
  stopOnSignal(bank)
  console.log(welcome(bank))
}

/** The one thing on the output that is no JSON. */
function welcome({ url, inbox, seeded }: Bank): string {
  return [
    '',
    `  Lindenhof Bank is open:  ${url.origin}`,
    ...(inbox ? [`  Its mail arrives at:     ${url.origin}/inbox`] : []),
    '',
    ...(seeded
      ? whomToSignInAs()
      : [`  With NODE_ENV=production nobody is seeded. Open an account at ${url.origin}/sign-up`]),
    '',
  ].join('\n')
}

function whomToSignInAs(): readonly string[] {
  const people = seededPeople.map(({ email, name }) => `    ${email}  (${name})`)
  return ['  Sign in as', ...people, `  with the password        ${seededPassword}`]
}

function stopOnSignal(bank: Bank): void {
  let stopping = false
  const stop = (signal: NodeJS.Signals) => {
    if (stopping) process.exit(1)
    stopping = true
    log.info({ signal }, 'stopping')
    // Whatever hangs must not keep the process for longer than this.
    setTimeout(() => process.exit(1), 8000).unref()
    bank.stop().catch(() => {
      process.exitCode = 1
    })
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}
