import { newKey } from '@countersign/core'
import { type Inbox, inbox } from '@countersign/testing'
import { aBank, type BankProcess } from '../support/bank-process.js'
import { type Answer, aClient, valueAt, verdictOf } from '../support/client.js'
import { type Failure, failing, noFailures } from '../support/fail-point.js'
import { storedSubject, subjectId } from '../support/look-inside.js'
import { aMongoProxy, type Command, type Fate, type MongoProxy } from '../support/mongo-proxy.js'
import { describeOnMongo } from '../support/mongodb.js'
import { anOwnServer, type OwnServer } from '../support/own-server.js'
import { aPerson, type Person, somePeople } from '../support/person.js'
import {
  accountOf,
  answerWith,
  ask,
  aTransfer,
  elevated,
  nextCode,
  openChallenge,
  otherThan,
  ticketFor,
  transferring,
} from '../support/step-up.js'
import { until } from '../support/until.js'

const patience = 120_000
/** Three seconds for a command, and what a busy machine adds. */
const boundMs = 4500
/** What the bank says of itself to the server. */
const appName = 'countersign-bank'

const failures: readonly (readonly [string, Omit<Failure, 'failCommands' | 'appName'>])[] = [
  ['closes the connection', { closeConnection: true }],
  ['is no longer the primary', { errorCode: 10_107, errorLabels: ['RetryableWriteError'] }],
  ['blocks for five seconds', { blockConnection: true, blockTimeMS: 5000 }],
]
const unconfirmed: readonly [string, Omit<Failure, 'failCommands' | 'appName'>] = [
  'writes without a majority',
  { writeConcernError: { code: 64, errmsg: 'waiting for replication timed out' } },
]

const succeeded = ['201', '200', '422 wrong-code', '201']

/** Four people, each before another step of the same way. */
type Steps = Readonly<{ opens: Answer; answersRight: Answer; answersWrong: Answer; transfers: Answer }>

