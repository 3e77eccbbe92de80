import { readFile } from 'node:fs/promises'
import type { Store } from '@countersign/core'
import { mongooseStore, syncIndexes } from '@countersign/mongoose'
import { aDigest, aSubject } from '@countersign/testing'
import mongoose, { type Connection } from 'mongoose'
import { aConnection, describeOnMongo, dropped } from './mongodb.js'

test('a store on a connection that was never opened refuses at once', async () => {
  const { subjects, health } = mongooseStore(mongoose.createConnection())

  await expect(subjects.load(aSubject().id)).rejects.toMatchObject({ code: 'ERR_COUNTERSIGN_STORE_UNAVAILABLE' })
  await expect(subjects.commit(aSubject(), 0)).rejects.toMatchObject({ code: 'ERR_COUNTERSIGN_STORE_UNAVAILABLE' })
  expect(() => subjects.now()).toThrow('The clock of MongoDB was not read for 30 s.')
  expect((await health?.())?.reachable).toBe(false)
})

describeOnMongo('a store on MongoDB', () => {
  let connection: Connection
  let store: Store
  const commands: Record<string, unknown>[] = []

  beforeAll(async () => {
    connection = await aConnection(undefined, { monitorCommands: true })
    store = mongooseStore(connection)
    await store.start?.()
    connection.getClient().on('commandStarted', ({ command }) => commands.push(command))
  })
  beforeEach(() => {
    commands.length = 0
  })
  afterAll(async () => {
    await store.stop?.()
    await dropped(connection)
  })

  test('a load and its commit send one command each', async () => {
    const subject = aSubject()
    await store.subjects.load(subject.id)
    await store.subjects.commit(subject, 0)
    await store.subjects.load(subject.id)
    await store.subjects.commit(subject, 1)

    expect(commands.map((command) => Object.keys(command)[0])).toEqual(['find', 'update', 'find', 'update'])
  })

  test('a kick claims and releases with one command each', async () => {
    const subject = aSubject({ dueAt: store.subjects.now() })
    await store.subjects.commit(subject, 0)
    commands.length = 0
    const claimed = await store.subjects.claim(30, subject.id)
    await store.subjects.release(subject.id, claimed?.lease ?? '')

    expect(commands.map((command) => Object.keys(command)[0])).toEqual(['findAndModify', 'update'])
  })

  test('every write waits for a majority and its journal', async () => {
    const subject = aSubject({ dueAt: store.subjects.now() })
    const [effect] = subject.outbox
    await store.subjects.commit(subject, 0)
    await store.subjects.claim(30, subject.id)
    if (effect?.kind === 'audit') await store.audit.append([effect.event])
    await store.limits.take(aDigest(), [{ messages: 1, seconds: 1 }])

    expect(commands).toHaveLength(4)
    for (const { writeConcern } of commands) expect(writeConcern).toMatchObject({ w: 'majority', j: true })
  })

  test('every command has a time limit on the server', async () => {
    const subject = aSubject()
    await store.subjects.load(subject.id)
    await store.subjects.commit(subject, 0)
    await store.subjects.revokedSince({ at: new Date() }, 10)
    await store.limits.take(aDigest(), [{ messages: 1, seconds: 1 }])

    for (const command of commands) expect(command.maxTimeMS).toBe(3000)
  })

  test('the time costs no command', async () => {
    for (let reading = 0; reading < 100; reading += 1) store.subjects.now()

    expect(commands).toEqual([])
    expect(Math.abs(store.subjects.now().getTime() - Date.now())).toBeLessThan(2000)
  })

  test('an object where an id belongs is compared and never obeyed', async () => {
    await store.subjects.commit(aSubject(), 0)
    const operator = { $ne: null } as unknown as string

    expect((await store.subjects.load(operator as never)).revision).toBe(0)
    expect(await store.subjects.findByContact([operator])).toEqual([])
    expect(await store.subjects.claim(30, operator as never)).toBeUndefined()
    expect(await store.audit.read(operator, 10)).toEqual([])
  })

  test('the searches of the relay, the feed and recovery use an index', async () => {
    for (let count = 0; count < 20; count += 1) await store.subjects.commit(aSubject(), 0)
    commands.length = 0
    await store.subjects.claim(30)
    await store.subjects.revokedSince({ at: new Date(), subject: aSubject().id }, 10)
    await store.subjects.findByContact([aDigest(), aDigest()])
    await store.audit.read(aSubject().id, 10)

    const finds = commands.filter(({ find }) => find)
    expect(finds).toHaveLength(4)
    for (const find of finds) expect(await stagesOf(connection, find)).not.toContain('COLLSCAN')
  })

  test('no index but the one on _id is unique', async () => {
    for (const name of ['countersign_subjects', 'countersign_audit', 'countersign_limits']) {
      const indexes = await connection.collection(name).listIndexes().toArray()
      expect(indexes.filter(({ unique }) => unique)).toEqual([])
    }
  })

  test('a subject takes less than 8 KB in the middle of its day', async () => {
    const subject = aSubject()
    await store.subjects.commit(subject, 0)
    const document = await connection.collection('countersign_subjects').findOne({ _id: { $eq: subject.id } } as never)

    expect(mongoose.mongo.BSON.calculateObjectSize(document ?? {})).toBeLessThan(8192)
  })

  test('an event that is in the log is never updated or deleted by this package', async () => {
    const source = await readFile(new URL('../src/mongo-audit-log.ts', import.meta.url), 'utf8')

    expect(source).not.toMatch(/\.(update|delete|replace|findOneAnd|bulkWrite)\w*\(/)
  })

  test('it is reachable, and says so', async () => {
    expect(await store.health?.()).toMatchObject({ reachable: true })
  })
})

describeOnMongo('the indexes of a store', () => {
  let connection: Connection

  beforeEach(async () => {
    connection = await aConnection()
  })
  afterEach(() => dropped(connection))

  test('start refuses a database without them when it may not make them, and says what to run', async () => {
    const starting = mongooseStore(connection, { createIndexes: false }).start?.()

    await expect(starting).rejects.toMatchObject({
      code: 'ERR_COUNTERSIGN_INDEX_MISSING',
      message: expect.stringContaining('Run syncIndexes(connection) of @countersign/mongoose once'),
    })
  })

  test('syncIndexes makes them, and drops none that is not ours', async () => {
    await connection.collection('countersign_subjects').createIndex({ 'body.events': 1 }, { name: 'of the owner' })
    await syncIndexes(connection)
    await syncIndexes(connection)

    const store = mongooseStore(connection, { createIndexes: false })
    await store.start?.()
    await store.stop?.()
    const names = (await connection.collection('countersign_subjects').listIndexes().toArray()).map(({ name }) => name)
    expect(names).toContain('of the owner')
  })

  test('two stores on one connection share the models', async () => {
    await mongooseStore(connection).start?.()
    await mongooseStore(connection).start?.()

    expect(connection.modelNames().filter((name) => name.startsWith('Countersign'))).toHaveLength(3)
  })
})

async function stagesOf(connection: Connection, find: Record<string, unknown>): Promise<string> {
  const names = ['find', 'filter', 'sort', 'limit', 'projection', 'hint']
  const explain = Object.fromEntries(names.filter((name) => name in find).map((name) => [name, find[name]]))
  const plan = await connection.db?.command({ explain, verbosity: 'queryPlanner' })
  return JSON.stringify(plan?.queryPlanner?.winningPlan)
}
