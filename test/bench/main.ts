/**
 * Measures server CPU and prints it: `npm run bench`, a table; `npm run bench -- --json`, one object a line. Words after
 * it choose what is measured (`guard`, `step-up`, `mongodb`), `--rounds=15` how often. `docs/benchmarks.md` says how.
 */

import { asJsonLines, asTable, rowOf } from './frame/report.js'
import { inRounds, type Series } from './frame/rounds.js'
import { guardComparisons, guardServers } from './guard-window.js'
import { findMongo } from './mongo-server.js'
import { stepUpComparisons, stepUpOnMongo, stepUpServers } from './step-up.js'

const words = process.argv.slice(2)
const chosen = words.filter((word) => !word.startsWith('--'))
const counted = Number(words.find((word) => word.startsWith('--rounds='))?.slice('--rounds='.length) ?? 15)

async function main(): Promise<void> {
  const began = performance.now()
  const guard = isChosen('guard') ? await guardSeries() : new Map()
  const stepUp = isChosen('step-up') || isChosen('mongodb') ? await stepUpSeries() : new Map()
  const rows = [
    ...guardComparisons.flatMap((comparison) => rowOf(guard, comparison)),
    ...stepUpComparisons.flatMap((comparison) => rowOf(stepUp, comparison)),
  ]
  process.stdout.write(words.includes('--json') ? asJsonLines(rows) : asTable(rows))
  say(
    `Server CPU, medians and quartiles of ${counted} rounds in turn, ${Math.round((performance.now() - began) / 1000)} s in all.`,
  )
}

function isChosen(what: string): boolean {
  return chosen.length === 0 || chosen.includes(what)
}

type Stoppable = Awaited<ReturnType<typeof stepUpOnMongo>>

async function guardSeries(): Promise<Series> {
  return measured(Object.values(guardServers))
}

async function stepUpSeries(): Promise<Series> {
  const starts = Object.values(stepUpServers)
  if (!isChosen('mongodb')) return measured(starts)
  const mongo = await findMongo()
  if (mongo.outcome === 'none') {
    say(`STEP-UP-MONGODB WAS NOT MEASURED: THERE IS NO SERVER. ${mongo.why}`)
    return measured(starts)
  }
  say(`MongoDB: ${mongo.name}.`)
  return measured([...starts, () => stepUpOnMongo(mongo.url)]).finally(mongo.stop)
}

async function measured(starts: readonly (() => Promise<Stoppable>)[]): Promise<Series> {
  const servers: Stoppable[] = []
  try {
    for (const start of starts) servers.push(await start())
    return await inRounds(servers, { warmUp: 5, counted })
  } finally {
    for (const { stop } of servers) stop()
  }
}

/** Beside the report, which may be read by a program. */
function say(sentence: string): void {
  process.stderr.write(`${sentence}\n`)
}

await main()
