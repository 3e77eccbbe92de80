import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { newKey } from '@countersign/core'
import { seededPassword } from '../src/seeds.js'
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

test('a stop waits for no connection that nobody uses: it is the bank that closes it', async () => {
  const { bank } = await aBank()
  const connection = connect(bank.port, '127.0.0.1')
  await once(connection, 'connect')
  const closed = once(connection, 'close')

  await bank.stop()

  await closed
})

test('in production the bank does not start without a mail server', async () => {
  await expect(aBank({ production: true, keys: newKey() })).rejects.toThrow(
    'SMTP_URL is missing, and with NODE_ENV=production the bank keeps no inbox of its own',
  )
})

test('in production nobody is seeded, and the sign-in page names nobody', async () => {
  const { bank, url } = await aBank({ production: true, keys: newKey(), smtpUrl: 'smtp://127.0.0.1:1' })
  try {
    const visitor = createVisitor('x', url)
    const json = { email: 'alice@example.test', password: seededPassword }
    const page = await visitor.send('GET', '/sign-in', { headers: { accept: 'text/html' } })

    expect(bank.seeded).toBe(false)
    expect((await visitor.send('POST', '/sign-in', { json })).status).toBe(401)
    expect(page.status).toBe(200)
    expect(page.text).not.toMatch(/alice@example|correct horse/)
  } finally {
    await bank.stop()
  }
})

test('after a stop the port is free and nothing answers', async () => {
  const { bank, url } = await aBank()
  const open = createVisitor('x', url)
  expect((await open.send('GET', '/health/live')).status).toBe(200)

  await bank.stop()

  await expect(open.send('GET', '/health/live')).rejects.toThrow()
  const next = await aBank({ port: bank.port })
  await next.bank.stop()
})
