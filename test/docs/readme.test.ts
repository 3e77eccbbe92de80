import type { Countersign } from '@countersign/core'
import { stepUp } from '@countersign/express'
import { type Inbox, inbox } from '@countersign/testing'
import express, { type Express, type RequestHandler } from 'express'
import session from 'express-session'
import request from 'supertest'
import { blocksIn, moduleOf, typeErrorsIn } from './code-in-docs.js'

const [tenLines] = blocksIn('README.md', 'ts')

/** What the page says is the application's own. */
const given = `
import type { Express, RequestHandler } from 'express'
declare global {
  const app: Express
  const users: { byId(id: string): Promise<{ email: string; emailProved: boolean } | undefined> }
  const createTransfer: RequestHandler
}
`

const transfer = { amount: '250.00', currency: 'EUR', payee: 'CH9300762011623852957' }
const executed: unknown[] = []
let mail: Inbox
let app: Express
let countersign: Countersign

beforeAll(async () => {
  mail = await inbox()
  app = applicationOf(express())
  const users = {
    byId: async (id: string) => (id === 'alice' ? { email: 'alice@example.test', emailProved: true } : undefined),
  }
  const createTransfer: RequestHandler = (request, response) => {
    executed.push(request.body)
    response.sendStatus(201)
  }
  Object.assign(globalThis, { app, users, createTransfer })
  process.env.SMTP_URL = mail.smtpUrl
  if (tenLines) ({ countersign } = await import(moduleOf(tenLines, ['countersign'])))
})

afterAll(async () => {
  await countersign?.stop()
  await mail.stop()
})

describe('the ten lines of the README', () => {
  test('are ten lines, imports aside', () => {
    expect(tenLines?.code.split('\n').filter((line) => line !== '' && !line.startsWith('import '))).toHaveLength(10)
  })

  test('compile against the sources', async () => {
    expect(tenLines && (await typeErrorsIn([tenLines], given))).toEqual([])
  }, 180_000)

  test('do not compile with a misspelt action or a misspelt field', async () => {
    const asked = "{ subject: 'alice', session: 's', action: 'transfer.create', bound: { ammount: '1' } }"
    const misspelt = [
      { page: 'action', line: 1, code: tenLines?.code.replace("Up('transfer.create')", "Up('transfer.craete')") ?? '' },
      { page: 'field', line: 1, code: `${tenLines?.code}await countersign.authorize(${asked})\n` },
    ]

    const errors = await typeErrorsIn(misspelt, given)

    expect(errors).toContainEqual(expect.stringMatching(/^action:15: .*"transfer\.craete"/))
    expect(errors).toContainEqual(expect.stringMatching(/^field:17: .*ammount/))
  }, 180_000)

  test('do not start with a misspelt action', () => {
    const { requireStepUp } = stepUp(countersign, { identify: () => null })

    expect(() => requireStepUp('transfer.craete' as never)).toThrow(
      expect.objectContaining({ code: 'ERR_COUNTERSIGN_UNKNOWN_ACTION' }),
    )
  })

  test('run: a transfer asks for a code, the mail brings it, and the transfer is executed once', async () => {
    const alice = request.agent(app).set('Sec-Fetch-Site', 'same-origin')
    await alice.post('/sign-in').expect(204)

    const asked = await alice.post('/transfers').send(transfer).expect(403)
    expect(asked.body).toMatchObject({ type: 'urn:countersign:problem:step-up-required', shown: transfer })
    expect(executed).toEqual([])

    const { ticket, challenges } = asked.body
    const opened = await alice.post(challenges).send({ ticket }).expect(201)
    const code = await mail.lastCode('alice@example.test')
    const answered = await alice.post(`${challenges}/${opened.body.challenge.id}/answer`).send({ code }).expect(200)
    const elevation = { 'Countersign-Elevation': answered.body.elevation.token }

    await alice.post('/transfers').set(elevation).send(transfer).expect(201)
    const again = await alice.post('/transfers').set(elevation).send(transfer).expect(403)

    expect(again.body).toMatchObject({ type: 'urn:countersign:problem:step-up-already-used' })
    expect(executed).toEqual([transfer])
  }, 60_000)
})

/** An application as it stands before the ten lines: sessions, a body parser, a sign-in. */
function applicationOf(app: Express): Express {
  app.use(session({ secret: 'of this test', resave: false, saveUninitialized: false }))
  app.use(express.json())
  app.post('/sign-in', (request, response) => {
    Object.assign(request.session, { userId: 'alice' })
    response.sendStatus(204)
  })
  return app
}
