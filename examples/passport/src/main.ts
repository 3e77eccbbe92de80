import { startExample } from './example.js'
import { seededPassword } from './people.js'

const example = await startExample({ port: Number(process.env.PORT ?? 3000) })

console.log(`
  Open              ${example.url}
  Its mail is at    ${example.url}/inbox

  Log in as         alice@example.test  or  bob@example.test
  with the password ${seededPassword}
`)

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void example.stop())
