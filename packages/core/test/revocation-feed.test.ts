import { memoryStore } from '@countersign/memory'
import { stillClock } from '@countersign/testing'
import { jest } from '@jest/globals'
import type { TokenClaims } from '../src/elevation/elevation-token.js'
import { revocationFeed } from '../src/elevation/revocation-feed.js'
import { keyRing, newKey, type Revocation, StoreUnavailable, type SubjectId, subjectIdOf } from '../src/index.js'
import { aBank, aLookAtNotes, alice, closed, withSubjects } from './a-bank.js'

/** Every time stands still until a test moves it: timers, the stopwatch and the store's clock. */
beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] })
})
afterEach(async () => {
  await closed()
  jest.useRealTimers()
})

const noon = Date.parse('2026-03-02T12:00:00Z')

/** A store of revocations whose commits show when a test says so; what it is asked is kept. */
function aStore() {
  let now = noon
  let broken = false
  const shown: Revocation[] = []
  const readings: { after: number; limit: number }[] = []
  const pages: number[] = []
  const { subjects } = memoryStore({ clock: stillClock() })
  const store: typeof subjects = {
    ...subjects,
    now: () => new Date(now),
    async revokedSince({ at, subject }, limit) {
      readings.push({ after: at.getTime(), limit })
      if (broken) throw new StoreUnavailable('no answer')
      const order = (one: Revocation) => [one.at.getTime(), one.subject] as const
      const page = [...shown]
        .sort((a, b) => order(a)[0] - order(b)[0] || (a.subject < b.subject ? -1 : 1))
        .filter((one) => one.at > at || (one.at.getTime() === at.getTime() && one.subject > (subject ?? '')))
        .slice(0, limit)
      pages.push(page.length)
      return page
    },
  }
  return {
    store,
    readings,
    pages,
    show: (revocation: Revocation) => shown.push(revocation),
    fail: (fails: boolean) => {
      broken = fails
    },
    async pass(milliseconds: number) {
      for (let left = milliseconds; left > 0; left -= 100) {
        now += Math.min(100, left)
        await jest.advanceTimersByTimeAsync(Math.min(100, left))
      }
    },
  }
}

async function started() {
  const fake = aStore()
  const trouble: unknown[] = []
  const feed = revocationFeed(fake.store, (error) => trouble.push(error))
  await feed.start()
  return { ...fake, feed, trouble }
}

const person = subjectIdOf('alice')

function claims(epoch = 0, session = 'session', subject: SubjectId = person): TokenClaims {
  const at = new Date(noon)
  const elevation = {
    id: 'id',
    action: 'notes.open',
    session,
    binding: 'binding',
    mode: 'window',
    level: 'code',
    amr: ['otp'],
    at,
    expiresAt: new Date(noon + 300_000),
  } as const
  return { subject, epoch, elevation }
}

const revoked = (at: number, epoch = 1, sessions: string[] = [], subject: SubjectId = person): Revocation => ({
  subject,
  epoch,
  sessions,
  at: new Date(at),
})

describe('what is over', () => {
  const over = 15 * 60_000 + 60_000

  test('is forgotten with its person once no token from before it can live', async () => {
    const { feed, pass } = await started()
    feed.note(revoked(noon, 1))
    await pass(over + 1000)

    expect(feed.vouchesFor(claims(0))).toBe(true)
    feed.stop()
  })

  test('is forgotten session by session, while a newer one of the person stays', async () => {
    const { feed, pass } = await started()
    feed.note(revoked(noon, 0, ['session']))
    await pass(5 * 60_000)
    feed.note(revoked(noon + 5 * 60_000, 0, ['other']))
    await pass(11 * 60_000 + 1000)

    expect([feed.vouchesFor(claims(0, 'session')), feed.vouchesFor(claims(0, 'other'))]).toEqual([true, false])
    feed.stop()
  })

  test('is not forgotten with an older one that comes after it', async () => {
    const { feed, pass } = await started()
    await pass(10 * 60_000)
    feed.note(revoked(noon + 10 * 60_000, 1, ['other']))
    feed.note(revoked(noon, 1, ['session']))
    await pass(10 * 60_000)

    expect(feed.vouchesFor(claims(0))).toBe(false)
    feed.stop()
  })
})

