import { jest } from '@jest/globals'
import type { Connection } from 'mongoose'
import { quietly } from '../../packages/mongoose/test/quietly.js'
import { type Failure, failing, noFailures, offersFailPoints } from '../support/fail-point.js'
import { aConnection, aDatabaseName, describeOnMongo, dropped } from '../support/mongodb.js'

const { oidcAdapter } = await quietly(() => import('@countersign/mongoose/oidc-adapter'))

jest.setTimeout(15_000) // What fails in bounded time takes three seconds to do so.

const unavailable = { code: 'ERR_COUNTERSIGN_STORE_UNAVAILABLE' }
const boundMs = 5000 // 3 s for the command, and what a busy machine adds.

const appName = `countersign oidc fail points ${process.pid}`

describeOnMongo('an adapter of oidc-provider whose server', () => {
  const database = aDatabaseName()
  let connection: Connection
  /** Where fail points are set; the adapter works on the other one. */
  let control: Connection
  let adapter: ReturnType<typeof oidcAdapter>
  let offered: boolean

  beforeAll(async () => {
    connection = await aConnection(database, { appName })
    control = await aConnection(database)
    adapter = oidcAdapter(connection)
    await adapter.start()
    offered = await offersFailPoints(control)
    if (!offered)
      process.stderr.write(
        '\nNOT RUN, THIS MONGODB SERVER OFFERS NO FAIL POINTS: test/faults/oidc-adapter-fail-points\n',
      )
  })
  afterEach(async () => {
    if (offered) await noFailures(control)
  })
  afterAll(async () => {
    await connection.close()
    await dropped(control)
  })

  const fails = (failure: Omit<Failure, 'appName'>) => failing(control, { ...failure, appName })

  test('blocks for five seconds refuses to find in bounded time, and finds again afterwards', async () => {
    if (!offered) return
    await adapter('Session').upsert('id', { uid: 'uid' }, 60)
    await fails({ failCommands: ['find'], blockConnection: true, blockTimeMS: 5000 })

    await refusedInTime(() => adapter('Session').find('id'))

    await noFailures(control)
    expect(await adapter('Session').find('id')).toEqual({ uid: 'uid' })
  })

  test('closes every connection refuses a use in bounded time, and never gives it twice', async () => {
    if (!offered) return
    await adapter('AuthorizationCode').upsert('closed', {}, 60)
    await fails({ failCommands: ['update'], closeConnection: true })

    await refusedInTime(() => adapter('AuthorizationCode').consume('closed'))

    await noFailures(control)
    const uses = await Promise.allSettled([1, 2, 3].map(() => adapter('AuthorizationCode').consume('closed')))
    expect(uses.filter(({ status }) => status === 'fulfilled').length).toBeLessThanOrEqual(1)
  })

  test('cannot keep the write concern gives no use, and the code is used up', async () => {
    if (!offered) return
    await adapter('AuthorizationCode').upsert('alone', {}, 60)
    await fails({ failCommands: ['update'], writeConcernError: { code: 100, errmsg: 'Not enough data-bearing nodes' } })

    await refusedInTime(() => adapter('AuthorizationCode').consume('alone'))

    await noFailures(control)
    await expect(adapter('AuthorizationCode').consume('alone')).rejects.toMatchObject({ error: 'invalid_grant' })
  })
})

async function refusedInTime(ask: () => Promise<unknown>): Promise<void> {
  const began = performance.now()
  await expect(ask()).rejects.toMatchObject(unavailable)
  expect(performance.now() - began).toBeLessThan(boundMs)
}