describeOnMongo('while the database', () => {
  let server: OwnServer
  let wire: MongoProxy
  let mail: Inbox
  let bank: BankProcess

  beforeAll(async () => {
    server = await anOwnServer()
    wire = await aMongoProxy(server.url)
    mail = await inbox()
    const mongoUrl = wire.url(server.database)
    bank = await aBank({ mongoUrl, smtpUrl: mail.smtpUrl, keys: newKey() })
  }, patience)
  afterEach(async () => {
    await noFailures(server.connection)
    wire.judge(() => 'pass')
  })
  afterAll(async () => {
    await bank?.kill()
    await wire?.stop()
    await Promise.all([mail?.stop(), server?.stop()])
  }, patience)

  test.each(failures)(
    '%s at every read, each step is refused with 503 and no verdict, and goes on afterwards',
    async (_, failure) => {
      const four = await fourPeople()
      await failing(server.connection, { ...failure, failCommands: ['find'], appName })

      expectAllRefused(await four.step())

      await noFailures(server.connection)
      await resumed()
      await four.expectNothingTwice()
    },
    patience,
  )

  test.each([...failures, unconfirmed])(
    '%s at every update, each step is refused with 503 and no verdict, and is applied once at most',
    async (_, failure) => {
      const four = await fourPeople()
      await failing(server.connection, { ...failure, failCommands: ['update'], appName })

      expectAllRefused(await four.step())

      await noFailures(server.connection)
      await resumed()
      await four.expectNothingTwice()
    },
    patience,
  )

  test.each([...failures, unconfirmed])(
    '%s at every insert, a transfer is refused with 503, executed once at most, and the client finds out',
    async (_, failure) => {
      const four = await fourPeople()
      await failing(server.connection, { ...failure, failCommands: ['insert'], appName })

      const { transfers } = await four.step()

      expectRefused(transfers)
      await noFailures(server.connection)
      await resumed()
      await four.expectNothingTwice()
    },
    patience,
  )

  test.each(['find', 'update', 'insert'])(
    'closes the connection once (%s), the driver asks again and each step succeeds',
    async (name) => {
      const four = await fourPeople()
      await failing(server.connection, { closeConnection: true, failCommands: [name], appName }, 1)

      const { opens, answersRight, answersWrong, transfers } = await four.step()

      expect([opens, answersRight, answersWrong, transfers].map(verdictOf)).toEqual(succeeded)
      await four.expectNothingTwice()
    },
    patience,
  )

  test(
    'loses the answer of the first commit, each step succeeds, once',
    async () => {
      const four = await fourPeople()
      // The relay may still be at work for somebody of another test.
      const theirs = new Set(await Promise.all(four.people.map(({ email }) => subjectId(server.connection, email))))
      const lost = new Set<string>()
      wire.judge((command) => {
        const subject = committedIn(command)
        if (subject === undefined || !theirs.has(subject) || lost.has(subject)) return 'pass'
        lost.add(subject)
        return 'lose-answer'
      })

      // One after the other: a connection that breaks takes with it whatever else the driver has under way.
      const verdicts: string[] = []
      for (const step of four.steps) {
        verdicts.push(verdictOf(await step()))
        await settled(four.people)
      }

      expect(lost.size).toBe(4)
      expect(verdicts).toEqual(succeeded)
      await four.expectNothingTwice()
    },
    patience,
  )

  test.each<readonly [string, (command: Command) => boolean]>([
    ['subjects', (command) => committedIn(command) !== undefined],
    ['transfers', ({ name, collection }) => name === 'insert' && collection === 'bank.ledger'],
  ])(
    'loses every answer to a write of %s, what was written has no verdict and is there once',
    async (what, isLost) => {
      const four = await fourPeople()
      wire.judge((command): Fate => (isLost(command) ? 'lose-answer' : 'pass'))

      const steps = await four.step()

      if (what === 'subjects') expectAllRefused(steps)
      else expectRefused(steps.transfers)
      wire.judge(() => 'pass')
      await resumed()
      await four.expectNothingTwice()
    },
    patience,
  )

  test(
    'takes no session, a right answer hands out nothing',
    async () => {
      const person = await aPerson(bank.origin)
      const { id } = await openChallenge(person.client, transferring())
      const code = await nextCode(mail, person)
      wire.judge(({ name, collection }) =>
        name === 'update' && collection === 'bank.sessions' ? 'close-before' : 'pass',
      )

      const answer = await answerWith(person.client, id, code)

      expectRefused(answer)
      expect(answer.headers['set-cookie']).toBeUndefined()
      wire.judge(() => 'pass')
      expect(verdictOf(await answerWith(person.client, id, code))).toBe('410 challenge-closed')
    },
    patience,
  )

  async function fourPeople() {
    const [opener, right, wrong, payer] = await somePeople(4, bank.origin)
    if (!opener || !right || !wrong || !payer) throw new Error('Somebody is missing.')
    const ticket = await ticketFor(opener.client, transferring())
    const one = await openChallenge(right.client, transferring())
    const rightCode = await nextCode(mail, right)
    const other = await openChallenge(wrong.client, transferring())
    const wrongCode = otherThan(await nextCode(mail, wrong))
    const paying = transferring(aTransfer({ amount: '250.00' }))
    const token = await elevated(payer, mail, paying)
    await settled([opener, right, wrong, payer])

    const steps = [
      () => opener.client.post('/countersign/challenges', { ticket }),
      () => answerWith(right.client.copy(), one.id, rightCode),
      () => answerWith(wrong.client, other.id, wrongCode),
      () => ask(payer.client.copy(), paying, token),
    ] as const
    return {
      people: [opener, right, wrong, payer],
      steps,

      async step(): Promise<Steps> {
        const [opens, answersRight, answersWrong, transfers] = await Promise.all([
          steps[0](),
          steps[1](),
          steps[2](),
          steps[3](),
        ])
        return { opens, answersRight, answersWrong, transfers }
      },

      /** What each of them finds who tries again. */
      async expectNothingTwice() {
        const { body: opened } = await storedSubject(server.connection, opener.email).catch(nothingYet)
        expect(opened.challenges.length).toBeLessThanOrEqual(1)

        const { body: answered } = await storedSubject(server.connection, right.email)
        expect(answered.elevations.length).toBeLessThanOrEqual(1)

        const seen = await wrong.client.get(`/countersign/challenges/${other.id}`)
        expect([4, 5]).toContain(valueAt(seen, 'challenge.attemptsLeft'))

        const again = await ask(payer.client, paying, token)
        expect(['201', '403 step-up-already-used']).toContain(verdictOf(again))
        const { balance, transfers } = await accountOf(payer)
        expect(transfers.length).toBeLessThanOrEqual(1)
        expect(balance).toBe(transfers.length === 1 ? '750.00' : '1000.00')
      },
    }
  }

  /** The relay has done its part, so that a failure meets only what the test sends. */
  async function settled(people: readonly Person[]): Promise<void> {
    for (const { email } of people)
      await until('an empty outbox', async () => {
        const { body } = await storedSubject(server.connection, email).catch(nothingYet)
        return body.outbox.length === 0
      })
  }

  async function bankIsReady(): Promise<boolean> {
    const { status } = await aClient(bank.origin).get('/health/ready')
    return status === 200
  }

  /** By itself: somebody new walks the whole way. */
  async function resumed(): Promise<void> {
    await until('a bank that is ready again', bankIsReady, 15_000)
    const person = await until('somebody who can sign in', () => aPerson(bank.origin), 15_000)
    const token = await until('a code that comes', () => elevated(person, mail, transferring()), 15_000)
    expect((await ask(person.client, transferring(), token)).status).toBe(201)
  }
})

function expectAllRefused({ opens, answersRight, answersWrong, transfers }: Steps): void {
  for (const answer of [opens, answersRight, answersWrong, transfers]) expectRefused(answer)
}

function expectRefused(answer: Answer): void {
  expect(verdictOf(answer)).toBe('503 unavailable')
  expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
  expect(answer.took).toBeLessThan(boundMs)
}

/** Whose document a command commits, if it is a commit; the relay's leases are none. */
function committedIn({ name, collection, document }: Command): string | undefined {
  if (name !== 'update' || collection !== 'countersign_subjects') return undefined
  const [update] = (document.updates ?? []) as readonly { q: { _id: string }; u: { $set?: { revision?: number } } }[]
  return update?.u.$set?.revision === undefined ? undefined : update.q._id
}

function nothingYet() {
  return { body: { challenges: [], elevations: [], outbox: [] } }
}