describe('a revocation', () => {
  test.each<[string, Revocation, TokenClaims, boolean]>([
    ['of everything ends a token from before it', revoked(noon, 1), claims(0), false],
    ['of everything leaves a token from after it alone', revoked(noon, 1), claims(1), true],
    ['of one session ends its token', revoked(noon, 0, ['session']), claims(0), false],
    ['of one session leaves another alone', revoked(noon, 0, ['other']), claims(0), true],
    ['of one person leaves another alone', revoked(noon, 1, [], subjectIdOf('bob')), claims(0), true],
    ['of a session ends its token of any epoch', revoked(noon, 2, ['session']), claims(2), false],
  ])('%s', async (_, revocation, token, vouched) => {
    const { feed, show, pass } = await started()
    show(revocation)
    await pass(500)

    expect(feed.vouchesFor(token)).toBe(vouched)
    feed.stop()
  })

  test('of this process counts at once', async () => {
    const { feed } = await started()
    feed.note(revoked(noon, 1))

    expect(feed.vouchesFor(claims(0))).toBe(false)
    feed.stop()
  })

  test('that comes late and is older than what is known takes nothing back', async () => {
    const { feed } = await started()
    feed.note(revoked(noon + 10, 2))
    feed.note(revoked(noon, 1))

    expect(feed.vouchesFor(claims(1))).toBe(false)
    feed.stop()
  })

  test('of one more session of the same epoch adds to those that are known', async () => {
    const { feed } = await started()
    feed.note(revoked(noon, 0, ['session']))
    feed.note(revoked(noon + 10, 0, ['other']))

    expect([feed.vouchesFor(claims(0, 'session')), feed.vouchesFor(claims(0, 'other'))]).toEqual([false, false])
    feed.stop()
  })

  test('whose commit took five seconds to show is missed by no reader', async () => {
    const { feed, show, pass } = await started()
    await pass(1000)
    const committedAt = noon + 1000
    await pass(5000)
    show(revoked(committedAt, 1))
    await pass(500)

    expect(feed.vouchesFor(claims(0))).toBe(false)
    feed.stop()
  })

  test('that came while the store was down is read when it is back', async () => {
    const { feed, show, fail, pass } = await started()
    fail(true)
    await pass(1000)
    show(revoked(noon + 500, 1))
    await pass(60_000)
    fail(false)
    await pass(500)

    expect(feed.vouchesFor(claims(1))).toBe(true)
    expect(feed.vouchesFor(claims(0))).toBe(false)
    feed.stop()
  })

  test('from before this process began is known to it', async () => {
    const fake = aStore()
    fake.show(revoked(noon - 899_000, 1))
    const feed = revocationFeed(fake.store, () => undefined)
    await feed.start()

    expect(feed.vouchesFor(claims(0))).toBe(false)
    feed.stop()
  })

  test('is known for as long as a token from before it may live', async () => {
    const { feed, show, pass } = await started()
    show(revoked(noon, 1))
    await pass(899_000)

    expect(feed.vouchesFor(claims(0))).toBe(false)
    feed.stop()
  })
})

