import { once } from 'node:events'
import { request as httpRequest, type Server } from 'node:http'
import { createCountersign, StoreUnavailable } from '@countersign/core'
import { memoryStore } from '@countersign/memory'
import { capturedMessages } from '@countersign/testing'
import MongoStore from 'connect-mongo'
import express from 'express'
import session from 'express-session'
import { stepUp } from '../../src/index.js'
import { aBank, actions, type BankParts, transfer } from './bank.js'
import { opened, signedIn, type Visitor, visitor } from './visitor.js'

const loaded = { express, stepUp }
const sessionCookie = 'connect.sid'

/** Holds a request until it is let go: it has loaded its session, and writes it when it ends. */
function gateway() {
  let arrive: () => void = () => {}
  let release: () => void = () => {}
  const arrived = new Promise<void>((resolve) => {
    arrive = resolve
  })
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  function pass(): Promise<void> {
    arrive()
    return released
  }
  return { arrived, release: () => release(), pass }
}

async function aBankWithSlowRoute(parts: BankParts = {}) {
  const gate = gateway()
  const bank = await aBank(loaded, parts)
  bank.app.get('/slow', async (request, response) => {
    request.session.cart = 'changed'
    await gate.pass()
    response.send('slow')
  })
  bank.app.get('/who', (request, response) => {
    response.json({ user: request.session.userId ?? null, cart: request.session.cart ?? null, id: request.sessionID })
  })
  return { bank, gate }
}

/** Walks a step-up to its right answer. */
async function confirmed(client: Visitor, bank: Awaited<ReturnType<typeof aBank>>) {
  const { id, code } = await opened(client, bank, await client.json.post('/transfers', transfer))
  const answer = await client.json.post(`/countersign/challenges/${id}/answer`, { code })
  expect(answer.status).toBe(200)
  return { 'Countersign-Elevation': String(answer.body.elevation.token) }
}

const stores: readonly (readonly [string, () => session.Store])[] = [
  ['the memory store', () => new session.MemoryStore()],
  ...mongoStores(),
]

function mongoStores(): [string, () => session.Store][] {
  const mongoUrl = process.env.COUNTERSIGN_TEST_MONGO_URL
  if (!mongoUrl) return []
  const dbName = `countersign_sessions_${process.pid}`
  return [['connect-mongo', () => keepOpen(MongoStore.create({ mongoUrl, dbName, autoRemove: 'disabled' }))]]
}

const toClose: MongoStore[] = []
function keepOpen(store: MongoStore): MongoStore {
  toClose.push(store)
  return store
}
afterAll(() => Promise.all(toClose.map((store) => store.close())))

