import { mongooseStore } from '@countersign/mongoose'
import { storeContract } from '@countersign/testing'
import type { Connection } from 'mongoose'
import { aConnection, aDatabaseName, describeOnMongo, dropped, mongoUrl } from '../support/mongodb.js'
import { type StoreProcess, storeProcess } from '../support/store-process.js'

describeOnMongo('MongoDB keeps the store contract through two processes at once', () => {
  const database = aDatabaseName()
  let here: Connection
  let there: StoreProcess

  beforeAll(async () => {
    here = await aConnection(database)
    there = await storeProcess(mongoUrl ?? '', database)
  }, 30_000)
  afterAll(async () => {
    await there.stop()
    await dropped(here)
  })

  storeContract({
    test: (name, body) => test(name, body, 30_000),
    describe,
    makeStore: async () => {
      const store = mongooseStore(here)
      await store.start?.()
      await Promise.all(Object.values(here.models).map((model) => model.deleteMany({})))
      return { store, other: there.store, stop: async () => store.stop?.() }
    },
  })
})
