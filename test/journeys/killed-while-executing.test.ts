import { randomInt } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { aBank, type BankProcess } from '../support/bank-process.js'
import { type Answer, textAt, valueAt, verdictOf } from '../support/client.js'
import { aMongoProxy, type MongoProxy } from '../support/mongo-proxy.js'
import { describeOnMongo } from '../support/mongodb.js'
import { type Person, somePeople } from '../support/person.js'
import { accountOf, ask, aTransfer, type Executed, elevated, type Guarded, transferring } from '../support/step-up.js'
import { type TwoBanks, twoBanks } from '../support/two-banks.js'

const patience = 240_000
const atOnce = 3
/** Three transfers at once take about so long; the dice may well fall later. */
const longestPauseMs = 400

/** When the process dies: at the wire, around a command of somebody's transfer, or whenever the dice say. */
const moments: readonly Moment[] = [
  { at: 'before the elevation is spent', name: 'update', collection: 'countersign_subjects', fate: 'close-before' },
  { at: 'after the elevation is spent', name: 'update', collection: 'countersign_subjects', fate: 'lose-answer' },
  { at: 'before the ledger is written', name: 'insert', collection: 'bank.ledger', fate: 'close-before' },
  { at: 'after the ledger is written', name: 'insert', collection: 'bank.ledger', fate: 'lose-answer' },
  { at: 'any moment' },
]
const rounds = 2 * moments.length

type Moment =
  | Readonly<{ at: string; name: string; collection: string; fate: 'close-before' | 'lose-answer' }>
  | Readonly<{ at: 'any moment' }>
type Attempt = Readonly<{ person: Person; guarded: Guarded; token: string; first: Answer | undefined }>

describeOnMongo('a process that is killed while it executes', () => {
  let banks: TwoBanks
  let wire: MongoProxy
  /** The copy that is killed; each round has a new one. */
  let mortal: BankProcess
  beforeAll(async () => {
    banks = await twoBanks()
    wire = await aMongoProxy(banks.server.url)
    mortal = await aMortalBank()
  }, patience)
  afterAll(async () => {
    await mortal?.kill()
    await wire?.stop()
    await banks?.stop()
  }, patience)

  test(
    'leaves each transfer executed once or not at all, and the client finds out which',
    async () => {
      const tally = { answered: 0, executedUnheard: 0, notExecuted: 0, executedOnRepeat: 0 }

      for (let round = 0; round < rounds; round++) {
        const attempts = await killedInTheMiddle(round)
        const next = aMortalBank()
        for (const attempt of attempts) tally[await cameToLight(attempt)] += 1
        mortal = await next
      }

      process.stderr.write(`\nKilled while executing: ${JSON.stringify(tally)}\n`)
      // Otherwise the kills fell beside what they were aimed at.
      expect(Math.min(tally.executedUnheard, tally.notExecuted, tally.executedOnRepeat)).toBeGreaterThan(0)
    },
    patience,
  )

  /** Everybody holds an elevation; all send their transfer to the mortal copy, which dies at some moment of it. */
  async function killedInTheMiddle(round: number): Promise<readonly Attempt[]> {
    // New ones each time: the lease that a killed relay held on a person's mail has to run out first.
    const people = await somePeople(atOnce, banks.there.origin)
    const ready = await Promise.all(
      people.map(async (person) => {
        const guarded = transferring(aTransfer({ amount: `${round + 1}.00` }))
        return { person, guarded, token: await elevated(atThere(person), banks.inbox, guarded) }
      }),
    )
    const dead = diesAt(moments[round % moments.length] ?? { at: 'any moment' })
    const firsts = await Promise.all(
      ready.map(({ person, guarded, token }) =>
        ask(person.client.at(mortal.origin), guarded, token).catch(() => undefined),
      ),
    )
    await dead
    wire.judge(() => 'pass')
    return ready.map((attempt, index) => ({ ...attempt, first: firsts[index] }))
  }

  /** Aims at one of the transfers, any of them; the others are then wherever they are. */
  function diesAt(moment: Moment): Promise<void> {
    const target = mortal
    if (!('fate' in moment)) return pause(randomInt(longestPauseMs)).then(() => target.kill())
    const { name, collection, fate } = moment
    let before = randomInt(atOnce)
    return new Promise((resolve, reject) => {
      wire.judge((command) => {
        if (command.name !== name || command.collection !== collection || before-- > 0) return 'pass'
        target.kill().then(resolve, reject)
        return fate
      })
    })
  }

  async function aMortalBank(): Promise<BankProcess> {
    return aBank({ ...banks.setUp, mongoUrl: wire.url(banks.server.database) })
  }

  /** What the client learns by sending the same again to the copy that lives, and by looking at the account. */
  async function cameToLight({
    person,
    guarded,
    token,
    first,
  }: Attempt): Promise<'answered' | 'executedUnheard' | 'notExecuted' | 'executedOnRepeat'> {
    const here = atThere(person)
    const again = await ask(here.client, guarded, token)
    const { transfers, balance } = await accountOf(here)
    expect(Number(balance)).toBe(1000 - sumOf(transfers))
    const executed = (confirmation: unknown) => transfers.filter((one) => one.confirmation === confirmation).length

    if (again.status === 201) {
      expect(first).toBeUndefined()
      expect(executed(valueAt(again, 'transfer.confirmation'))).toBe(1)
      return 'executedOnRepeat'
    }
    expect(verdictOf(again)).toBe('403 step-up-already-used')
    const times = executed(textAt(again, 'id'))
    if (first) {
      expect(first.status).toBe(201)
      expect(times).toBe(1)
      return 'answered'
    }
    expect(times).toBeLessThanOrEqual(1)
    return times === 1 ? 'executedUnheard' : 'notExecuted'
  }

  function atThere(person: Person): Person {
    return { ...person, client: person.client.at(banks.there.origin) }
  }
})

function sumOf(transfers: readonly Executed[]): number {
  return transfers.reduce((sum, { amount }) => sum + Number(amount), 0)
}
