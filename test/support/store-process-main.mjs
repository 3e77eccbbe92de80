// Holds a store on MongoDB and does what its parent asks: node store-process-main.mjs <url> <database>
import { mongooseStore } from '@countersign/mongoose'
import mongoose from 'mongoose'

const [url, dbName] = process.argv.slice(2)
const connection = await mongoose.createConnection(url, { dbName }).asPromise()
const store = mongooseStore(connection)

process.on('message', async ({ call, method, parameters }) => {
  try {
    process.send({ call, value: await perform(method, parameters) })
  } catch (error) {
    process.send({ call, error: { message: error.message, code: error.code } })
  }
})

process.on('disconnect', async () => {
  await store.stop()
  await connection.close()
})

function perform(method, parameters) {
  if (method === 'start') return store.start()
  const [port, verb] = method.split('.')
  return store[port][verb](...parameters)
}