describe.each(stores)('on %s', (_, makeStore) => {
  test('a right answer gives the session a new id, keeps its content, and the old one is dead', async () => {
    const { bank } = await aBankWithSlowRoute({ sessionStore: makeStore() })
    const alice = await signedIn(bank)
    const old = alice.jar.get(sessionCookie)
    const token = await confirmed(alice, bank)

    expect(alice.jar.get(sessionCookie)).not.toBe(old)
    expect((await alice.json.get('/who')).body.user).toBe('alice')
    expect((await alice.json.post('/transfers', transfer, token)).status).toBe(201)
    alice.jar.set(sessionCookie, String(old))
    expect((await alice.json.get('/who')).body.user).toBeNull()
  })

  test('the old id stays dead although a slow request that changed its session ends after the rotation', async () => {
    const { bank, gate } = await aBankWithSlowRoute({ sessionStore: makeStore() })
    const alice = await signedIn(bank)
    const old = String(alice.jar.get(sessionCookie))
    const slow = alice.raw((agent) => agent.get('/slow'))
    const running = slow.then((response) => response.text)
    await gate.arrived
    await confirmed(alice, bank)

    gate.release()
    expect(await running).toBe('slow')

    alice.jar.set(sessionCookie, old)
    expect((await alice.json.get('/who')).body).toMatchObject({ user: null, cart: null })
  })

  test('also when the slow request runs in another process', async () => {
    const sessionStore = makeStore()
    const store = memoryStore()
    const one = await aBankWithSlowRoute({ sessionStore, store })
    const other = await aBankWithSlowRoute({ sessionStore: sameData(sessionStore, makeStore), store })
    const alice = await signedIn(one.bank)
    const old = String(alice.jar.get(sessionCookie))
    const elsewhere = await signedIn(other.bank)
    elsewhere.jar.set(sessionCookie, old)
    const running = elsewhere.raw((agent) => agent.get('/slow')).then((response) => response.status)
    await other.gate.arrived
    await confirmed(alice, one.bank)

    other.gate.release()
    expect(await running).toBe(200)

    for (const { bank } of [one, other]) {
      const thief = await signedIn(bank, 'mallory')
      thief.jar.set(sessionCookie, old)
      expect((await thief.json.get('/who')).body.user).toBeNull()
    }
  })

  test('a session that the application ended stays ended although a slow request that changed it ends afterwards', async () => {
    const { bank, gate } = await aBankWithSlowRoute({ sessionStore: makeStore() })
    bank.app.post('/leave', (request, response) => {
      request.session.destroy(() => response.send('left'))
    })
    const alice = await signedIn(bank)
    const old = String(alice.jar.get(sessionCookie))
    const running = alice.raw((agent) => agent.get('/slow')).then((response) => response.status)
    await gate.arrived
    await alice.raw((agent) => agent.post('/leave'))

    gate.release()
    expect(await running).toBe(200)

    alice.jar.set(sessionCookie, old)
    expect((await alice.json.get('/who')).body).toMatchObject({ user: null, cart: null })
  })

  test('a session that was signed out stays out, though the application leaves it alone and a slow request that changed it ends afterwards', async () => {
    const { bank, gate } = await aBankWithSlowRoute({ sessionStore: makeStore() })
    const alice = await signedIn(bank)
    const old = String(alice.jar.get(sessionCookie))
    const running = alice.raw((agent) => agent.get('/slow')).then((response) => response.status)
    await gate.arrived
    expect((await alice.json.post('/sign-out', {})).body).toEqual({ outcome: 'signed-out' })

    gate.release()
    expect(await running).toBe(200)

    alice.jar.set(sessionCookie, old)
    expect((await alice.json.get('/who')).body).toMatchObject({ user: null, cart: null })
  })

  test('a slow request of another process does not bring a signed-out session back', async () => {
    const sessionStore = makeStore()
    const store = memoryStore()
    const one = await aBankWithSlowRoute({ sessionStore, store })
    const other = await aBankWithSlowRoute({ sessionStore: sameData(sessionStore, makeStore), store })
    const alice = await signedIn(one.bank)
    const old = String(alice.jar.get(sessionCookie))
    const elsewhere = await signedIn(other.bank, 'mallory')
    await elsewhere.json.get('/notes')
    elsewhere.jar.set(sessionCookie, old)
    const running = elsewhere.raw((agent) => agent.get('/slow')).then((response) => response.status)
    await other.gate.arrived
    await alice.json.post('/sign-out', {})

    other.gate.release()
    expect(await running).toBe(200)

    for (const { bank } of [one, other]) {
      const thief = await signedIn(bank, 'mallory')
      thief.jar.set(sessionCookie, old)
      expect((await thief.json.get('/who')).body.user).toBeNull()
    }
  })

  test('a write that was under way when the id was retired is undone', async () => {
    const sessionStore = makeStore()
    const write = holdWrites(sessionStore)
    const { bank } = await aBankWithSlowRoute({ sessionStore })
    bank.app.get('/change', (request, response) => {
      request.session.cart = 'changed'
      response.send('changed')
    })
    const alice = await signedIn(bank)
    const old = String(alice.jar.get(sessionCookie))
    await alice.json.post('/transfers', transfer)
    // The look before the write finds nothing yet; the write itself is held up.
    write.of((await alice.json.get('/who')).body.id)
    const changing = alice.raw((agent) => agent.get('/change')).then((response) => response.status)
    await write.arrived
    await confirmed(alice, bank)
    write.release()
    expect(await changing).toBe(200)

    alice.jar.set(sessionCookie, old)
    expect((await alice.json.get('/who')).body.user).toBeNull()
  })

  test('a slow request that changed nothing ends well', async () => {
    const { bank } = await aBankWithSlowRoute({ sessionStore: makeStore(), cookie: { maxAge: 60_000 } })
    const gate = gateway()
    bank.app.get('/slowly', async (_request, response) => {
      await gate.pass()
      response.send('whole')
    })
    const alice = await signedIn(bank)
    const running = alice.raw((agent) => agent.get('/slowly')).then((response) => response.text)
    await gate.arrived
    await confirmed(alice, bank)
    gate.release()
    expect(await running).toBe('whole')
  })

  test('the expiry of the session stays what it was', async () => {
    const { bank } = await aBankWithSlowRoute({ sessionStore: makeStore() })
    bank.app.get('/remember', (request, response) => {
      request.session.cookie.maxAge = 7 * 86_400_000
      request.session.cart = 'kept for a week'
      response.send('')
    })
    bank.app.get('/expiry', (request, response) => {
      response.json(request.session.cookie.originalMaxAge)
    })
    const alice = await signedIn(bank)
    await alice.json.get('/remember')
    await confirmed(alice, bank)
    expect((await alice.json.get('/expiry')).body).toBeGreaterThan(6 * 86_400_000)
  })
})

