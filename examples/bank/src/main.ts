import { CountersignError } from '@countersign/core'
import { type Bank, startBank } from './bank.js'
import { createLog } from './log.js'
import { seededPassword, seeded as seededPeople } from './seeds.js'
import { readSettings, SetupError } from './settings.js'
import { stopOnSignal } from './stop-on-signal.js'

const log = createLog()

run().catch((error: unknown) => {
  process.exitCode = 1
  if (error instanceof SetupError || error instanceof CountersignError) console.error(error.message)
  else console.error(error)
})

async function run(): Promise<void> {
  const bank = await startBank(readSettings(process.env), log)
  stopOnSignal(bank, log)
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
