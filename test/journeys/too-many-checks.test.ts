import type { AddressInfo } from 'node:net'
import { availableParallelism } from 'node:os'
import { jest } from '@jest/globals'

// Hashes wait while a test holds them: how long they take is no matter here. Whatever imports the core comes after it: a
// module that was loaded before would keep the real one.
let held = Promise.resolve()
let release = () => {}
jest.unstable_mockModule('@node-rs/argon2', () => ({
  async hashRaw(preHash: Buffer) {
    await held
    return preHash
  },
}))

const { default: express } = await import('express')
const { stepUp } = await import('@countersign/express')
const { arrived, bankWithCodes } = await import('../bench/servers/people-with-codes.js')

let stop = async () => {}
afterEach(async () => {
  release()
  await stop()
})

type Whom = Readonly<{ subject: string; session: string }>

const checked = 13 * Math.max(1, Math.min(availableParallelism() - 1, 3))
const other: Whom = { subject: 'other', session: 'the session of other' }

/** An application with ten people more than can have their codes checked or wait for it. */
async function anApplication() {
  const { bank, people, sent } = await bankWithCodes(checked + 10)
  const app = express()
  app.get('/health', (_request, response) => void response.json({ live: true }))
  const { stepUpRoutes } = stepUp(bank, {
    identify: ({ headers }) => ({ subject: String(headers['x-person']), session: String(headers['x-sign-in']) }),
    clientLimits: 'off',
  })
  app.use(stepUpRoutes)
  const server = app.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  async function question(whom: Whom, action: 'notes.open' | 'photos.open'): Promise<string> {
    const opened = await bank.challenges.open({ ...whom, action })
    if (opened.outcome !== 'opened') throw new Error(`The question was ${opened.outcome}.`)
    return opened.challenge.id
  }
  function answer({ subject, session }: Whom, challenge: string, code: string): Promise<Response> {
    return fetch(`${origin}/countersign/challenges/${challenge}/answer`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'sec-fetch-site': 'same-origin',
        'x-person': subject,
        'x-sign-in': session,
      },
      body: JSON.stringify({ code }),
    })
  }
  stop = async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    await bank.stop()
  }
  return { origin, people, question, answer, oneTimeCode: () => arrived(sent.delivered, other.subject) }
}

test('while more security codes are checked than there is room for, who comes on top is told 503 and when to come again, and other routes answer', async () => {
  const { origin, people, question, answer, oneTimeCode } = await anApplication()
  const questions = await Promise.all(people.map((person) => question(person, 'notes.open')))
  const delivered = await question(other, 'photos.open')
  held = new Promise((resolve) => {
    release = resolve
  })

  const refused: Response[] = []
  let tenRefused = () => {}
  const overflown = new Promise<void>((resolve) => {
    tenRefused = resolve
  })
  const answers = people.map(async (person, index) => {
    const response = await answer(person, questions[index] ?? '', person.code)
    if (response.status !== 200) refused.push(response)
    if (refused.length === 10) tenRefused()
    return response.status
  })
  await overflown
  const beside = [
    (await fetch(`${origin}/health`)).status,
    (await answer(other, delivered, await oneTimeCode())).status,
  ]
  release()
  const statuses = await Promise.all(answers)

  expect(beside).toEqual([200, 200])
  expect(refused.map(({ status, headers }) => [status, headers.get('retry-after')])).toEqual(
    Array.from({ length: 10 }, () => [503, '2']),
  )
  expect(statuses.filter((status) => status === 200)).toHaveLength(checked)
})