/** Another store object on the same data, as another process has it. A memory store shares its sessions. */
function sameData(store: session.Store, makeStore: () => session.Store): session.Store {
  const other = makeStore()
  if (other instanceof session.MemoryStore) Object.assign(other, { sessions: Reflect.get(store, 'sessions') })
  return other
}

/** Holds up the store's own writes of an id, below whatever the door puts around the store. */
function holdWrites(store: session.Store) {
  const set = store.set.bind(store)
  const gate = gateway()
  let held: string | undefined
  store.set = (id, content, callback) => {
    if (id !== held) return set(id, content, callback)
    held = undefined
    void gate.pass().then(() => set(id, content, callback))
  }
  return {
    ...gate,
    of: (id: string) => {
      held = id
    },
  }
}

test('a browser is led on when its session is written, and not before', async () => {
  const sessionStore = new session.MemoryStore()
  const { bank } = await aBankWithSlowRoute({ sessionStore })
  const alice = await signedIn(bank)
  const write = holdWrites(sessionStore)
  write.of((await alice.json.get('/who')).body.id)
  const server = bank.app.listen(0)
  await once(server, 'listening')
  const cookie = `${sessionCookie}=${alice.jar.get(sessionCookie)}`
  const happened: string[] = []
  const body = new URLSearchParams(transfer).toString()
  const headers = {
    cookie,
    accept: 'text/html',
    'content-type': 'application/x-www-form-urlencoded',
    'sec-fetch-site': 'same-origin',
  }
  const asking = httpRequest({ port: portOf(server), method: 'POST', path: '/transfers', headers }).end(body)
  const led = once(asking, 'response').then(() => happened.push('led on'))

  await write.arrived
  await new Promise((resolve) => setImmediate(resolve))
  happened.push('written')
  write.release()
  await led

  expect(happened).toEqual(['written', 'led on'])
  asking.destroy()
  server.close()
})

test('only the named content stays where the application names it', async () => {
  const bank = await aBank(loaded, { options: { keepInSession: ['userId'] } })
  bank.app.get('/fill', (request, response) => {
    request.session.cart = 'full'
    response.send('')
  })
  bank.app.get('/cart', (request, response) => {
    response.json({ user: request.session.userId, cart: request.session.cart ?? null })
  })
  const alice = await signedIn(bank)
  await alice.json.get('/fill')
  const token = await confirmed(alice, bank)
  expect((await alice.json.get('/cart')).body).toEqual({ user: 'alice', cart: null })
  expect((await alice.json.post('/transfers', transfer, token)).status).toBe(201)
})

test('rotateSession: false leaves the id alone', async () => {
  const bank = await aBank(loaded, { options: { rotateSession: false } })
  const alice = await signedIn(bank)
  const old = alice.jar.get(sessionCookie)
  await confirmed(alice, bank)
  expect(alice.jar.get(sessionCookie)).toBe(old)
})

test('two right answers at once in one session both count, and the session lives on', async () => {
  const bank = await aBank(loaded)
  const alice = await signedIn(bank)
  const first = await opened(alice, bank, await alice.json.post('/transfers', transfer))
  bank.clock.advance(31)
  const second = await opened(alice, bank, await alice.json.post('/transfers', { ...transfer, amount: '2.00' }))

  const answers = await Promise.all(
    [first, second].map(({ id, code }) => alice.json.post(`/countersign/challenges/${id}/answer`, { code })),
  )

  expect(answers.map(({ status }) => status)).toEqual([200, 200])
  const tokens = answers.map(({ body }) => ({ 'Countersign-Elevation': String(body.elevation.token) }))
  expect((await alice.json.post('/transfers', transfer, tokens[0])).status).toBe(201)
  expect((await alice.json.post('/transfers', { ...transfer, amount: '2.00' }, tokens[1])).status).toBe(201)
})

test('first guarded requests that come together agree on the session’s key', async () => {
  const bank = await aBank(loaded)
  const alice = await signedIn(bank)
  const refusals = await Promise.all(
    [1, 2, 3].map((amount) => alice.json.post('/transfers', { ...transfer, amount: `${amount}.00` })),
  )
  for (const refusal of refusals) {
    expect((await alice.json.post('/countersign/challenges', { ticket: refusal.body.ticket })).status).toBe(201)
    bank.clock.advance(31)
  }
})

