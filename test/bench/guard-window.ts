import autocannon from 'autocannon'
import { createClient, type Headers } from './frame/client.js'
import { type MeasuredServer, startServer } from './frame/measured-server.js'
import type { Comparison } from './frame/report.js'
import type { Measurement } from './frame/rounds.js'
import { notesWay, notesWayInSession, signedIn } from './ways/countersign-way.js'
import { addressOf, headersOf, type Way } from './ways/walker.js'

/** Requests of one round, and those before them that wake the process up after the others' turns. */
const requests = 1000
const uncounted = 300
const connections = 10
/** autocannon looks as often whether it is done; a second by itself. */
const endsWithinMilliseconds = 10

/** The guard with a valid windowed elevation, beside the same route without it. */
export const guardComparisons: readonly Comparison[] = [
  { bench: 'guard-window', against: 'bare-express', goal: 1.1 },
  { bench: 'guard-window', against: 'express-session' },
  { bench: 'express-session', against: 'bare-express' },
  { bench: 'guard-window-in-session', against: 'express-session' },
]

export const guardServers = {
  'bare-express': () => measurement('bare-express', 'bare-express', async () => identity),
  'express-session': () => measurement('express-session', 'express-session', headersInSession),
  'guard-window': () => measurement('guard-window', 'countersign', (server) => headersAfter(server, notesWay)),
  'guard-window-in-session': () =>
    measurement('guard-window-in-session', 'countersign-in-session', (server) =>
      headersAfter(server, notesWayInSession),
    ),
} as const

/** Every request names its person, the bare route's too, so that the difference is the guard and what it needs. */
const identity: Headers = { 'x-person': 'alice', 'x-sign-in': 'sign-in-of-alice', 'sec-fetch-site': 'same-origin' }

async function measurement(
  name: string,
  program: string,
  credentials: (server: MeasuredServer) => Promise<Headers>,
): Promise<Measurement & Pick<MeasuredServer, 'stop'>> {
  const server = await startServer(program)
  const headers = await credentials(server)
  return {
    name,
    stop: server.stop,
    async round() {
      const sent = { ...identity, ...headers }
      await load(server.url, sent, uncounted)
      const microseconds = await server.measure(() => load(server.url, sent, requests))
      return { [name]: microseconds / requests }
    },
  }
}

async function load(url: string, headers: Headers, amount: number): Promise<void> {
  const { non2xx, errors } = await autocannon({
    url: `${url}/notes`,
    connections,
    amount,
    headers: { ...headers },
    sampleInt: endsWithinMilliseconds,
  })
  if (non2xx + errors > 0) throw new Error(`${non2xx + errors} of ${amount} requests were refused.`)
}

async function headersInSession({ url }: MeasuredServer): Promise<Headers> {
  const client = createClient(url)
  const walker = await signedIn(client, 'alice')
  client.close()
  return headersOf(walker)
}

/** Walks to the elevation once; from then on the cookies carry it. */
async function headersAfter(server: MeasuredServer, way: Way): Promise<Headers> {
  const client = createClient(server.url)
  let walker = await way.walker(client, 'alice')
  for (const step of way.steps.filter(({ name }) => name !== 'use')) {
    const codes = await server.codes()
    walker = await step.take(client, walker, codes[addressOf(walker)] ?? '')
  }
  client.close()
  return headersOf(walker)
}
