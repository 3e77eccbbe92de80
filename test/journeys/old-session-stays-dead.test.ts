import { aBank, type BankProcess } from '../support/bank-process.js'
import { aMongoProxy, type Command, type MongoProxy } from '../support/mongo-proxy.js'
import { describeOnMongo } from '../support/mongodb.js'
import { aPerson } from '../support/person.js'
import { answerWith, nextCode, openChallenge, transferring } from '../support/step-up.js'
import { type TwoBanks, twoBanks } from '../support/two-banks.js'

const patience = 90_000

describeOnMongo('an old session id', () => {
  let banks: TwoBanks
  let wire: MongoProxy
  /** Its commands can be held up on their way. It has served nobody yet, so that it knows nothing of what happened elsewhere. */
  let slow: BankProcess
  beforeAll(async () => {
    banks = await twoBanks()
    wire = await aMongoProxy(banks.server.url)
  }, patience)
  beforeEach(async () => {
    slow = await aBank({ ...banks.setUp, mongoUrl: wire.url(banks.server.database) })
  }, patience)
  afterEach(async () => {
    wire.judge(() => 'pass')
    await slow.stop()
  }, patience)
  afterAll(async () => {
    await wire?.stop()
    await banks?.stop()
  }, patience)

  /** Where the slow request stands while the session gets its new id: before its own writing of the session, or in the middle of it. */
  const places: readonly (readonly [string, (command: Command) => boolean])[] = [
    ['before it writes', ({ name, collection }) => name === 'find' && collection === 'bank.ledger'],
    ['while it writes', ({ name, collection }) => name === 'update' && collection === 'bank.sessions'],
  ]
  test.each(places)(
    'stays dead although a slow request that changed its session ends after the change of the id (%s)',
    async (_, isHeldAt) => {
      const person = await aPerson(banks.here.origin)
      const before = person.client.copy()
      const { id } = await openChallenge(person.client, transferring())
      const code = await nextCode(banks.inbox, person)
      const held = hold(isHeldAt)

      // What the person typed goes into the session, as a draft; the form is refused for its amount.
      const slowly = before.copy().at(slow.origin).send({ method: 'POST', path: '/transfers', form: aRefusedForm })
      await held.reached
      expect((await answerWith(person.client, id, code)).status).toBe(200)
      held.goOn()
      await slowly

      for (const origin of [banks.here.origin, banks.there.origin, slow.origin]) {
        expect((await before.copy().at(origin).get('/account')).status).toBe(401)
        expect((await person.client.at(origin).get('/account')).status).toBe(200)
      }
    },
    patience,
  )

  test(
    'stays dead although a slow request that changed its session ends after signing out',
    async () => {
      const person = await aPerson(banks.here.origin)
      const before = person.client.copy()
      const held = hold(({ name, collection }) => name === 'find' && collection === 'bank.ledger')

      const slowly = before.copy().at(slow.origin).send({ method: 'POST', path: '/transfers', form: aRefusedForm })
      await held.reached
      expect((await person.client.post('/sign-out')).status).toBe(200)
      held.goOn()
      await slowly

      for (const origin of [banks.here.origin, banks.there.origin, slow.origin])
        expect((await before.copy().at(origin).get('/account')).status).toBe(401)
    },
    patience,
  )

  /** Holds the first such command at the wire until told otherwise. */
  function hold(isHeld: (command: Command) => boolean): Readonly<{ reached: Promise<void>; goOn: () => void }> {
    let goOn: () => void = () => undefined
    const waiting = new Promise<void>((resolve) => {
      goOn = resolve
    })
    const reached = new Promise<void>((resolve) => {
      let isOver = false
      wire.judge((command) => {
        if (isOver || !isHeld(command)) return 'pass'
        isOver = true
        resolve()
        return waiting
      })
    })
    return { reached, goOn: () => goOn() }
  }
})

const aRefusedForm = { amount: 'nothing', currency: 'EUR', payee: 'CH93 0076 2011 6238 5295 7', name: '' }
