import { randomUUID } from 'node:crypto'
import { newKey } from '@countersign/core'
import { aCopy, type Copy, openWindow } from '../support/a-copy.js'
import { aMongoProxy, type MongoProxy } from '../support/mongo-proxy.js'
import { describeOnMongo } from '../support/mongodb.js'
import { anOwnServer, type OwnServer } from '../support/own-server.js'
import { aPerson, type Person } from '../support/person.js'
import {
  answerWith,
  ask,
  aTransfer,
  elevated,
  nextCode,
  openChallenge,
  openingNotes,
  otherThan,
  transferring,
} from '../support/step-up.js'
import { type TwoBanks, twoBanks } from '../support/two-banks.js'
import { until } from '../support/until.js'
import { type DoorWatch, watchDoor } from '../support/watch-door.js'

const patience = 90_000
/** What is promised. */
const withinMs = 1000

describeOnMongo('what was ended at one bank', () => {
  let banks: TwoBanks
  let door: DoorWatch | undefined
  beforeAll(async () => {
    banks = await twoBanks()
  }, patience)
  afterEach(() => door?.stop(), patience)
  afterAll(() => banks?.stop(), patience)

  test(
    'by signing out opens nothing at the other one within a second',
    async () => {
      const person = await withOpenNotes()
      const before = person.client.copy()
      door = watchDoor(async () => (await ask(before.at(banks.there.origin), openingNotes)).status === 200)
      await door.isOpen()

      expect((await person.client.post('/sign-out')).status).toBe(200)

      await expectShutInTime(door)
    },
    patience,
  )

  test(
    'by a lock opens nothing at the other one within a second',
    async () => {
      const person = await withOpenNotes()
      await failEightTimes(person)
      const { id } = await openChallenge(person.client, transferring())
      const code = await nextCode(banks.inbox, person)
      await answerWith(person.client, id, otherThan(code))
      door = watchNotes(person)
      await door.isOpen()

      expect((await answerWith(person.client, id, otherThan(code, 2))).status).toBe(422)

      await expectShutInTime(door)
      expect((await ask(person.client, openingNotes)).json).toMatchObject({ status: 403, retryAt: expect.any(String) })
    },
    patience,
  )

  test(
    'by the link of a message opens nothing at the other one within a second',
    async () => {
      const person = await withOpenNotes()
      const { id } = await openChallenge(person.client, transferring())
      const mail = await banks.inbox.next(({ to }) => to === person.email)
      const [, token = ''] = /not-me\?token=(\S+)/.exec(mail.text) ?? []
      door = watchNotes(person)
      await door.isOpen()

      const stopped = await person.client.at(banks.here.origin).post('/countersign/not-me', { token })
      expect(stopped.json).toMatchObject({ outcome: 'stopped' })

      await expectShutInTime(door)
      // The bank ends its sessions as well: the challenge is nobody's to look at any more.
      expect((await person.client.get(`/countersign/challenges/${id}`)).status).toBe(401)
    },
    patience,
  )

  async function withOpenNotes(): Promise<Person> {
    const person = await aPerson(banks.here.origin)
    await elevated(person, banks.inbox, openingNotes)
    return person
  }

  function watchNotes({ client }: Person): DoorWatch {
    return watchDoor(async () => (await ask(client.at(banks.there.origin), openingNotes)).status === 200)
  }

  /** Twice four wrong codes and the right one: nobody has to wait for a next message. */
  async function failEightTimes(person: Person): Promise<void> {
    for (const amount of ['1.00', '2.00']) {
      const { id } = await openChallenge(person.client, transferring(aTransfer({ amount })))
      const code = await nextCode(banks.inbox, person)
      for (const step of [1, 2, 3, 4]) await answerWith(person.client, id, otherThan(code, step))
      expect((await answerWith(person.client, id, code)).status).toBe(200)
    }
  }
})

describeOnMongo('a window that is held without asking the database', () => {
  let alice: { subject: string; session: string }
  let server: OwnServer
  let wire: MongoProxy
  let here: Copy
  /** Reaches the database over a wire that can be cut. */
  let there: Copy
  let door: DoorWatch
  let token: string

  beforeAll(async () => {
    server = await anOwnServer()
    wire = await aMongoProxy(server.url)
    const keys = newKey()
    here = await aCopy({ url: server.bankUrl, keys })
    there = await aCopy({ url: wire.url(server.database), keys })
  }, patience)
  beforeEach(async () => {
    alice = { subject: `alice-${randomUUID()}`, session: randomUUID() }
    token = await openWindow(here, alice)
    door = watchDoor(async () => {
      const asked = { ...alice, action: 'notes.open', elevations: [token] } as const
      return (await there.countersign.authorize(asked)).outcome === 'allow'
    })
    await door.isOpen()
  }, patience)
  afterEach(async () => {
    await door.stop()
    await wire.heal()
  }, patience)
  afterAll(async () => {
    await there?.stop()
    await here?.stop()
    await wire?.stop()
    await server?.stop()
  }, patience)

  test('ends within a second when its session ends in another process', async () => {
    await here.countersign.elevations.revoke(alice)

    await expectShutInTime(door)
  })

  test('ends within a second when everything of the person ends in another process', async () => {
    await here.countersign.elevations.revoke({ subject: alice.subject })

    await expectShutInTime(door)
  })

  test.each(['refuse', 'silent'] as const)(
    'lets nobody through a second after the database was cut off (%s), and holds again when it is back',
    async (how) => {
      await wire.cut(how)

      await expectShutInTime(door)

      await wire.heal()
      await until('a door that opens again', async () => door.isOpen().then(() => true), 30_000)
    },
    patience,
  )

  test('ends when it was revoked while the database was cut off', async () => {
    await wire.cut('refuse')
    await expectShutInTime(door)
    await here.countersign.elevations.revoke({ subject: alice.subject })
    const healed = performance.now()
    await wire.heal()

    await until('the feed to be read again', async () => {
      const other = { subject: 'bob', session: 'the session of bob' }
      return (await there.countersign.preview({ ...other, action: 'notes.open' })) === 'code-needed'
    })
    expect(door.lastThrough()).toBeLessThan(healed)
    await door.isShutAfter(performance.now() + 2 * withinMs)
    expect(door.lastThrough()).toBeLessThan(healed)
  }, 30_000)
})

/** From now on, one second may pass. Looks for twice as long. */
async function expectShutInTime(door: DoorWatch): Promise<void> {
  const acknowledged = performance.now()
  await door.isShutAfter(acknowledged + 2 * withinMs)
  expect(door.lastThrough() - acknowledged).toBeLessThan(withinMs)
}
