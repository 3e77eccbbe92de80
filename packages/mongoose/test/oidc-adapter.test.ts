import mongoose, { type Connection } from 'mongoose'
import type { Adapter } from 'oidc-provider'
import { aConnection, aDatabaseName, describeOnMongo, dropped } from './mongodb.js'
import { quietly } from './quietly.js'

const { oidcAdapter } = await quietly(() => import('@countersign/mongoose/oidc-adapter'))

const collection = 'countersign_oidc'
const anHourFromNow = () => ({ exp: Math.floor(Date.now() / 1000) + 3600 })

describe('an adapter that cannot work', () => {
  test.each([
    ['Mongoose itself', mongoose],
    ['nothing', undefined],
    ['an address', 'mongodb://127.0.0.1/'],
  ])('refuses %s instead of a connection', (_, given) => {
    expect(() => oidcAdapter(given as unknown as Connection)).toThrow(
      expect.objectContaining({
        code: 'ERR_COUNTERSIGN_OIDC_ADAPTER',
        message: expect.stringContaining('Write oidcAdapter(mongoose.connection).'),
      }),
    )
  })

  test.each([
    [{ collection: '' }, '"collection" is ""'],
    [{ collection: 'a$b' }, '"collection" is "a$b"'],
    [{ collection: 'system.users' }, '"collection" is "system.users"'],
    [{ clockToleranceSeconds: -1 }, '"clockToleranceSeconds" is -1'],
    [{ clockToleranceSeconds: Number.NaN }, '"clockToleranceSeconds" is NaN'],
  ])('refuses the options %j', (options, message) => {
    expect(() => oidcAdapter(mongoose.createConnection(), options)).toThrow(message)
  })

  test('T28: refuses class names that a bundler has shortened', () => {
    expect(() => oidcAdapter(mongoose.createConnection())('Xe')).toThrow('keepNames')
  })

  test('refuses requests before its start, and says what to write', async () => {
    const sessions = oidcAdapter(mongoose.createConnection())('Session')

    for (const early of [
      sessions.find('id'),
      sessions.findByUid('uid'),
      sessions.upsert('id', {}),
      sessions.consume('id'),
    ])
      await expect(early).rejects.toMatchObject({
        code: 'ERR_COUNTERSIGN_OIDC_ADAPTER_NOT_STARTED',
        message: expect.stringContaining('await adapter.start()'),
      })
  })
})

