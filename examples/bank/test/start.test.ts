import { once } from 'node:events'
import { createServer } from 'node:net'
import { createVisitor } from '../src/tour/visitor.js'
import { aBank } from './a-bank.js'

test('a port that is in use is said in one sentence', async () => {
  const occupant = createServer().listen(0)
  await once(occupant, 'listening')
  const address = occupant.address()
  const port = typeof address === 'object' && address ? address.port : 0
  try {
    await expect(aBank({ port })).rejects.toThrow(
      `Port ${port} is in use. Stop the other program, or take another port, such as PORT=${port + 1}.`,
    )
  } finally {
    occupant.close()
  }
})

test('a database that does not answer is said without its address', async () => {
  const mongoUrl = 'mongodb://user:secret@127.0.0.1:1/bank'

  await expect(aBank({ mongoUrl, keys: 'csk1.abcd1234.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' })).rejects.toThrow(
    /^The database of MONGO_URL does not answer \(\w+\)\. Start it, or leave MONGO_URL out to try the bank in memory\.$/,
  )
}, 20_000)

test('after a stop the port is free and nothing answers', async () => {
  const { bank, url } = await aBank()
  const open = createVisitor('x', url)
  expect((await open.send('GET', '/health/live')).status).toBe(200)

  const began = Date.now()
  await bank.stop()

  expect(Date.now() - began).toBeLessThan(5000)
  await expect(open.send('GET', '/health/live')).rejects.toThrow()
  const next = await aBank({ port: bank.port })
  await next.bank.stop()
})