describe('a reading', () => {
  test('is made twice a second, each one from ten seconds before the last', async () => {
    const { feed, readings, pass } = await started()
    await pass(2000)

    expect(readings.map(({ after }) => after - noon)).toEqual([-900_000, -10_000, -9500, -9000, -8500])
    feed.stop()
  })

  test('that began more than 900 ms ago vouches for nothing', async () => {
    const { feed, fail, pass } = await started()
    fail(true)
    await pass(900)
    expect(feed.vouchesFor(claims())).toBe(true)
    await pass(1)

    expect(feed.vouchesFor(claims())).toBe(false)
    feed.stop()
  })

  test('counts from its beginning, not from its end', async () => {
    const fake = aStore()
    const { revokedSince } = fake.store
    const feed = revocationFeed(
      {
        ...fake.store,
        async revokedSince(after, limit) {
          const page = await revokedSince(after, limit)
          if (fake.readings.length > 1) await new Promise((resolve) => setTimeout(resolve, 800))
          return page
        },
      },
      () => undefined,
    )
    await feed.start()
    await fake.pass(1300)
    expect(feed.vouchesFor(claims())).toBe(true)
    await fake.pass(200)

    expect(feed.vouchesFor(claims())).toBe(false)
    feed.stop()
  })

  test('that fails is reported and made again, and the next good one vouches', async () => {
    const { feed, fail, pass, trouble } = await started()
    fail(true)
    await pass(2000)
    expect(trouble.length).toBeGreaterThan(2)
    fail(false)
    await pass(500)

    expect(feed.vouchesFor(claims())).toBe(true)
    feed.stop()
  })

  test('whose page is full goes on at once until one is short', async () => {
    const fake = aStore()
    const people = Array.from({ length: 1234 }, (_, number) => subjectIdOf(`person ${number}`))
    for (const [index, subject] of people.entries()) fake.show(revoked(noon - 5000 + (index % 7), 1, [], subject))
    const feed = revocationFeed(fake.store, () => undefined)
    await feed.start()

    expect(fake.pages).toEqual([500, 500, 234])
    expect(people.filter((subject) => feed.vouchesFor(claims(0, 'session', subject)))).toEqual([])
    feed.stop()
  })

  test('whose page is exactly full is good only when an empty one came after it', async () => {
    const fake = aStore()
    for (let number = 0; number < 500; number++) fake.show(revoked(noon, 1, [], subjectIdOf(number)))
    const feed = revocationFeed(fake.store, () => undefined)
    await feed.start()

    expect(fake.pages).toEqual([500, 0])
    feed.stop()
  })

  test('that breaks off in the middle is no good one', async () => {
    const { feed, show, fail, pass, store } = await started()
    const { revokedSince } = store
    for (let number = 0; number < 600; number++) show(revoked(noon, 1, [], subjectIdOf(number)))
    store.revokedSince = async (after, limit) => {
      const page = await revokedSince(after, limit)
      if (page.length === 500) fail(true)
      return page
    }
    await pass(1500)

    expect(feed.vouchesFor(claims())).toBe(false)
    feed.stop()
  })

  test('is made no more after the stop', async () => {
    const { feed, readings, pass } = await started()
    feed.stop()
    await pass(3000)

    expect(readings).toHaveLength(1)
    expect(jest.getTimerCount()).toBe(0)
  })
})

describe('two processes', () => {
  test('a sign-out in one ends the window in the other within a second', async () => {
    const clock = stillClock()
    const store = memoryStore({ clock })
    const keys = keyRing(newKey())
    const one = await aBank({ clock, store, keys })
    const other = await aBank({ clock, store, keys })
    const { token } = await one.confirmed(aLookAtNotes)
    const look = () => other.countersign.authorize({ ...aLookAtNotes, elevations: [token] })
    expect((await look()).outcome).toBe('allow')
    await one.countersign.elevations.revoke(alice)
    await jest.advanceTimersByTimeAsync(1000)

    expect((await look()).outcome).toBe('code-needed')
  })

  test('with a feed that does not read, the document decides', async () => {
    const clock = stillClock()
    const store = memoryStore({ clock })
    const keys = keyRing(newKey())
    const one = await aBank({ clock, store, keys })
    let isCut = false
    const cut = withSubjects(store, {
      async revokedSince(after, limit) {
        if (isCut) throw new StoreUnavailable('no answer')
        return store.subjects.revokedSince(after, limit)
      },
    })
    const other = await aBank({ clock, store: cut, keys })
    const { token } = await one.confirmed(aLookAtNotes)
    const look = () => other.countersign.authorize({ ...aLookAtNotes, elevations: [token] })
    isCut = true
    await jest.advanceTimersByTimeAsync(1000)
    expect((await look()).outcome).toBe('allow')
    await one.countersign.elevations.revoke({ subject: 'alice' })

    expect((await look()).outcome).toBe('code-needed')
  })

  test('with a store that gives no answer nobody gets through', async () => {
    const clock = stillClock()
    const store = memoryStore({ clock })
    let isCut = false
    const answering = <T>(answer: Promise<T>) => (isCut ? Promise.reject(new StoreUnavailable('no answer')) : answer)
    const cut = withSubjects(store, {
      load: (id) => answering(store.subjects.load(id)),
      revokedSince: (after, limit) => answering(store.subjects.revokedSince(after, limit)),
    })
    const bank = await aBank({ clock, store: cut })
    const { token } = await bank.confirmed(aLookAtNotes)
    isCut = true
    await jest.advanceTimersByTimeAsync(1000)

    expect((await bank.countersign.authorize({ ...aLookAtNotes, elevations: [token] })).outcome).toBe('unavailable')
  })
})
