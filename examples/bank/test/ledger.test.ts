import { randomUUID } from 'node:crypto'
import type { Connection } from 'mongoose'
import { connectTo } from '../src/database.js'
import { executeTransfer, openAccount } from '../src/ledger/execute-transfer.js'
import type { Ledger } from '../src/ledger/ledger.js'
import { memoryLedger } from '../src/ledger/memory-ledger.js'
import { mongooseLedger } from '../src/ledger/mongoose-ledger.js'
import { aDatabaseUrl, onDatabase } from './database.js'

const at = new Date('2026-11-23T14:33:00Z')

function anOrder(cents: number) {
  return { cents, currency: 'EUR', payee: 'CH9300762011623852957' } as const
}

async function anAccount(ledger: Ledger) {
  const account = randomUUID()
  await openAccount(ledger, account, at)
  return {
    account,
    send: (cents: number, confirmation: string = randomUUID(), elevation: string = randomUUID()) =>
      executeTransfer(ledger, { account, order: anOrder(cents), confirmation, elevation, at }),
    balance: async () => (await ledger.last(account))?.balance,
  }
}

function ledgerContract(open: () => Ledger): void {
  test('an account starts with 1000.00 EUR, however often it is opened', async () => {
    const ledger = open()
    const { account, balance } = await anAccount(ledger)

    await Promise.all([openAccount(ledger, account, at), openAccount(ledger, account, at)])

    expect(await balance()).toBe(100_000)
    expect(await ledger.newest(account, 10)).toHaveLength(1)
  })

  test('a transfer takes its money in the same write', async () => {
    const ledger = open()
    const { account, send } = await anAccount(ledger)

    const result = await send(25_000, 'c1'.padEnd(8, account))

    expect(result).toMatchObject({ outcome: 'executed', entry: { number: 1, cents: -25_000, balance: 75_000 } })
    expect((await ledger.newest(account, 10)).map(({ number, balance }) => [number, balance])).toEqual([
      [1, 75_000],
      [0, 100_000],
    ])
  })

  test('twenty attempts with one confirmation are one transfer', async () => {
    const { send, balance } = await anAccount(open())
    const confirmation = randomUUID()

    const results = await Promise.all(Array.from({ length: 20 }, () => send(100, confirmation)))

    const references = new Set(results.map((result) => result.outcome === 'executed' && result.entry.reference))
    expect(references.size).toBe(1)
    expect(await balance()).toBe(99_900)
  })

  test('of ten transfers at once for which the money is there three times, three are carried out', async () => {
    const { send, balance } = await anAccount(open())

    const results = await Promise.all(Array.from({ length: 10 }, () => send(30_000)))

    expect(results.filter(({ outcome }) => outcome === 'executed')).toHaveLength(3)
    expect(results.filter(({ outcome }) => outcome === 'insufficient-funds')).toHaveLength(7)
    expect(await balance()).toBe(10_000)
  })

  test('somebody else finds neither the reference, nor the confirmation, nor the elevation', async () => {
    const ledger = open()
    const { account, send } = await anAccount(ledger)
    const [confirmation, elevation] = [randomUUID(), randomUUID()]
    const result = await send(100, confirmation, elevation)
    const reference = result.outcome === 'executed' ? result.entry.reference : ''

    expect(await ledger.byReference(account, reference)).toMatchObject({ confirmation })
    expect(await ledger.byElevation(account, elevation)).toMatchObject({ confirmation, reference })
    expect(await ledger.byElevation('somebody-else', elevation)).toBeUndefined()
    expect(await ledger.byReference('somebody-else', reference)).toBeUndefined()
    expect(await ledger.byConfirmation('somebody-else', confirmation)).toBeUndefined()
  })
}

describe('in memory', () => {
  ledgerContract(memoryLedger)
})

onDatabase('in MongoDB', () => {
  let connection: Connection
  let ledger: Ledger

  beforeAll(async () => {
    connection = await connectTo(aDatabaseUrl() ?? '')
    ledger = await mongooseLedger(connection)
  })
  afterAll(async () => {
    await connection.dropDatabase()
    await connection.close()
  })

  ledgerContract(() => ledger)
})
