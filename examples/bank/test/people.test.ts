import { randomUUID } from 'node:crypto'
import type { Connection } from 'mongoose'
import { connectTo } from '../src/database.js'
import { followContact, type KnownAddress } from '../src/people/follow-contact.js'
import { memoryPeople } from '../src/people/memory-people.js'
import { mongoosePeople } from '../src/people/mongoose-people.js'
import { newPassword, whoSignsIn } from '../src/people/password.js'
import type { People } from '../src/people/people.js'
import type { Person } from '../src/people/person.js'
import { aDatabaseUrl, onDatabase } from './database.js'

function anAddress(): string {
  return `${randomUUID()}@example.test`
}

function passwords(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `password number ${index}`)
}

async function aPerson(people: People, email: string, password: string, emailProved = false): Promise<Person> {
  const hash = await newPassword(people, email, password)
  const person = { id: randomUUID(), name: 'Alice Keller', email, emailProved, password: hash, notes: '' }
  await people.add(person)
  return person
}

function peopleContract(open: () => People): void {
  test('address and password together say who signs in', async () => {
    const people = open()
    const email = anAddress()
    const person = await aPerson(people, email, 'a good password')

    expect(await whoSignsIn(people, email, 'a good password')).toEqual(person)
    expect(await whoSignsIn(people, email, 'a bad password')).toBeUndefined()
    expect(await whoSignsIn(people, anAddress(), 'a good password')).toBeUndefined()
  })

  test('of two people with one address, the one whose password fits signs in', async () => {
    const people = open()
    const email = anAddress()
    const first = await aPerson(people, email, 'the first password', true)
    const second = await aPerson(people, email, 'the second password')

    expect((await whoSignsIn(people, email, 'the first password'))?.id).toBe(first.id)
    expect((await whoSignsIn(people, email, 'the second password'))?.id).toBe(second.id)
  })

  test('they share a salt, so that an address with many people costs one hash', async () => {
    const people = open()
    const email = anAddress()
    for (const password of ['the first password', 'the second password', 'the third password'])
      await aPerson(people, email, password)

    expect(await people.saltsOf(email)).toHaveLength(1)
  })

  test('many who sign up at once share a salt, too, so that nobody fills an address with salts', async () => {
    const people = open()
    const email = anAddress()
    await Promise.all(passwords(8).map((password) => aPerson(people, email, password)))

    expect(await people.saltsOf(email)).toHaveLength(1)
  })

  test('who moves to an address that others signed up with signs in there as before', async () => {
    const people = open()
    const [was, address] = [anAddress(), anAddress()]
    await Promise.all(passwords(8).map((password) => aPerson(people, address, password)))
    const { id } = await aPerson(people, was, 'a good password', true)

    await people.changeAddress({ id, was, address, proved: true })

    expect((await whoSignsIn(people, address, 'a good password'))?.id).toBe(id)
  })

  test('however many salts there are, those of people who proved the address are tried first', async () => {
    const people = open()
    const [was, email] = [anAddress(), anAddress()]
    for (const salt of 'abcdefghi') {
      const password = { salt, hash: 'of another cost' }
      await people.add({ id: randomUUID(), name: 'Bob Brunner', email, emailProved: false, password, notes: '' })
    }
    const { id, password } = await aPerson(people, was, 'a good password', true)
    await people.changeAddress({ id, was, address: email, proved: true })

    expect((await people.saltsOf(email))[0]).toBe(password.salt)
    expect((await whoSignsIn(people, email, 'a good password'))?.id).toBe(id)
  })

  test('with the same password, too, the one whose address is proved signs in', async () => {
    const people = open()
    const email = anAddress()
    await aPerson(people, email, 'the same password')
    const proved = await aPerson(people, email, 'the same password', true)

    expect((await whoSignsIn(people, email, 'the same password'))?.id).toBe(proved.id)
  })

  test('a change of address is followed, also when it is told twice', async () => {
    const people = open()
    const [was, address] = [anAddress(), anAddress()]
    const { id } = await aPerson(people, was, 'a good password')
    const change = { id, was, address, proved: true }

    expect([await people.changeAddress(change), await people.changeAddress(change)]).toEqual([true, true])

    expect(await people.byId(id)).toMatchObject({ email: address, emailProved: true })
    expect((await whoSignsIn(people, address, 'a good password'))?.id).toBe(id)
    expect(await whoSignsIn(people, was, 'a good password')).toBeUndefined()
  })

  test('a change of another address is not followed', async () => {
    const people = open()
    const { id } = await aPerson(people, anAddress(), 'a good password')

    expect(await people.changeAddress({ id, was: anAddress(), address: anAddress(), proved: true })).toBe(false)
  })

  test('a proof of the address is followed, and sets no later change back when it is told again', async () => {
    const people = open()
    const [was, address] = [anAddress(), anAddress()]
    const { id } = await aPerson(people, was, 'a good password')
    const proof = { id, address: was, proved: true }

    expect(await people.changeAddress(proof)).toBe(true)
    expect(await people.byId(id)).toMatchObject({ email: was, emailProved: true })
    await people.changeAddress({ id, was, address, proved: true })

    expect(await people.changeAddress(proof)).toBe(true)
    expect(await people.byId(id)).toMatchObject({ email: address, emailProved: true })
  })

  describe('an address of the sign-in', () => {
    const [removed, kind] = [true, 'email'] as const
    const known =
      (...addresses: readonly string[]) =>
      async (): Promise<readonly KnownAddress[]> =>
        addresses.map((address) => ({ address, proved: true }))

    test('that is removed gives way to another proved one, also when it is told twice', async () => {
      const people = open()
      const [was, other] = [anAddress(), anAddress()]
      const { id: subject } = await aPerson(people, was, 'a good password', true)
      const contacts = async () => [{ address: anAddress(), proved: false }, ...(await known(other)())]
      const change = { subject, kind, address: was, proved: false, removed }

      await followContact(people, change, contacts)
      await followContact(people, change, contacts)

      expect(await people.byId(subject)).toMatchObject({ email: other, emailProved: true })
      expect((await whoSignsIn(people, other, 'a good password'))?.id).toBe(subject)
      expect(await whoSignsIn(people, was, 'a good password')).toBeUndefined()
    })

    test('takes its place again when it comes back, and then no more', async () => {
      const people = open()
      const [was, other] = [anAddress(), anAddress()]
      const { id: subject } = await aPerson(people, was, 'a good password', true)
      await followContact(people, { subject, kind, address: was, proved: false, removed }, known(other))
      const back = { subject, kind, address: was, proved: true }

      await followContact(people, back, known(other, was))
      expect(await people.byId(subject)).toMatchObject({ email: was, emailProved: true })
      await people.changeAddress({ id: subject, was, address: other, proved: true })
      await followContact(people, back, known(other, was))

      expect((await people.byId(subject))?.email).toBe(other)
    })

    test.each([
      ['and told of the change before', (other: string, last: string) => [other, last] as const],
      ['and told of the change after', (_: string, last: string) => [last, last] as const],
    ])('takes its place again, too, where the one in its place was changed meanwhile, %s', async (_, knownThen) => {
      const people = open()
      const [email, other, last] = [anAddress(), anAddress(), anAddress()]
      const { id: subject } = await aPerson(people, email, 'a good password', true)
      const [atRemoval, atChange] = knownThen(other, last)
      const changed = { subject, kind, address: last, was: other, proved: true }
      await followContact(people, { subject, kind, address: email, proved: false, removed }, known(atRemoval))
      await followContact(people, changed, known(atChange))
      await followContact(people, changed, known(atChange))

      const now = known(other, email)
      await followContact(people, { subject, kind, address: other, was: last, proved: true }, now)
      await followContact(people, { subject, kind, address: email, proved: true }, now)

      expect(await people.byId(subject)).toMatchObject({ email, emailProved: true })
      expect((await whoSignsIn(people, email, 'a good password'))?.id).toBe(subject)
    })

    test('takes its place again, too, where the one in its place was removed as well, and that one does until then', async () => {
      const people = open()
      const [email, other, third] = [anAddress(), anAddress(), anAddress()]
      const { id: subject } = await aPerson(people, email, 'a good password', true)
      await followContact(people, { subject, kind, address: email, proved: false, removed }, known(other, third))
      await followContact(people, { subject, kind, address: other, proved: false, removed }, known(third))

      await followContact(people, { subject, kind, address: other, proved: true }, known(third, other))
      expect((await people.byId(subject))?.email).toBe(other)
      await followContact(people, { subject, kind, address: email, proved: true }, known(third, other, email))

      expect((await people.byId(subject))?.email).toBe(email)
    })

    test('takes its place again, and keeps it when what stood there meanwhile comes back after it', async () => {
      const people = open()
      const [email, other, third] = [anAddress(), anAddress(), anAddress()]
      const { id: subject } = await aPerson(people, email, 'a good password', true)
      await followContact(people, { subject, kind, address: email, proved: false, removed }, known(other, third))
      await followContact(people, { subject, kind, address: other, proved: false, removed }, known(third))

      for (const address of [email, other])
        await followContact(people, { subject, kind, address, proved: true }, known(third, other, email))

      expect((await people.byId(subject))?.email).toBe(email)
    })

    test('stays where another one is removed, added or changed', async () => {
      const people = open()
      const [email, other, third] = [anAddress(), anAddress(), anAddress()]
      const { id: subject } = await aPerson(people, email, 'a good password', true)

      await followContact(people, { subject, kind, address: other, proved: true }, known(email, other))
      await followContact(people, { subject, kind, address: third, was: other, proved: true }, known(email, third))
      await followContact(people, { subject, kind, address: third, proved: false, removed }, known(email))

      expect((await people.byId(subject))?.email).toBe(email)
    })

    test('is followed step by step, although it was changed once more before the first step was told', async () => {
      const people = open()
      const [was, next, last] = [anAddress(), anAddress(), anAddress()]
      const { id: subject } = await aPerson(people, was, 'a good password', true)
      const now = known(anAddress(), last)

      await followContact(people, { subject, kind, address: next, was, proved: true }, now)
      await followContact(people, { subject, kind, address: last, was: next, proved: true }, now)

      expect((await people.byId(subject))?.email).toBe(last)
    })

    test('that somebody moved to is left with the change that is taken back, and all after it', async () => {
      const people = open()
      const [own, last] = [anAddress(), anAddress()]
      const { id: subject } = await aPerson(people, last, 'a good password', true)

      await followContact(people, { subject, kind, address: own, proved: true }, known(anAddress(), own))

      expect((await people.byId(subject))?.email).toBe(own)
    })
  })

  test('adding somebody again changes nothing', async () => {
    const people = open()
    const person = await aPerson(people, anAddress(), 'a good password')

    await people.add({ ...person, name: 'Somebody else' })

    expect((await people.byId(person.id))?.name).toBe('Alice Keller')
  })

  describe('an end of sessions', () => {
    const [early, late] = [new Date('2026-05-04T10:00:00Z'), new Date('2026-05-04T10:00:01Z')]

    test('spares the one that goes on', async () => {
      const people = open()
      const { id } = await aPerson(people, anAddress(), 'a good password')

      await people.endSessions(id, early, 'the session that proved')

      const ended = { sessionsEndedAt: early, sessionKept: 'the session that proved' }
      expect(await people.byId(id)).toMatchObject(ended)
    })

    test.each([
      ['from before it', early],
      ['of the same moment', late],
    ])('is undone by no other one that is told after it: %s', async (_, at) => {
      const people = open()
      const { id } = await aPerson(people, anAddress(), 'a good password')
      await people.endSessions(id, late)

      await people.endSessions(id, at, 'a session that ended')

      expect(await people.byId(id)).toMatchObject({ sessionsEndedAt: late, sessionKept: '' })
    })

    test('ends the one that had gone on, also at the same moment', async () => {
      const people = open()
      const { id } = await aPerson(people, anAddress(), 'a good password')
      await people.endSessions(id, early, 'the session that proved')

      await people.endSessions(id, early)

      expect(await people.byId(id)).toMatchObject({ sessionsEndedAt: early, sessionKept: '' })
    })
  })

  test('notes are kept', async () => {
    const people = open()
    const { id } = await aPerson(people, anAddress(), 'a good password')

    await people.writeNotes(id, 'one line\nand another')

    expect((await people.byId(id))?.notes).toBe('one line\nand another')
  })
}

describe('in memory', () => {
  peopleContract(() => memoryPeople())
})

onDatabase('in MongoDB', () => {
  let connection: Connection
  let people: People

  beforeAll(async () => {
    connection = await connectTo(aDatabaseUrl() ?? '')
    people = await mongoosePeople(connection)
  })
  afterAll(async () => {
    await connection.dropDatabase()
    await connection.close()
  })

  peopleContract(() => people)
})
