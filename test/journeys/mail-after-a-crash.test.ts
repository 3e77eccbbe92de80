import { newKey } from '@countersign/core'
import { codeIn, type Inbox, type InboxMessage, inbox } from '@countersign/testing'
import { aBank, type BankProcess, type BankSetUp } from '../support/bank-process.js'
import { verdictOf } from '../support/client.js'
import { auditOf, storedSubject } from '../support/look-inside.js'
import { describeOnMongo } from '../support/mongodb.js'
import { anOwnServer, type OwnServer } from '../support/own-server.js'
import { type Person, somePeople } from '../support/person.js'
import { answerWith, nextCode, openChallenge, transferring } from '../support/step-up.js'
import { until } from '../support/until.js'

const patience = 240_000

describeOnMongo('the mail of a challenge', () => {
  let server: OwnServer
  let mail: Inbox
  let setUp: BankSetUp
  let bank: BankProcess

  beforeAll(async () => {
    server = await anOwnServer()
    mail = await inbox()
    setUp = { mongoUrl: server.bankUrl, smtpUrl: mail.smtpUrl, keys: newKey(), publicUrl: 'http://localhost' }
    bank = await aBank(setUp)
  }, patience)
  afterEach(() => mail.behave('accept'))
  afterAll(async () => {
    await bank?.kill()
    await Promise.all([mail?.stop(), server?.stop()])
  }, patience)

  test(
    'comes although the process was killed between its commit and its sending, 20 times, and one code works',
    async () => {
      const people = await somePeople(20, bank.origin)
      const ids = new Map<Person, string>()

      for (const [round, person] of people.entries()) {
        const mailServer = (['hang', 'refuse-connections', 'accept'] as const)[round % 3] ?? 'hang'
        await mail.behave(mailServer)
        const next = aBank(setUp)
        const { id } = await openChallenge(person.client.at(bank.origin), transferring())
        // Where the mail leaves, its record does not: then it leaves a second time.
        if (mailServer === 'accept') await mail.next(({ to }) => to === person.email)
        await bank.kill()
        bank = await next
        ids.set(person, id)
      }
      await mail.behave('accept')

      for (const person of people) await until('an empty outbox', () => nothingIsLeftToSend(person), 90_000)
      for (const person of people) {
        const messages = mailTo(person)
        expect(messages.length).toBeGreaterThan(0)
        expect(new Set(messages.map(({ messageId }) => messageId)).size).toBe(1)
        const codes = new Set(messages.map(({ text }) => codeIn(text)))
        expect(codes.size).toBe(1)
        const [code] = codes
        const answer = await answerWith(person.client.at(bank.origin), ids.get(person) ?? '', code)
        expect(verdictOf(answer)).toBe('200')
      }
    },
    patience,
  )

  test(
    'waits for nobody whose own mail server hangs, and neither does the audit log',
    async () => {
      const [lucky, ...hanging] = await somePeople(9, bank.origin)
      if (!lucky) throw new Error('There is nobody.')
      const hang = new Set(hanging.map(({ email }) => email))
      await mail.behave((recipient) => (hang.has(recipient) ? 'hang' : 'accept'))

      for (const { client } of hanging) await openChallenge(client, transferring())
      await mail.hangs(hanging.length)
      const { id } = await openChallenge(lucky.client, transferring())

      const code = await nextCode(mail, lucky)
      expect((await answerWith(lucky.client, id, code)).status).toBe(200)
      for (const person of hanging) await audited(person, 'challenge.opened')
      expect(mail.hanging()).toBe(hanging.length)
    },
    patience,
  )

  test(
    'delays no audit event when the whole server hangs',
    async () => {
      const people = await somePeople(3, bank.origin)
      await mail.behave('hang')

      for (const { client } of people) {
        const { id } = await openChallenge(client, transferring())
        await answerWith(client, id, '00000000')
      }
      await mail.hangs()

      for (const person of people) {
        await audited(person, 'challenge.opened')
        await audited(person, 'challenge.wrong-answer')
        expect(mailTo(person)).toEqual([])
      }
      expect(mail.hanging()).toBeGreaterThan(0)
    },
    patience,
  )

  function mailTo({ email }: Person): readonly InboxMessage[] {
    return mail.messages().filter(({ to }) => to === email)
  }

  async function nothingIsLeftToSend({ email }: Person): Promise<boolean> {
    const { body } = await storedSubject(server.connection, email)
    return body.outbox.every(({ kind }) => kind !== 'message')
  }

  async function audited({ email }: Person, type: string): Promise<void> {
    await until(`${type} in the audit log`, async () =>
      (await auditOf(server.connection, email)).some((one) => one === type),
    )
  }
})
