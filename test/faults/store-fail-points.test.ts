import type { Store, Subject } from '@countersign/core'
import { mongooseStore } from '@countersign/mongoose'
import { aSubject } from '@countersign/testing'
import { jest } from '@jest/globals'
import type { Connection } from 'mongoose'
import { type Failure, failing, noFailures, offersFailPoints } from '../support/fail-point.js'
import { aConnection, aDatabaseName, describeOnMongo, dropped } from '../support/mongodb.js'

jest.setTimeout(15_000) // What fails in bounded time takes three seconds to do so.

const unavailable = { code: 'ERR_COUNTERSIGN_STORE_UNAVAILABLE' }
const boundMs = 5000 // 3 s for the command, and what a busy machine adds.

const appName = `countersign fail points ${process.pid}`
const writes = ['update', 'insert', 'findAndModify']
const lasting: readonly (readonly [string, Omit<Failure, 'failCommands' | 'appName'>])[] = [
  ['closes the connection', { closeConnection: true }],
  ['is no longer the primary', { errorCode: 10_107, errorLabels: ['RetryableWriteError'] }],
  ['blocks for five seconds', { blockConnection: true, blockTimeMS: 5000 }],
]

describeOnMongo('a store whose server', () => {
  const database = aDatabaseName()
  let connection: Connection
  /** Where fail points are set; the store works on the other one. */
  let control: Connection
  let store: Store
  let offered: boolean

  beforeAll(async () => {
    connection = await aConnection(database, { appName })
    control = await aConnection(database)
    store = mongooseStore(connection)
    await store.start?.()
    offered = await offersFailPoints(control)
    if (!offered)
      process.stderr.write('\nNOT RUN, THIS MONGODB SERVER OFFERS NO FAIL POINTS: test/faults/store-fail-points\n')
  })
  afterEach(async () => {
    if (offered) await noFailures(control)
  })
  afterAll(async () => {
    await store.stop?.()
    await connection.close()
    await dropped(control)
  })

  for (const [name, failure] of lasting) {
    test(`${name} refuses a load in bounded time, and loads again afterwards`, async () => {
      if (!offered) return
      const subject = await committed(store)
      await failing(control, { ...failure, appName, failCommands: ['find'] })

      await refusedInTime(() => store.subjects.load(subject.id))

      await noFailures(control)
      expect((await store.subjects.load(subject.id)).subject).toEqual(subject)
    })

    test(`${name} refuses a commit in bounded time, applies it at most once, and commits again afterwards`, async () => {
      if (!offered) return
      const subject = await committed(store)
      await failing(control, { ...failure, appName, failCommands: writes })

      await refusedInTime(() => store.subjects.commit({ ...subject, events: 42 }, 1))

      await noFailures(control)
      const { subject: found, revision } = await store.subjects.load(subject.id)
      expect([1, 2]).toContain(revision)
      expect(found?.events).toBe(revision === 1 ? subject.events : 42)
      expect(await store.subjects.commit({ ...subject, events: 43 }, revision)).toBe(true)
    })
  }

  for (const [name, failure] of lasting.slice(0, 2)) {
    test(`${name} once is asked again, and the commit is applied once`, async () => {
      if (!offered) return
      const subject = await committed(store)
      await failing(control, { ...failure, appName, failCommands: writes }, 1)

      const applied = await store.subjects.commit({ ...subject, events: 42 }, 1).catch(() => 'uncertain')

      const { revision } = await store.subjects.load(subject.id)
      if (applied === 'uncertain') expect([1, 2]).toContain(revision)
      else expect([applied, revision]).toEqual([true, 2])
    })
  }

  test('cannot keep the write concern gives no verdict although the write is there, and never applies it twice', async () => {
    if (!offered) return
    const subject = await committed(store)
    const writeConcernError = { code: 100, errmsg: 'Not enough data-bearing nodes' }
    await failing(control, { appName, failCommands: writes, writeConcernError })

    await refusedInTime(() => store.subjects.commit({ ...subject, events: 42 }, 1))

    await noFailures(control)
    const { subject: found, revision } = await store.subjects.load(subject.id)
    expect([revision, found?.events]).toEqual([2, 42])
  })

  test('cannot keep the write concern makes an audit event be appended again, and it is there once', async () => {
    if (!offered) return
    const [effect] = aSubject().outbox
    if (effect?.kind !== 'audit') throw new Error('The first effect is an audit event.')
    await failing(control, {
      appName,
      failCommands: writes,
      writeConcernError: { code: 100, errmsg: 'Not enough nodes' },
    })
    await expect(store.audit.append([effect.event])).rejects.toMatchObject(unavailable)
    await noFailures(control)

    await store.audit.append([effect.event])

    expect(await store.audit.read(effect.event.subject, 10)).toEqual([effect.event])
  })

  test('cannot keep the write concern claims nothing for the relay', async () => {
    if (!offered) return
    const subject = await committed(store)
    await failing(control, {
      appName,
      failCommands: writes,
      writeConcernError: { code: 100, errmsg: 'Not enough nodes' },
    })

    await refusedInTime(() => store.subjects.claim(30, subject.id))
  })

  test('fails tells no word of the driver in the message, and keeps its error as the cause', async () => {
    if (!offered) return
    await failing(control, { appName, failCommands: ['find'], errorCode: 96 })

    const error = await store.subjects.load(aSubject().id).catch((thrown: unknown) => thrown)

    expect(error).toMatchObject({ ...unavailable, message: 'MongoDB gave no certain answer within 3000 ms (load).' })
    expect((error as Error).cause).toBeInstanceOf(Error)
  })
})

async function committed(store: Store): Promise<Subject> {
  const subject = aSubject()
  await store.subjects.commit(subject, 0)
  return subject
}

async function refusedInTime(act: () => Promise<unknown>): Promise<void> {
  const began = performance.now()
  await expect(act()).rejects.toMatchObject(unavailable)
  expect(performance.now() - began).toBeLessThan(boundMs)
}