test('a session store that fails while the id changes is 503, and nothing is handed out', async () => {
  const sessionStore = new session.MemoryStore()
  const bank = await aBank(loaded, { sessionStore })
  const alice = await signedIn(bank)
  const { id, code } = await opened(alice, bank, await alice.json.post('/transfers', transfer))
  sessionStore.destroy = (_id, callback) => callback?.(new Error('the session store is away'))

  const answer = await alice.json.post(`/countersign/challenges/${id}/answer`, { code })

  expect([answer.status, answer.body.elevation]).toEqual([503, undefined])
  expect(answer.headers['retry-after']).toBe('5')
})

test('a session store that fails while the session is signed out is 503, and the person can sign out again', async () => {
  const sessionStore = new session.MemoryStore()
  const bank = await aBank(loaded, { sessionStore })
  const alice = await signedIn(bank)
  const destroy = sessionStore.destroy
  sessionStore.destroy = (_id, callback) => callback?.(new Error('the session store is away'))

  const failed = await alice.json.post('/sign-out', {})
  expect([failed.status, failed.headers['retry-after']]).toEqual([503, '5'])

  sessionStore.destroy = destroy
  expect((await alice.json.post('/sign-out', {})).body).toEqual({ outcome: 'signed-out' })
  expect((await alice.json.get('/notes')).status).toBe(401)
})

test('a session that is in no store goes on after signing out, with another key', async () => {
  const kept = { id: 'kept-in-a-cookie' }
  const bank = await aBank(loaded, { options: { identify: () => ({ subject: 'alice', session: kept }) } })
  const alice = visitor(bank.app)
  const { id, code } = await opened(alice, bank, await alice.json.get('/notes'))
  const { body } = await alice.json.post(`/countersign/challenges/${id}/answer`, { code })
  const token = { 'Countersign-Elevation': String(body.elevation.token) }
  const open = () => alice.raw((agent) => agent.get('/notes').set({ Accept: 'application/json', ...token }))
  expect((await open()).status).toBe(200)

  await alice.json.post('/sign-out', {})

  expect((await open()).body.type).toBe('urn:countersign:problem:step-up-required')
})

test('with bearer tokens nothing is rotated, and no session comes into being', async () => {
  const bank = await aBank(loaded, {
    options: { identify: (request) => (request.get('authorization') ? { subject: 'alice', session: 'sid-1' } : null) },
  })
  const { default: request } = await import('supertest')
  const as = { Authorization: 'Bearer x', Accept: 'application/json' }
  const refusal = await request(bank.app).post('/transfers').set(as).send(transfer)
  const open = await request(bank.app).post('/countersign/challenges').set(as).send({ ticket: refusal.body.ticket })
  expect(open.status).toBe(201)
  const code = await bank.inbox.lastCode()
  const answer = await request(bank.app)
    .post(`/countersign/challenges/${open.body.challenge.id}/answer`)
    .set(as)
    .send({ code })
  expect([answer.status, answer.headers['set-cookie']]).toEqual([200, undefined])
})

test('signing out rejects with 503 while the store is away', async () => {
  const store = memoryStore()
  let away = false
  const failing = new Proxy(store.subjects, {
    get: (target, name) => {
      const verb: unknown = Reflect.get(target, name)
      if (typeof verb !== 'function') return verb
      return (...given: unknown[]) =>
        away && name !== 'now' ? Promise.reject(new StoreUnavailable('The store is away.')) : verb.apply(target, given)
    },
  })
  const countersign = createCountersign({
    store: { ...store, subjects: failing },
    channels: [capturedMessages().channel],
    contactsOf: () => [{ kind: 'email', address: 'alice@example.test', proved: true }],
    actions,
    log: { info() {}, warn() {}, error() {} },
  })
  await countersign.start()
  const door = stepUp(countersign, { identify: () => ({ subject: 'alice', session: 'sid-1' }) })
  const app = express()
  app.post('/sign-out', async (request, response) => {
    response.json(await door.signOut(request))
  })
  app.get('/notes', door.requireStepUp('notes.open'), (_request, response) => {
    response.send('through')
  })
  const { default: request } = await import('supertest')
  expect((await request(app).post('/sign-out')).status).toBe(200)

  away = true
  const response = await request(app).post('/sign-out')
  expect([response.status, response.headers['retry-after']]).toEqual([503, expect.any(String)])
  const guarded = await request(app).get('/notes')
  expect([guarded.status, guarded.headers['retry-after']]).toEqual([503, expect.any(String)])
  const page = await request(app).get('/notes').set('Accept', 'text/html')
  expect([page.status, page.type]).toEqual([503, 'text/html'])
  away = false
  await countersign.stop()
})

function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}
