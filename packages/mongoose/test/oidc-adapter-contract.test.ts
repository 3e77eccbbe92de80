import { oidcAdapterContract } from '@countersign/testing'
import type { Connection } from 'mongoose'
import { aConnection, aDatabaseName, describeOnMongo, dropped } from './mongodb.js'
import { quietly } from './quietly.js'

const { oidcAdapter } = await quietly(() => import('@countersign/mongoose/oidc-adapter'))

describeOnMongo('MongoDB keeps the contract of an adapter of oidc-provider', () => {
  const database = aDatabaseName()
  let one: Connection
  let another: Connection

  beforeAll(async () => {
    one = await aConnection(database)
    another = await aConnection(database)
  })
  afterAll(async () => {
    await another.close()
    await dropped(one)
  })

  oidcAdapterContract({
    test: (name, body) => test(name, body, 30_000),
    describe,
    makeAdapters: () => emptyAdapters(one, another),
    dump: async () => JSON.stringify(await one.collection('countersign_oidc').find().toArray()),
  })
})

/** The same collection through two connections; its indexes stay, the records go. */
async function emptyAdapters(one: Connection, another: Connection) {
  await one.collection('countersign_oidc').deleteMany({})
  const [adapter, other] = [oidcAdapter(one), oidcAdapter(another)]
  await Promise.all([adapter.start(), other.start()])
  return { adapter, other, stop: async () => {} }
}
