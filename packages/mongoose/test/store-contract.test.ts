import { mongooseStore } from '@countersign/mongoose'
import { storeContract } from '@countersign/testing'
import type { Connection } from 'mongoose'
import { aConnection, aDatabaseName, describeOnMongo, dropped } from './mongodb.js'

describeOnMongo('MongoDB keeps the store contract', () => {
  const database = aDatabaseName()
  let one: Connection
  let another: Connection

  beforeAll(async () => {
    one = await aConnection(database)
    another = await aConnection(database)
    await mongooseStore(one).start?.()
  })
  afterAll(async () => {
    await another.close()
    await dropped(one)
  })

  storeContract({
    test: (name, body) => test(name, body, 30_000),
    describe,
    makeStore: () => emptyStore(one, another),
  })
})

/** The same database through two connections; the collections and their indexes stay, the documents go. */
async function emptyStore(one: Connection, another: Connection) {
  await Promise.all(Object.values(one.models).map((model) => model.deleteMany({})))
  const [store, other] = [mongooseStore(one), mongooseStore(another)]
  await Promise.all([store.start?.(), other.start?.()])
  return {
    store,
    other,
    async stop() {
      await Promise.all([store.stop?.(), other.stop?.()])
    },
  }
}