describeOnMongo('an adapter on MongoDB', () => {
  let connection: Connection
  let adapter: ReturnType<typeof oidcAdapter>
  const commands: Record<string, unknown>[] = []
  const records = () => connection.collection(collection)

  beforeAll(async () => {
    connection = await aConnection(undefined, { monitorCommands: true })
    adapter = oidcAdapter(connection)
    await adapter.start()
    connection.getClient().on('commandStarted', ({ command }) => commands.push(command))
  })
  beforeEach(async () => {
    await records().deleteMany({})
    commands.length = 0
  })
  afterAll(() => dropped(connection))

  test('every verb sends one command', async () => {
    const [sessions, codes] = [adapter('Session'), adapter('DeviceCode')]
    await sessions.upsert('id', { uid: 'uid' }, 60)
    await sessions.find('id')
    await sessions.findByUid('uid')
    await sessions.destroy('id')
    await codes.upsert('id', { userCode: 'BCDFGHJK', grantId: 'grant' }, 60)
    await codes.findByUserCode('BCDFGHJK')
    await codes.consume('id')
    await codes.revokeByGrantId('grant')

    const names = ['update', 'find', 'find', 'update', 'update', 'find', 'update', 'delete']
    expect(commands.map((command) => Object.keys(command)[0])).toEqual(names)
  })

  test('every write waits for a majority and its journal, and every command has a time limit', async () => {
    const codes = adapter('AuthorizationCode')
    await codes.upsert('id', {}, 60)
    await codes.consume('id')
    await codes.revokeByGrantId('grant')
    await codes.destroy('id')
    await adapter('Session').destroy('id')
    await codes.find('id')

    const writes = commands.filter(({ find }) => !find)
    expect(writes).toHaveLength(5)
    for (const { writeConcern } of writes) expect(writeConcern).toMatchObject({ w: 'majority', j: true })
    for (const { maxTimeMS } of commands) expect(maxTimeMS).toBe(3000)
  })

  test('it reads from the primary, also on a connection that prefers secondaries', async () => {
    const reader = await aConnection(connection.name, { readPreference: 'secondaryPreferred', monitorCommands: true })
    const there = oidcAdapter(reader)
    await there.start()
    const preferences: unknown[] = []
    reader.getClient().on('commandStarted', ({ command }) => {
      if (command.find) preferences.push(command.$readPreference?.mode)
    })
    await there('Interaction').find('id')
    await reader.close()

    // The driver says "primaryPreferred" where it knows of one server only.
    expect(preferences).toHaveLength(1)
    expect(preferences).not.toContain('secondaryPreferred')
  })

  test.each([
    ['a session by its uid', 'Session', (one: Adapter) => one.findByUid('uid')],
    ['a device code by its user code', 'DeviceCode', (one: Adapter) => one.findByUserCode('BCDFGHJK')],
    ['a record by its id', 'AccessToken', (one: Adapter) => one.find('id')],
  ] as const)('the search for %s uses an index', async (_, model, search) => {
    for (let count = 0; count < 20; count += 1)
      await adapter(model).upsert(`${count}`, { uid: `${count}`, userCode: `BCDFGHJ${count}` }, 60)
    commands.length = 0
    await search(adapter(model))

    const [{ find, filter, sort } = {}] = commands
    expect(await planOf(connection, { find, filter, ...(sort ? { sort } : {}) })).not.toContain('COLLSCAN')
  })

  test('the end of a grant uses an index', async () => {
    for (let count = 0; count < 20; count += 1)
      await adapter('AccessToken').upsert(`${count}`, { grantId: `${count}` }, 60)
    commands.length = 0
    await adapter('AccessToken').revokeByGrantId('7')

    const [{ deletes } = {}] = commands
    const [{ q: filter } = { q: undefined }] = deletes as readonly { q: unknown }[]
    expect(await planOf(connection, { find: collection, filter })).not.toContain('COLLSCAN')
    expect(await records().countDocuments()).toBe(19)
  })

  test('what is past is removed by the server, a tolerance later', async () => {
    await oidcAdapter(connection, { clockToleranceSeconds: 5 }).start()
    const before = Date.now()
    await adapter('AccessToken').upsert('id', {}, 60)
    const after = Date.now()

    const [{ expiresAt } = { expiresAt: undefined }] = await records().find().toArray()
    expect(expiresAt.getTime()).toBeGreaterThanOrEqual(before + 75_000)
    expect(expiresAt.getTime()).toBeLessThanOrEqual(after + 75_000)
    const indexes = await records().listIndexes().toArray()
    expect(indexes).toContainEqual(expect.objectContaining({ key: { expiresAt: 1 }, expireAfterSeconds: 0 }))
  })

  test('a record that has an end no more loses its old one', async () => {
    await adapter('Client').upsert('app', { client_id: 'app' }, 60)
    await adapter('Client').upsert('app', { client_id: 'app' })

    expect(await records().findOne()).not.toHaveProperty('expiresAt')
  })

  test('a payload is one text; of a client it can be read', async () => {
    await adapter('Session').upsert('id', { uid: 'uid', accountId: 'alice' }, 60)
    await adapter('Client').upsert('app', { client_id: 'app', client_name: 'The app' })

    const [session, client] = await records().find().sort({ model: -1 }).toArray()
    expect(session?.payload).toMatch(/^[\w-]{40,}$/)
    expect(client).toMatchObject({
      _id: 'Client:app',
      model: 'Client',
      payload: '{"client_id":"app","client_name":"The app"}',
    })
  })

  test('a dump tells neither who is signed in nor at what', async () => {
    await adapter('Session').upsert(
      'id',
      { uid: 'uid', accountId: 'alice@example.test', authorizations: { shop: {} } },
      60,
    )
    await adapter('AccessToken').upsert(
      'id',
      { accountId: 'alice@example.test', clientId: 'shop', scope: 'orders' },
      60,
    )

    expect(JSON.stringify(await records().find().toArray())).not.toMatch(/alice|shop|orders|uid":"uid/)
  })

  test('a payload that was moved to another id opens nothing', async () => {
    await adapter('AccessToken').upsert('mine', { accountId: 'mallory' }, 60)
    await adapter('AccessToken').upsert('yours', { accountId: 'alice' }, 60)
    const [one, other] = await records().find().toArray()
    if (!one || !other) throw new Error('There are not two records.')
    await records().updateOne({ _id: one._id }, { $set: { payload: other.payload } })
    await records().updateOne({ _id: other._id }, { $set: { payload: one.payload } })

    expect(await adapter('AccessToken').find('mine')).toBeUndefined()
    expect(await adapter('AccessToken').find('yours')).toBeUndefined()
  })

  test('a session that has ended stays ended, although a slow request saves it', async () => {
    const sessions = adapter('Session')
    await sessions.upsert('id', { uid: 'uid', ...anHourFromNow() }, 3600)
    await sessions.destroy('id')
    await sessions.upsert('id', { uid: 'uid', ...anHourFromNow() }, 3600)

    expect(await sessions.find('id')).toBeUndefined()
    expect(await sessions.findByUid('uid')).toBeUndefined()
    expect(await records().find().toArray()).toEqual([
      expect.not.objectContaining({ payload: expect.anything(), uid: expect.anything() }),
    ])
  })

  test('what was used stays used, although it is saved again from an older reading', async () => {
    const codes = adapter('DeviceCode')
    await codes.upsert('id', { userCode: 'BCDFGHJK' }, 60)
    await codes.consume('id')
    await codes.upsert('id', { userCode: 'BCDFGHJK', inFlight: true }, 60)

    expect(await codes.find('id')).toMatchObject({ inFlight: true, consumed: expect.any(Number) })
    await expect(codes.consume('id')).rejects.toMatchObject({ error: 'invalid_grant' })
  })

  test('the refusals are those of oidc-provider', async () => {
    const { errors } = await import('oidc-provider')

    await expect(adapter('AuthorizationCode').consume('id')).rejects.toBeInstanceOf(errors.InvalidGrant)
    await expect(adapter('PushedAuthorizationRequest').consume('id')).rejects.toBeInstanceOf(errors.InvalidRequestUri)
    await adapter('ReplayDetection').upsert('id', {}, 60)
    await expect(adapter('ReplayDetection').upsert('id', {}, 60)).rejects.toBeInstanceOf(errors.InvalidRequest)
  })

  test('two collections on one connection do not know of each other', async () => {
    const other = oidcAdapter(connection, { collection: 'other_provider' })
    await other.start()
    await other('Client').upsert('app', { client_id: 'app', client_name: 'of the other' })

    expect(await adapter('Client').find('app')).toBeUndefined()
    expect(await other('Client').find('app')).toMatchObject({ client_name: 'of the other' })
  })
})

