import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mongoose from 'mongoose'
import { createVisitor, type Visitor } from '../src/tour/visitor.js'
import { aBank, aCustomer, aTransfer, confirmed, type RunningBank, signedIn, typeOf } from './a-bank.js'
import { aDatabaseUrl, onDatabase } from './database.js'

onDatabase('several copies on one database', () => {
  const mongoUrl = aDatabaseUrl() ?? ''
  let folder: string
  let one: RunningBank
  let other: RunningBank

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'countersign-copies-'))
    const keysFile = join(folder, 'keys')
    ;[one, other] = await Promise.all([aBank({ mongoUrl }, { keysFile }), aBank({ mongoUrl }, { keysFile })])
  }, 60_000)

  afterAll(async () => {
    await Promise.all([one.bank.stop(), other.bank.stop()])
    const connection = await mongoose.createConnection(mongoUrl).asPromise()
    await connection.dropDatabase()
    await connection.close()
    await rm(folder, { recursive: true })
  })

  /** The same cookies at the other copy. */
  function atOther(visitor: Visitor): Visitor {
    return { ...visitor, send: (method, path, sending) => visitor.send(method, new URL(path, other.url).href, sending) }
  }

  test('started together, they are one bank with the people seeded once', async () => {
    const alice = await signedIn(one, 'alice@example.test')

    expect((await atOther(alice).send('GET', '/account')).json).toMatchObject({
      name: 'Alice Keller',
      balance: '1000.00',
      transfers: [],
    })
  })

  test('a third copy that seeds again changes nothing', async () => {
    const customer = await aCustomer(one)
    const headers = await confirmed(
      customer,
      await customer.send('POST', '/transfers', { json: aTransfer }),
      customer.email,
    )
    await customer.send('POST', '/transfers', { json: aTransfer, headers })

    const third = await aBank({ mongoUrl }, { keysFile: join(folder, 'keys') })
    await third.bank.stop()

    expect((await customer.send('GET', '/account')).json).toMatchObject({ balance: '750.00' })
    expect((await (await signedIn(one, 'bob@example.test')).send('GET', '/account')).json).toMatchObject({
      balance: '1000.00',
    })
  }, 60_000)

  test('forty requests with one elevation, spread over both, are one transfer', async () => {
    const customer = await aCustomer(one)
    const elsewhere = atOther(customer)
    const headers = await confirmed(
      customer,
      await customer.send('POST', '/transfers', { json: aTransfer }),
      customer.email,
    )

    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        (index % 2 ? customer : elsewhere).send('POST', '/transfers', { json: aTransfer, headers }),
      ),
    )

    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
    const { json } = await customer.send('GET', '/account')
    expect(json).toMatchObject({ balance: '750.00', transfers: [{ amount: '250.00' }] })
    const again = await elsewhere.send('POST', '/transfers', { json: aTransfer, headers })
    expect([typeOf(again), again.json.id]).toEqual([
      'step-up-already-used',
      (json.transfers as { confirmation: string }[])[0]?.confirmation,
    ])
  }, 60_000)

  test('who signs out at one is signed out at the other', async () => {
    const customer = await aCustomer(one)
    const elsewhere = atOther(createVisitor('x', one.url))
    await customer.send('POST', '/sign-out')

    expect((await atOther(customer).send('GET', '/account')).status).toBe(401)
    expect((await elsewhere.send('GET', '/account')).status).toBe(401)
  })
})
