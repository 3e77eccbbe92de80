import { CountersignError } from '@countersign/core'
import {
  createLog,
  readSettings,
  SetupError,
  seeded,
  seededPassword,
  stopOnSignal,
} from '@countersign/example-bank/parts'
import { type Sso, startSso } from './sso.js'

const log = createLog()

run().catch((error: unknown) => {
  process.exitCode = 1
  console.error(error instanceof SetupError || error instanceof CountersignError ? error.message : error)
})

async function run(): Promise<void> {
  const sso = await startSso(readSettings({ ...process.env, PORT: process.env.PORT ?? '3100' }), log)
  stopOnSignal(sso, log)
  console.log(welcome(sso))
}

/** The one thing on the output that is no JSON. */
function welcome({ addresses, inbox }: Sso): string {
  return [
    '',
    `  The shop is open:        ${addresses.relyingParty}`,
    `  It signs people in with: ${addresses.issuer}`,
    `  and pays over the API:   ${addresses.api}`,
    ...(inbox ? [`  Mail arrives at:         ${addresses.issuer}/inbox`] : []),
    '',
    '  Sign in as',
    ...seeded.map(({ email, name }) => `    ${email}  (${name})`),
    `  with the password        ${seededPassword}`,
    '',
  ].join('\n')
}