describeOnMongo('the indexes of an adapter', () => {
  let connection: Connection
  beforeEach(async () => {
    connection = await aConnection(aDatabaseName())
  })
  afterEach(() => dropped(connection))

  test('start refuses a database without them when it may not make them, and says what to run', async () => {
    await expect(oidcAdapter(connection, { createIndexes: false }).start()).rejects.toMatchObject({
      code: 'ERR_COUNTERSIGN_INDEX_MISSING',
      message: expect.stringContaining(
        'Run oidcAdapter(connection).syncIndexes() of @countersign/mongoose/oidc-adapter once',
      ),
    })
  })

  test('syncIndexes makes them, before the first record and however often it is called', async () => {
    await oidcAdapter(connection).syncIndexes()
    await oidcAdapter(connection).syncIndexes()
    await oidcAdapter(connection, { createIndexes: false }).start()

    const indexes = await connection.collection(collection).listIndexes().toArray()
    expect(indexes.map(({ key }) => key)).toEqual([
      { _id: 1 },
      { expiresAt: 1 },
      { model: 1, grantId: 1 },
      { uid: 1, updatedAt: -1 },
      { userCode: 1 },
    ])
    expect(indexes.filter(({ unique }) => unique)).toEqual([])
  })
})

async function planOf(connection: Connection, find: Record<string, unknown>): Promise<string> {
  const plan = await connection.db?.command({ explain: find, verbosity: 'queryPlanner' })
  return JSON.stringify(plan?.queryPlanner?.winningPlan)
}
