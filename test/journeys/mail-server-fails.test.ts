import { newKey, subjectIdOf } from '@countersign/core'
import { emailChannel } from '@countersign/email'
import { aCountersign, codeIn, type Inbox, inbox } from '@countersign/testing'
import { aBank, type BankProcess } from '../support/bank-process.js'
import { storedSubject } from '../support/look-inside.js'
import { describeOnMongo } from '../support/mongodb.js'
import { anOwnServer, type OwnServer } from '../support/own-server.js'
import { type Person, somePeople } from '../support/person.js'
import { answerWith, ask, aTransfer, openChallenge, transferring } from '../support/step-up.js'
import { until } from '../support/until.js'

const patience = 120_000
/** What is promised, for most requests: a busy machine may hold one of them up. */
const usualMs = 300

describeOnMongo('a mail server that refuses, then hangs, then answers 4xx, then works,', () => {
  let server: OwnServer
  let mail: Inbox
  let bank: BankProcess
  beforeAll(async () => {
    server = await anOwnServer()
    mail = await inbox()
    bank = await aBank({ mongoUrl: server.bankUrl, smtpUrl: mail.smtpUrl, keys: newKey() })
  }, patience)
  afterAll(async () => {
    await bank?.stop()
    await Promise.all([mail?.stop(), server?.stop()])
  }, patience)

  test(
    'holds up no request, and everybody has his mail at the end, once',
    async () => {
      const people = await somePeople(9, bank.origin)
      const opened = new Map<Person, string>()
      const took: number[] = []

      for (const [index, behaviour] of (['refuse-connections', 'hang', '4xx'] as const).entries()) {
        await mail.behave(behaviour)
        for (const person of people.slice(index * 3, index * 3 + 3)) {
          const began = performance.now()
          const { id } = await openChallenge(person.client, transferring())
          // Two requests: the one that is refused, and the one that opens the challenge.
          took.push((performance.now() - began) / 2)
          opened.set(person, id)
        }
        // They were answered although nothing was sent.
        expect(mail.messages()).toEqual([])
      }
      await mail.behave('accept')

      for (const person of people) await until('an empty outbox', () => nothingIsLeftToSend(person), 60_000)
      expect(
        mail
          .messages()
          .map(({ to }) => to)
          .sort(),
      ).toEqual(people.map(({ email }) => email).sort())
      for (const [person, id] of opened) {
        const mailed = mail.messages().find(({ to }) => to === person.email)
        expect((await answerWith(person.client, id, codeIn(mailed?.text ?? ''))).status).toBe(200)
      }
      expect(median(took)).toBeLessThan(usualMs)
    },
    patience,
  )

  test(
    'gets no code that was cancelled meanwhile',
    async () => {
      const [person] = await somePeople(1, bank.origin)
      if (!person) throw new Error('There is nobody.')
      mail.clear()
      await mail.behave('4xx')
      const { id } = await openChallenge(person.client, transferring(aTransfer({ amount: '7.00' })))
      const cancelled = await person.client.send({ method: 'DELETE', path: `/countersign/challenges/${id}` })
      expect(cancelled.status).toBe(204)

      await mail.behave('accept')
      await until('an empty outbox', () => nothingIsLeftToSend(person), 60_000)

      expect(mail.messages()).toEqual([])
      expect((await ask(person.client, transferring())).status).toBe(403)
    },
    patience,
  )

  async function nothingIsLeftToSend({ email }: Person): Promise<boolean> {
    const { body } = await storedSubject(server.connection, email)
    return body.outbox.every(({ kind }) => kind !== 'message')
  }
})

describe('a code whose time is over while the mail server fails', () => {
  const actions = { 'notes.open': { requires: { level: 'code', mode: 'window' } } } as const
  const alice = { subject: 'alice', session: 'the session of alice' }
  let mail: Inbox
  beforeAll(async () => {
    mail = await inbox()
  })
  afterAll(() => mail.stop())

  test.each(['refuse-connections', '4xx'] as const)(
    'is not sent late (%s), and its challenge says so',
    async (behaviour) => {
      mail.clear()
      await mail.behave(behaviour)
      const channel = emailChannel({ smtp: mail.smtpUrl, from: 'codes@bank.example' })
      const { countersign, clock, store } = await aCountersign({
        actions,
        channels: [channel],
        codes: { validSeconds: 30 },
      })
      const opened = await countersign.challenges.open({ ...alice, action: 'notes.open' })
      const challengeId = opened.outcome === 'opened' ? opened.challenge.id : ''
      await until('a try that failed', async () => (await messagesWaiting(store)).some(({ tries }) => tries > 0))

      clock.advance(31)
      await mail.behave('accept')

      await until('an empty outbox', async () => (await messagesWaiting(store)).length === 0)
      expect(mail.messages()).toEqual([])
      const read = await countersign.challenges.read({ ...alice, challengeId })
      expect(read).toMatchObject({ challenge: { closed: { why: 'expired' }, delivery: 'failed' } })
      await countersign.stop()
    },
  )

  async function messagesWaiting(store: Awaited<ReturnType<typeof aCountersign>>['store']) {
    const { subject } = await store.subjects.load(subjectIdOf(alice.subject))
    return (subject?.outbox ?? []).filter(({ kind }) => kind === 'message')
  }
})

function median(numbers: readonly number[]): number {
  return [...numbers].sort((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? 0
}
