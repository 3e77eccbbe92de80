import { randomBytes } from 'node:crypto'
import { createLog, createVisitor, startBank } from '@countersign/example-bank/parts'
import { lockedOut } from '../support/locked-customer.js'
import { acts, type Kind, kinds, strangersApp } from '../support/strangers.js'
import { createClient, expected } from './frame/client.js'
import { summaryOf } from './frame/statistics.js'

const samples = 500
const uncounted = 100
/** */
const mostMilliseconds = 5

type Times = Map<string, number[]>

/** How long it takes to answer who names an address, by what the address is: 500 samples of each, in turn. A table, and the verdict. */
export async function enumeration(): Promise<string> {
  const times: Times = new Map()
  await namingAddresses(times)
  await signingUp(times)
  return report(times)
}

/** In an account: the claim, a wrong code for its proof, one more message, the proof of an address that the application knows. */
async function namingAddresses(times: Times): Promise<void> {
  const app = await strangersApp()
  try {
    for (let round = 0; round < uncounted; round += 1) await app.tries(turned(round)[0] ?? 'unknown')
    for (let round = 0; round < samples; round += 1)
      for (const kind of turned(round)) {
        const answers = await app.tries(kind)
        for (const act of acts) push(times, `${act} ${kind}`, answers[act].took)
      }
  } finally {
    await app.stop()
  }
}

/** At the bank: addresses that nobody has, that somebody has, that nobody has proved, and that of somebody who is locked out. */
async function signingUp(times: Times): Promise<void> {
  const silent = createLog({ write() {} })
  const bank = await startBank({ port: 0, clientLimits: false, production: false }, silent)
  const client = createClient(bank.url.origin)
  const addressOf = (kind: Kind) =>
    kind === 'unknown' ? `${randomBytes(4).toString('hex')}@example.test` : `${addresses[kind]}@example.test`
  const signUp = async (email: string) => {
    const began = performance.now()
    const body = { name: 'Eve Muster', email, password: 'a password of eve' }
    expected(await client.send('POST', '/sign-up', { 'sec-fetch-site': 'same-origin' }, body), 201)
    return performance.now() - began
  }
  const locked = createVisitor('locked', bank.url)
  const person = { email: addressOf('locked'), password: 'a password of locked' }
  try {
    await locked.send('POST', '/sign-up', { json: { ...person, name: 'Lou Muster' } })
    await locked.send('POST', '/sign-in', { json: person })
    await lockedOut(locked)
    for (let round = 0; round < uncounted / 10; round += 1) await signUp(addressOf('unknown'))
    for (let round = 0; round < samples; round += 1)
      for (const kind of turned(round)) push(times, `sign-up ${kind}`, await signUp(addressOf(kind)))
  } finally {
    client.close()
    await bank.stop()
  }
}

const addresses = { known: 'alice', unverified: 'newcomer', locked: 'locked' } as const

/** Another kind begins each round. */
function turned(round: number): readonly Kind[] {
  const first = round % kinds.length
  return [...kinds.slice(first), ...kinds.slice(0, first)]
}

function push(times: Times, name: string, took: number): void {
  const known = times.get(name)
  if (known) known.push(took)
  else times.set(name, [took])
}

function report(times: Times): string {
  return [...acts, 'sign-up']
    .map((act) => {
      const summaries = kinds.map((kind) => ({ kind, ...summaryOf(times.get(`${act} ${kind}`) ?? []) }))
      const medians = summaries.map(({ median }) => median)
      const difference = Math.max(...medians) - Math.min(...medians)
      const told = summaries.map(
        ({ kind, median, spread: [lower, upper] }) =>
          `${kind} ${median.toFixed(2)} (${lower.toFixed(2)} to ${upper.toFixed(2)})`,
      )
      const verdict = difference < mostMilliseconds ? 'met' : 'MISSED'
      return `${act.padEnd(7)} ms: ${told.join(', ')}; medians differ by ${difference.toFixed(2)} ms (${verdict}: less than ${mostMilliseconds})`
    })
    .join('\n')
}
