import type { Store, Subject } from '@countersign/core'
import { mongooseStore } from '@countersign/mongoose'
import { aSubject } from '@countersign/testing'
import { jest } from '@jest/globals'
import type { Connection, ConnectOptions } from 'mongoose'
import {
  aConnection,
  aConnectionOver,
  aDatabaseName,
  describeOnMongo,
  dropped,
  mongoAddress,
} from '../support/mongodb.js'
import { type TcpProxy, tcpProxy } from '../support/tcp-proxy.js'

jest.setTimeout(15_000) // What fails in bounded time takes three seconds to do so.

const unavailable = { code: 'ERR_COUNTERSIGN_STORE_UNAVAILABLE' }
const boundMs = 5000 // 3 s for the command, one for asking the time, and what a busy machine adds.

describeOnMongo('a store over a damaged wire', () => {
  const database = aDatabaseName()
  let proxy: TcpProxy
  let direct: Connection
  let sure: Store
  /** The server recognises a write that is sent again; a standalone one cannot, and a lost answer stays without a verdict. */
  let recognises: boolean
  let damaged: Awaited<ReturnType<typeof overTheProxy>>

  beforeAll(async () => {
    proxy = await tcpProxy(mongoAddress())
    direct = await aConnection(database)
    sure = mongooseStore(direct)
    await sure.start?.()
    const hello = await direct.db?.admin().command({ hello: 1 })
    recognises = Boolean(hello?.setName) || hello?.msg === 'isdbgrid'
    damaged = await overTheProxy()
  })
  afterEach(() => proxy.mend())
  afterAll(async () => {
    await damaged.stop()
    await sure.stop?.()
    await dropped(direct)
    await proxy.stop()
  })

  test('a commit whose answer was lost is sent again, recognised, and applied once', async () => {
    const subject = await committed(sure)
    proxy.loseAnswers('update', 'closed', 1)
    const before = proxy.forwarded('update')

    await confirmedOrRefused(() => damaged.store.subjects.commit({ ...subject, events: 42 }, 1))

    expect(proxy.forwarded('update') - before).toBe(recognises ? 2 : 1)
    expect(await stateOf(sure, subject)).toEqual({ events: 42, revision: 2 })
  })

  test('a first commit whose answer was lost is sent again, recognised, and applied once', async () => {
    const subject = aSubject()
    proxy.loseAnswers('update', 'closed', 1)

    await confirmedOrRefused(() => damaged.store.subjects.commit(subject, 0))

    expect(await stateOf(sure, subject)).toEqual({ events: subject.events, revision: 1 })
  })

  test('a commit whose every answer is lost gives no verdict, in bounded time, and is applied once', async () => {
    const subject = await committed(sure)
    proxy.loseAnswers('update')

    await refusedInTime(() => damaged.store.subjects.commit({ ...subject, events: 42 }, 1))

    expect(await stateOf(sure, subject)).toEqual({ events: 42, revision: 2 })
  })

  test('a commit whose answer never comes gives no verdict, in bounded time, and is applied once', async () => {
    const subject = await committed(sure)
    proxy.loseAnswers('update', 'silent')

    await refusedInTime(() => damaged.store.subjects.commit({ ...subject, events: 42 }, 1))

    expect(await stateOf(sure, subject)).toEqual({ events: 42, revision: 2 })
  })

  test('without retries of the driver a lost answer gives no verdict', async () => {
    const alone = await overTheProxy({ retryWrites: false })
    const subject = await committed(sure)
    proxy.loseAnswers('update', 'closed', 1)

    await refusedInTime(() => alone.store.subjects.commit({ ...subject, events: 42 }, 1))

    expect(await stateOf(sure, subject)).toEqual({ events: 42, revision: 2 })
    await alone.stop()
  })

  test('an audit event whose answer was lost is there once when it is appended again', async () => {
    const [effect] = aSubject().outbox
    if (effect?.kind !== 'audit') throw new Error('The first effect is an audit event.')
    proxy.loseAnswers('insert', 'closed', 2)
    await damaged.store.audit.append([effect.event]).catch(() => undefined)
    proxy.mend()

    await damaged.store.audit.append([effect.event])

    expect(await sure.audit.read(effect.event.subject, 10)).toEqual([effect.event])
  })

  test('a wire that is cut refuses loads and commits in bounded time, and serves again when it is mended', async () => {
    const subject = await committed(sure)
    proxy.cut()

    await Promise.all([
      refusedInTime(() => damaged.store.subjects.load(subject.id)),
      refusedInTime(() => damaged.store.subjects.commit({ ...subject, events: 42 }, 1)),
      refusedInTime(() => damaged.store.subjects.revokedSince({ at: new Date() }, 10)),
      refusedInTime(() => damaged.store.limits.take('key', [{ messages: 1, seconds: 1 }])),
    ])
    expect((await damaged.store.health?.())?.reachable).toBe(false)

    proxy.mend()
    expect(await stateOf(damaged.store, subject)).toEqual({ events: subject.events, revision: 1 })
    expect(await damaged.store.subjects.commit({ ...subject, events: 42 }, 1)).toBe(true)
  })

  test('a commit that waited for a server in vain is not sent when there is one again', async () => {
    const subject = await committed(sure)
    const before = proxy.forwarded('update')
    proxy.cut()
    await refusedInTime(() => damaged.store.subjects.commit({ ...subject, events: 42 }, 1))
    proxy.mend()

    expect(await stateOf(damaged.store, subject)).toEqual({ events: subject.events, revision: 1 })
    expect(proxy.forwarded('update')).toBe(before)
  })

  test('answers that come too late are no answers', async () => {
    const subject = await committed(sure)
    proxy.delay(3500)

    await refusedInTime(() => damaged.store.subjects.load(subject.id))
  })

  async function confirmedOrRefused(commit: () => Promise<boolean>): Promise<void> {
    if (recognises) expect(await commit()).toBe(true)
    else await refusedInTime(commit)
  }

  async function overTheProxy(options: ConnectOptions = {}) {
    const connection = await aConnectionOver(proxy.port, database, options)
    const store = mongooseStore(connection)
    await store.start?.()
    return { store, stop: () => connection.close() }
  }
})

async function committed(store: Store): Promise<Subject> {
  const subject = aSubject()
  await store.subjects.commit(subject, 0)
  return subject
}

async function stateOf(store: Store, { id }: Subject): Promise<{ events: number | undefined; revision: number }> {
  const { subject, revision } = await store.subjects.load(id)
  return { events: subject?.events, revision }
}

async function refusedInTime(act: () => Promise<unknown>): Promise<void> {
  const began = performance.now()
  await expect(act()).rejects.toMatchObject(unavailable)
  expect(performance.now() - began).toBeLessThan(boundMs)
}
