import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { newKey } from '@countersign/core'
import { stepUp } from '@countersign/express'
import express, { type Express } from 'express'
import session from 'express-session'
import { aCopy, type Copy } from '../support/a-copy.js'
import { aClient, type Client, textAt } from '../support/client.js'
import { aDatabaseName, describeOnMongo, mongoUrl } from '../support/mongodb.js'
import { answerWith, ask, type Guarded, ticketFor } from '../support/step-up.js'
import { until } from '../support/until.js'

const patience = 60_000
const transferring: Guarded = {
  method: 'POST',
  path: '/transfers',
  body: { amount: '1.00', payee: 'CH9300762011623852957' },
}
const openingNotes: Guarded = { method: 'GET', path: '/notes' }

describeOnMongo('with nobody else writing, on the way of a request,', () => {
  let copy: Copy
  /** Sends the messages, over a connection of its own whose commands are not counted. */
  let relay: Copy
  let server: Server
  let client: Client
  let commands: string[]

  beforeAll(async () => {
    const parts = { url: mongoUrl ?? '', keys: newKey(), options: { dbName: aDatabaseName(), monitorCommands: true } }
    copy = await aCopy({ ...parts, relay: false })
    relay = await aCopy(parts)
    copy.connection.getClient().on('commandStarted', ({ commandName, command }) => {
      if (!isOfTheFeed(command)) commands.push(commandName)
    })
    commands = []
    server = createServer(anApplication(copy)).listen(0, 'localhost')
    await once(server, 'listening')
    const address = server.address()
    client = aClient(`http://localhost:${typeof address === 'object' ? address?.port : ''}`)
    await client.post('/sign-in')
  }, patience)
  beforeEach(settled)
  afterAll(async () => {
    server?.close()
    await relay?.connection.dropDatabase()
    await relay?.stop()
    await copy?.stop()
  }, patience)

  test('opening, answering and using a one-shot elevation send two commands each', async () => {
    const ticket = await ticketFor(client, transferring)
    const opened = await counted(() => client.post('/countersign/challenges', { ticket }))
    const code = await codeOfAlice()
    const answered = await counted(() => answerWith(client, textAt(opened.answer, 'challenge.id'), code))
    const used = await counted(() => ask(client, transferring, textAt(answered.answer, 'elevation.token')))

    expect([opened.answer, answered.answer, used.answer].map(({ status }) => status)).toEqual([201, 200, 201])
    expect([opened.sent, answered.sent, used.sent]).toEqual([
      ['find', 'update'],
      ['find', 'update'],
      ['find', 'update'],
    ])
  })

  test('a window that holds sends none', async () => {
    const ticket = await ticketFor(client, openingNotes)
    const opened = await client.post('/countersign/challenges', { ticket })
    await answerWith(client, textAt(opened, 'challenge.id'), await codeOfAlice())
    await settled()

    const looks = await Promise.all(Array.from({ length: 20 }, () => ask(client, openingNotes)))

    expect(looks.map(({ status }) => status)).toEqual(Array(20).fill(200))
    expect(commands).toEqual([])
  })

  test('a refusal of the guard sends one, and writes nothing', async () => {
    const { answer, sent } = await counted(() =>
      ask(client, { ...transferring, body: { amount: '2.00', payee: 'CH9300762011623852957' } }),
    )

    expect(answer.status).toBe(403)
    expect(sent).toEqual(['find'])
  })

  function codeOfAlice(): Promise<string> {
    return until('the mail of another process', () => relay.messages.lastCode('alice'))
  }

  async function counted<Answer>(work: () => Promise<Answer>) {
    await settled()
    const answer = await work()
    return { answer, sent: [...commands] }
  }

  /** The relay has nothing left to write, so that no commit meets one of its own. */
  async function settled(): Promise<void> {
    const subjects = relay.connection.collection('countersign_subjects')
    await until(
      'an empty outbox',
      async () => (await subjects.countDocuments({ 'body.outbox.0': { $exists: true } })) === 0,
    )
    await until('no lease', async () => (await subjects.countDocuments({ lease: { $exists: true } })) === 0)
    commands.length = 0
    relay.messages.clear()
  }
})

/** The revocation feed asks twice a second, whether there are requests or not. */
function isOfTheFeed({ filter }: { filter?: { revokedAt?: unknown } }): boolean {
  return filter?.revokedAt !== undefined
}

/** Sessions are kept in memory: their store's commands are not ours. */
function anApplication({ countersign }: Copy): Express {
  const { requireStepUp, stepUpRoutes } = stepUp(countersign, { identify: (request) => request.session })
  const app = express()
  app.use(session({ secret: 'of the test', resave: false, saveUninitialized: false }))
  app.post('/sign-in', (request, response) => {
    Object.assign(request.session, { userId: 'alice' })
    response.json({})
  })
  app.use(stepUpRoutes)
  app.use(express.json())
  app.post('/transfers', requireStepUp('transfer.create'), (_request, response) => {
    response.status(201).json({})
  })
  app.get('/notes', requireStepUp('notes.open'), (_request, response) => {
    response.json({})
  })
  return app
}
