import { randomBytes } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { hashRaw } from '@node-rs/argon2'
import type { Comparison } from './frame/report.js'
import type { Measurement } from './frame/rounds.js'
import { type BankWithCodes, bankWithCodes, type Person } from './servers/people-with-codes.js'

/** what a check costs by default. */
const cost = { memoryCost: 65_536, timeCost: 3, parallelism: 1 } as const
/** Answers of one round, one after the other. */
const answers = 6
const together = 50

export const securityCodeComparisons: readonly Comparison[] = [
  { bench: 'security-code', against: 'bare-argon2id', goal: 1.05 },
]

/** Both in this process, by the clock: the hash runs on a thread that the process's CPU time counts as well. */
export const securityCodeMeasurements = {
  'bare-argon2id': async (): Promise<Stoppable> => ({
    name: 'bare-argon2id',
    stop() {},
    round: async () => ({ 'bare-argon2id': await timed(answers, bareHash) }),
  }),
  'security-code': async (): Promise<Stoppable> => {
    const { bank, people } = await bankWithCodes(answers)
    return {
      name: 'security-code',
      stop: () => void bank.stop(),
      async round() {
        const ready = await Promise.all(people.map((person) => asked(bank, person)))
        return { 'security-code': await timed(answers, (index) => ready[index]?.() ?? Promise.resolve()) }
      },
    }
  },
}

type Stoppable = Measurement & Readonly<{ stop(): void }>

/** What fifty answers at once do to memory, and how many of them were refused with 503. */
export async function fiftyTogether(): Promise<string> {
  const { bank, people } = await bankWithCodes(together)
  const ready = await Promise.all(people.map((person) => asked(bank, person)))
  const before = process.memoryUsage().rss
  let most = before
  const watch = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss)
  }, 5)
  const outcomes = await Promise.all(ready.map((answer) => answer()))
  clearInterval(watch)
  await bank.stop()
  const refused = outcomes.filter((outcome) => outcome === 'unavailable').length
  const mebibytes = Math.round((most - before) / 2 ** 20)
  return `${together} answers at once, of which ${hashesAtOnce()} can be hashed at a time on ${availableParallelism()} cores: ${mebibytes} MiB more at most, ${together - refused} checked, ${refused} refused as unavailable.`
}

/** As the core does it: one core is left to the event loop, one of its threads to files and names. */
function hashesAtOnce(): number {
  return Math.max(1, Math.min(availableParallelism() - 1, 3))
}

async function timed(times: number, work: (index: number) => Promise<unknown>): Promise<number> {
  const began = performance.now()
  for (let index = 0; index < times; index++) await work(index)
  return ((performance.now() - began) * 1000) / times
}

function bareHash(): Promise<unknown> {
  return hashRaw(randomBytes(32), { ...cost, salt: randomBytes(16) })
}

/** Opens a question; what it returns answers it rightly. */
async function asked(bank: BankWithCodes, { code, ...whom }: Person): Promise<() => Promise<string>> {
  const opened = await bank.challenges.open({ ...whom, action: 'notes.open' })
  if (opened.outcome !== 'opened') throw new Error(`The question was ${opened.outcome}.`)
  const challengeId = opened.challenge.id
  return async () => (await bank.challenges.answer({ ...whom, challengeId, code })).outcome
}
