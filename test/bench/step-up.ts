import { type Client, createClient } from './frame/client.js'
import { type MeasuredServer, startServer } from './frame/measured-server.js'
import type { Comparison } from './frame/report.js'
import type { Measurement } from './frame/rounds.js'
import { twoBarePosts } from './ways/bare-way.js'
import { transferWay, transferWayInSession } from './ways/countersign-way.js'
import { twoFactorWay } from './ways/two-factor-way.js'
import { addressOf, type Step, type Walker, type Way } from './ways/walker.js'

const fifth = 0.2

/**
 * A whole step-up: open and answer through HTTP, with what the relay does behind them. `-and-guard` has also the refused
 * request that hands out the ticket and the repeated one that spends the elevation. `two-bare-posts` is the floor: Express 5 reads
 * two JSON bodies as long and answers two, and nothing is decided.
 */
export const stepUpComparisons: readonly Comparison[] = [
  { bench: 'step-up-memory', against: 'better-auth-memory', goal: fifth, goalMicroseconds: 350 },
  { bench: 'step-up-memory', against: 'better-auth-sqlite', goal: fifth },
  { bench: 'step-up-memory', against: 'two-bare-posts' },
  { bench: 'step-up-memory-in-session', against: 'better-auth-memory' },
  { bench: 'step-up-memory-in-session', against: 'better-auth-sqlite' },
  { bench: 'step-up-memory-and-guard', against: 'better-auth-memory' },
  { bench: 'step-up-mongodb', against: 'step-up-memory' },
  { bench: 'step-up-mongodb', against: 'better-auth-memory' },
  { bench: 'step-up-mongodb-and-guard', against: 'step-up-memory-and-guard' },
]

/** How many walk at once, how often in a round, and how many there are in turn. */
type Crowd = Readonly<{ together: number; waves: number; people: number }>

const many: Crowd = { together: 100, waves: 1, people: 600 }
/** The adapter in memory searches its tables from end to end: few people are the best that can happen to it. */
const few: Crowd = { together: 10, waves: 2, people: 10 }
const patient: Crowd = { together: 10, waves: 1, people: 240 }

export const stepUpServers = {
  'step-up-memory': () => measurement('step-up-memory', 'countersign', transferWay, many),
  'step-up-memory-in-session': () =>
    measurement('step-up-memory-in-session', 'countersign-in-session', transferWayInSession, many),
  'two-bare-posts': () => measurement('two-bare-posts', 'two-bare-posts', twoBarePosts, many),
  'better-auth-memory': () => measurement('better-auth-memory', 'better-auth-memory', twoFactorWay, few),
  'better-auth-sqlite': () => measurement('better-auth-sqlite', 'better-auth-sqlite', twoFactorWay, few),
} as const

/** The same on MongoDB; the server's CPU is Node's, not the database's. */
export function stepUpOnMongo(url: string): ReturnType<typeof measurement> {
  return measurement('step-up-mongodb', 'countersign-mongodb', transferWay, patient, { BENCH_MONGO_URL: url })
}

async function measurement(
  name: string,
  program: string,
  way: Way,
  crowd: Crowd,
  environment?: Readonly<Record<string, string>>,
): Promise<Measurement & Pick<MeasuredServer, 'stop'>> {
  const server = await startServer(program, environment)
  const client = createClient(server.url)
  const people = await Promise.all(
    Array.from({ length: crowd.people }, (_, number) => way.walker(client, `p${number}`)),
  )

  return {
    name,
    stop() {
      client.close()
      server.stop()
    },
    async round() {
      const steps = await walked({ server, client, way, people, crowd })
      const { ask = 0, open = 0, answer = 0, use = 0 } = steps
      return { [name]: open + answer, [`${name}-and-guard`]: ask + open + answer + use }
    },
  }
}

type Walk = Readonly<{ server: MeasuredServer; client: Client; way: Way; people: Walker[]; crowd: Crowd }>

/** Microseconds for each step of one person's way. The first wave wakes the process up after the others' turns and is not counted. */
async function walked(walk: Walk): Promise<Partial<Record<Step['name'], number>>> {
  const { people, crowd, way } = walk
  const total: Partial<Record<Step['name'], number>> = {}
  for (let wave = 0; wave <= crowd.waves; wave++) {
    const walkers = people.splice(0, crowd.together)
    for (const step of way.steps) {
      const microseconds = await taken(walk, step, walkers)
      if (wave > 0) total[step.name] = (total[step.name] ?? 0) + microseconds / (crowd.together * crowd.waves)
    }
    people.push(...walkers)
  }
  return total
}

async function taken({ server, client }: Walk, step: Step, walkers: Walker[]): Promise<number> {
  const codes = await server.codes()
  return server.measure(
    async () => {
      const moved = await Promise.all(
        walkers.map((walker) => step.take(client, walker, codes[addressOf(walker)] ?? '')),
      )
      walkers.splice(0, walkers.length, ...moved)
    },
    step.sends ? walkers.length : 0,
  )
}
