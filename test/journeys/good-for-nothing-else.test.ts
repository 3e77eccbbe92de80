import { textAt, verdictOf } from '../support/client.js'
import { describeOnMongo } from '../support/mongodb.js'
import { aPerson, type Person, signedIn } from '../support/person.js'
import {
  accountOf,
  answerWith,
  ask,
  aTransfer,
  elevated,
  type Guarded,
  nextCode,
  openChallenge,
  openingNotes,
  transferring,
  withElevation,
} from '../support/step-up.js'
import { type TwoBanks, twoBanks } from '../support/two-banks.js'

const patience = 60_000
const payee = 'CH9300762011623852957'
const changingEmail: Guarded = { method: 'POST', path: '/settings/email', body: { email: 'new@example.test' } }

describeOnMongo('a code, and the elevation that it gives,', () => {
  let banks: TwoBanks
  beforeAll(async () => {
    banks = await twoBanks()
  }, patience)
  afterAll(() => banks?.stop(), patience)

  describe('of one session', () => {
    test('answers nothing in another session of the same person', async () => {
      const person = await aPerson(banks.here.origin)
      const elsewhere = await signedIn(person, banks.there.origin)
      const { id } = await openChallenge(person.client, transferring())
      const code = await nextCode(banks.inbox, person)

      expect(verdictOf(await answerWith(elsewhere.client, id, code))).toBe('404 not-found')
      expect((await answerWith(person.client, id, code)).status).toBe(200)
    })

    test('answers nothing for another person, and costs nobody a try', async () => {
      const person = await aPerson(banks.here.origin)
      const stranger = await aPerson(banks.there.origin)
      const { id } = await openChallenge(person.client, transferring())
      const code = await nextCode(banks.inbox, person)

      expect(verdictOf(await answerWith(stranger.client, id, code))).toBe('404 not-found')
      const seen = await person.client.get(`/countersign/challenges/${id}`)
      expect(seen.json).toMatchObject({ challenge: { attemptsLeft: 5 } })
    })

    test('elevates neither another session of the person nor another person', async () => {
      const person = await aPerson(banks.here.origin)
      const others = [await signedIn(person, banks.there.origin), await aPerson(banks.there.origin)]
      const token = await elevated(person, banks.inbox, transferring())

      for (const { client } of others)
        expect(verdictOf(await ask(client, transferring(), token))).toBe('403 step-up-required')
      expect((await ask(person.client, transferring(), token)).status).toBe(201)
    })

    test('opens no notes in another session, not even with the cookie', async () => {
      const person = await aPerson(banks.here.origin)
      const elsewhere = await signedIn(person, banks.there.origin)
      await elevated(person, banks.inbox, openingNotes)
      const cookies = pairs(person.client.cookieHeader())
      const window = cookies.find((pair) => pair.startsWith('countersign='))
      expect(window).toBeDefined()

      const cookie = [...pairs(elsewhere.client.cookieHeader()), window].join('; ')
      const refused = await elsewhere.client.get('/notes', { cookie })

      expect(verdictOf(refused)).toBe('403 step-up-required')
      expect((await ask(person.client, openingNotes)).status).toBe(200)
    })

    test('opens nothing by the ticket of another session', async () => {
      const person = await aPerson(banks.here.origin)
      const elsewhere = await signedIn(person, banks.there.origin)
      const refused = await ask(person.client, transferring())

      const opened = await elsewhere.client.post('/countersign/challenges', { ticket: textAt(refused, 'ticket') })

      expect(verdictOf(opened)).toBe('400 malformed')
    })
  })

  describe('of one action', () => {
    test('is worth nothing for another', async () => {
      const person = await aPerson(banks.here.origin)
      const forTransfer = await elevated(person, banks.inbox, transferring())
      const forNotes = await elevated(person, banks.inbox, openingNotes)

      expect(verdictOf(await ask(person.client, changingEmail, forTransfer))).toBe('403 step-up-required')
      expect(verdictOf(await ask(person.client, changingEmail, forNotes))).toBe('403 step-up-required')
      expect(verdictOf(await ask(person.client, transferring(), forNotes))).toBe('403 step-up-required')
      expect(verdictOf(await ask(person.client, openingNotes, forTransfer))).toBe('403 step-up-required')
      expect((await ask(person.client, transferring(), forTransfer)).status).toBe(201)
    })
  })

  describe('of one transfer', () => {
    test('is good for the same fields in another order, once', async () => {
      const person = await aPerson(banks.here.origin)
      const token = await elevated(person, banks.inbox, transferring())

      const { amount, currency, name } = aTransfer()
      const reordered = transferring({ name, payee, currency, amount })

      expect((await ask(person.client, reordered, token)).status).toBe(201)
      expect(verdictOf(await ask(person.client, transferring(), token))).toBe('403 step-up-already-used')
    })

    const others: readonly (readonly [what: string, body: string, verdict: string])[] = [
      ['another amount', json({ amount: '2.00' }), '403 step-up-required'],
      ['the amount written otherwise', json({ amount: '1.0' }), '403 step-up-required'],
      ['another payee', json({ payee: 'DE89370400440532013000' }), '403 step-up-required'],
      ['another name', json({ name: 'Rhein Baker' }), '403 step-up-required'],
      ['another currency', json({ currency: 'USD' }), '422 wrong-value'],
      ['no name', json({ name: undefined }), '403 step-up-required'],
      ['an empty name', json({ name: '' }), '422 wrong-value'],
      ['a field more', json({ memo: 'hello' }), '400 malformed'],
      ['the amount as a number', json({ amount: 1 }), '400 malformed'],
      ['the amount in a list', json({ amount: ['1.00'] }), '400 malformed'],
      ['the amount as nothing', json({ amount: null }), '400 malformed'],
      ['the amount twice', json().replace('{', '{"amount":"9.00",'), '400 malformed'],
      ['the same amount twice', json().replace('{', '{"amount":"1.00",'), '400 malformed'],
      ['the amount twice, once escaped', json().replace('{', '{"amoun\\u0074":"9.00",'), '400 malformed'],
    ]
    test('is worth nothing for any other, and none of them spends it', async () => {
      const person = await aPerson(banks.here.origin)
      const token = await elevated(person, banks.inbox, transferring())

      for (const [what, raw, verdict] of others) {
        const answer = await post(person, raw, token)
        expect([what, verdictOf(answer)]).toEqual([what, verdict])
      }
      const inQuery = { ...transferring(), path: '/transfers?amount=9.00' }
      expect(verdictOf(await ask(person.client, inQuery, token))).toBe('400 malformed')

      expect((await accountOf(person)).balance).toBe('1000.00')
      expect((await ask(person.client, transferring(), token)).status).toBe(201)
    })
  })

  function post({ client }: Person, raw: string, token: string) {
    return client.send({ method: 'POST', path: '/transfers', raw, headers: withElevation(token) })
  }
})

function json(changes: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({ ...aTransfer(), ...changes })
}

function pairs(cookieHeader: string): readonly string[] {
  return cookieHeader.split('; ')
}
