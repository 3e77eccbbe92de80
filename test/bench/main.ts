/**
 * Measures server CPU and prints it: `npm run bench`, a table; `npm run bench -- --json`, one object a line. Words after
 * it choose what is measured: `guard`, `token`, `oidc`, `step-up` (MongoDB included), `memory` (without), `security-code`, `security-code-load`; `enumeration` (five minutes) only when named.
 */
import { enumeration } from './enumeration.js'
import { asJsonLines, asTable, rowOf } from './frame/report.js'
import { inRounds, type Patience, type Series } from './frame/rounds.js'
import { guardComparisons, guardServers } from './guard-window.js'
import { findMongo } from './mongo-server.js'
import { oidcFlowComparisons, oidcFlowServers } from './oidc-flow.js'
import { requireTokenComparisons, requireTokenServers } from './require-token.js'
import { fiftyTogether, securityCodeComparisons, securityCodeMeasurements } from './security-code.js'
import { securityCodeLoad } from './security-code-load.js'
import { stepUpComparisons, stepUpOnMongo, stepUpServers } from './step-up.js'

const words = process.argv.slice(2)
const chosen = words.filter((word) => !word.startsWith('--'))
const patience = {
  guard: { warmUpSecondsEach: 3, countedSeconds: 22 },
  token: { warmUpSecondsEach: 5, countedSeconds: 40 },
  oidc: { warmUpSecondsEach: 6, countedSeconds: 30 },
  stepUp: { warmUpSecondsEach: 7, countedSeconds: 40 },
  securityCode: { warmUpSecondsEach: 1, countedSeconds: 20 },
} as const
const none: Series = new Map()

type Stoppable = Awaited<ReturnType<typeof stepUpOnMongo>>

async function main(): Promise<void> {
  const began = performance.now()
  const guard = isChosen('guard') ? await measured(Object.values(guardServers), patience.guard) : none
  const token = isChosen('token') ? await measured(await requireTokenServers(), patience.token) : none
  const oidc = isChosen('oidc') ? await measured(Object.values(oidcFlowServers), patience.oidc) : none
  const stepUp = isChosen('step-up', 'memory') ? await stepUpSeries() : none
  const codes = isChosen('security-code')
    ? await measured(Object.values(securityCodeMeasurements), patience.securityCode)
    : none
  const rows = [
    ...guardComparisons.flatMap((comparison) => rowOf(guard, comparison)),
    ...requireTokenComparisons.flatMap((comparison) => rowOf(token, comparison)),
    ...oidcFlowComparisons.flatMap((comparison) => rowOf(oidc, comparison)),
    ...stepUpComparisons.flatMap((comparison) => rowOf(stepUp, comparison)),
    ...securityCodeComparisons.flatMap((comparison) => rowOf(codes, comparison)),
  ]
  process.stdout.write(words.includes('--json') ? asJsonLines(rows) : asTable(rows))
  if (isChosen('security-code')) say(await fiftyTogether())
  if (isChosen('security-code', 'security-code-load')) say(await securityCodeLoad())
  if (chosen.includes('enumeration')) say(await enumeration())
  const rounds = [guard, token, oidc, stepUp, codes].map(roundsOf).join(', ')
  say(`Medians and quartiles of ${rounds} rounds, ${secondsSince(began)} s in all.`)
}

function isChosen(...names: readonly string[]): boolean {
  return chosen.length === 0 || chosen.some((word) => names.includes(word))
}

function roundsOf(series: Series): number {
  return Math.max(0, ...[...series.values()].map(({ length }) => length))
}

function secondsSince(began: number): number {
  return Math.round((performance.now() - began) / 1000)
}

async function stepUpSeries(): Promise<Series> {
  const starts = Object.values(stepUpServers)
  if (chosen.includes('memory')) return measured(starts, patience.stepUp)
  const mongo = await findMongo()
  if (mongo.outcome === 'none') {
    say(`STEP-UP-MONGODB WAS NOT MEASURED: THERE IS NO SERVER. ${mongo.why}`)
    return measured(starts, patience.stepUp)
  }
  say(`MongoDB: ${mongo.name}.`)
  return measured([...starts, () => stepUpOnMongo(mongo.url)], patience.stepUp).finally(mongo.stop)
}

async function measured(starts: readonly (() => Promise<Stoppable>)[], patient: Patience): Promise<Series> {
  const servers: Stoppable[] = []
  try {
    for (const start of starts) servers.push(await start())
    return await inRounds(servers, patient)
  } finally {
    for (const { stop } of servers) stop()
  }
}

/** Beside the report, which may be read by a program. */
function say(sentence: string): void {
  process.stderr.write(`${sentence}\n`)
}

await main()
