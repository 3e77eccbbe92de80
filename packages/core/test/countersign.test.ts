import { memoryStore } from '@countersign/memory'
import { stillClock } from '@countersign/testing'
import { doorOf } from '../src/door.js'
import { type Channel, createCountersign, keyRing, newKey, type Parts, StoreUnavailable } from '../src/index.js'
import {
  aBank,
  actions,
  aLog,
  aLookAtNotes,
  alice,
  aMailbox,
  aTransfer,
  type Bank,
  closed,
  fields,
  opened,
  otherThan,
  thrownBy,
  withSubjects,
} from './a-bank.js'

const environment = { ...process.env }
afterEach(async () => {
  process.env = { ...environment }
  await closed()
})

/** Parts that work, with some of them as given; `undefined` leaves one out. */
function parts(given: object = {}): Parts<typeof actions> {
  const all = { store: memoryStore(), channels: [aMailbox().channel], actions, log: aLog().log, ...given }
  return Object.fromEntries(Object.entries(all).filter(([, part]) => part !== undefined)) as unknown as Parts<
    typeof actions
  >
}

describe('parts that cannot work stop the program when they are put together', () => {
  const send = () => undefined

  test.each<[string, object, string, readonly string[]]>([
    ['no store', { store: undefined }, 'NO_STORE', ['"store" is missing', 'memoryStore()', 'mongooseStore(']],
    ['a store that is none', { store: {} }, 'NO_STORE', ['"store" is not a store']],
    ['null for a store', { store: null }, 'NO_STORE', ['not a store']],
    ['no channel', { channels: undefined }, 'NO_CHANNEL', ['emailChannel({ smtp, from })']],
    ['an empty list of channels', { channels: [] }, 'NO_CHANNEL', ['holds nothing that can send']],
    ['a channel that cannot send', { channels: [{ kind: 'email' }] }, 'NO_CHANNEL', ['holds nothing that can send']],
    ['a channel beside the list', { channels: { kind: 'email', send } }, 'NO_CHANNEL', ['emailChannel']],
    ['no actions', { actions: undefined }, 'ACTION', ['"actions" is missing', 'notes.open']],
    ['a list of actions', { actions: 'transfer' }, 'ACTION', ['no object of actions']],
    ['an action that is wrong', { actions: { a: { requires: 'code' } } }, 'ACTION', ['The action "a"']],
    [
      'a level that no channel reaches',
      { actions: { a: { binds: {}, requires: { level: 'two-factor', mode: 'once' } } } },
      'LEVEL_UNREACHABLE',
      ['"a"', '"two-factor"', 'email-code', 'Require level "code"'],
    ],
    ['keys that cannot be read', { keys: 'hunter2' }, 'KEYS', ['keys new']],
    ['empty keys', { keys: '' }, 'KEYS', ['They are empty']],
    ['codes too short', { codes: { digits: 5 } }, 'LIMIT', ['"codes.digits: 5"', 'from 6 to 12', 'R-02']],
    ['codes too long', { codes: { digits: 13 } }, 'LIMIT', ['from 6 to 12']],
    ['codes of a broken length', { codes: { digits: 6.5 } }, 'LIMIT', ['whole number']],
    ['a text for a length', { codes: { digits: '8' } }, 'LIMIT', ['"codes.digits: 8"']],
    ['codes that live too long', { codes: { validSeconds: 601 } }, 'LIMIT', ['601', 'to 600', 'R-03']],
    ['codes that hardly live', { codes: { validSeconds: 29 } }, 'LIMIT', ['from 30']],
    [
      'an address that is none',
      { publicUrl: 'bank.example' },
      'PUBLIC_URL',
      ['"bank.example"', 'https://bank.example'],
    ],
    ['a script for an address', { publicUrl: 'javascript:alert(1)' }, 'PUBLIC_URL', ['"publicUrl"']],
    ['an address with a password', { publicUrl: 'https://a:b@bank.example' }, 'PUBLIC_URL', ['more than scheme']],
    ['an address with a query', { publicUrl: 'https://bank.example?a' }, 'PUBLIC_URL', ['more than scheme']],
  ])('%s', (_, given, code, says) => {
    const error = thrownBy(() => createCountersign(parts(given)))

    expect(error.code).toBe(`ERR_COUNTERSIGN_${code}`)
    expect(error.docs).toContain(`#err_countersign_${code.toLowerCase()}`)
    for (const part of says) expect(error.message).toContain(part)
  })

  test('keys that have to outlive the process', () => {
    const { volatile: _, ...lasting } = memoryStore()

    expect(thrownBy(() => createCountersign(parts({ store: lasting }))).code).toBe('ERR_COUNTERSIGN_KEYS_MISSING')
  })

  test.each([
    ['no keys', { publicUrl: 'https://bank.example' }, 'KEYS_MISSING'],
    ['no public address', { keys: newKey() }, 'PUBLIC_URL'],
    ['an address without TLS', { keys: newKey(), publicUrl: 'http://bank.example' }, 'PUBLIC_URL'],
  ])('in production, %s', (_, given, code) => {
    process.env.NODE_ENV = 'production'

    expect(thrownBy(() => createCountersign(parts(given))).code).toBe(`ERR_COUNTERSIGN_${code}`)
  })

  test('a door of something else', () => {
    expect(thrownBy(() => doorOf({} as Bank['countersign'])).code).toBe('ERR_COUNTERSIGN_NOT_A_COUNTERSIGN')
  })
})

describe('before start and after stop', () => {
  const asks: readonly [string, (bank: Pick<Bank, 'countersign'>) => Promise<unknown>][] = [
    ['authorize', ({ countersign }) => countersign.authorize(aTransfer)],
    ['preview', ({ countersign }) => countersign.preview(aTransfer)],
    ['open', ({ countersign }) => countersign.challenges.open(aTransfer)],
    ['answer', ({ countersign }) => countersign.challenges.answer({ ...alice, challengeId: 'c', code: '00000000' })],
    ['resend', ({ countersign }) => countersign.challenges.resend({ ...alice, challengeId: 'c' })],
    ['cancel', ({ countersign }) => countersign.challenges.cancel({ ...alice, challengeId: 'c' })],
    [
      'change of contact',
      ({ countersign }) => countersign.contacts.change({ subject: 'alice', kind: 'email', address: 'a@b.de' }),
    ],
  ]

  test.each(asks)('%s rejects and says what to write', async (_, ask) => {
    const countersign = createCountersign(parts())

    await expect(ask({ countersign })).rejects.toMatchObject({
      code: 'ERR_COUNTERSIGN_NOT_STARTED',
      message: expect.stringContaining('await countersign.start()'),
    })
  })

  test.each(asks)('%s rejects once it was stopped', async (_, ask) => {
    const bank = await aBank()
    await bank.countersign.stop()

    await expect(ask(bank)).rejects.toMatchObject({ code: 'ERR_COUNTERSIGN_NOT_STARTED' })
  })

  test('an action that needs nothing is allowed all the same', async () => {
    const countersign = createCountersign(parts())

    expect((await countersign.authorize({ ...alice, action: 'home.show' })).outcome).toBe('allow')
  })

  test('what was stopped cannot be started again', async () => {
    const { countersign } = await aBank()
    await countersign.stop()

    await expect(countersign.start()).rejects.toMatchObject({ code: 'ERR_COUNTERSIGN_NOT_STARTED' })
  })

  test('several starts at once are one', async () => {
    let starts = 0
    const store = {
      ...memoryStore(),
      async start() {
        starts += 1
      },
    }
    const countersign = createCountersign(parts({ store }))
    await Promise.all([countersign.start(), countersign.start(), countersign.start()])
    await countersign.stop()

    expect(starts).toBe(1)
  })

  test('a store that does not answer stops the start, and the next start may succeed', async () => {
    let broken = true
    const memory = memoryStore()
    const store = withSubjects(memory, {
      async revokedSince(after, limit) {
        if (broken) throw new StoreUnavailable('no answer')
        return memory.subjects.revokedSince(after, limit)
      },
    })
    const countersign = createCountersign(parts({ store }))
    await expect(countersign.start()).rejects.toMatchObject({ code: 'ERR_COUNTERSIGN_STORE_UNAVAILABLE' })
    broken = false

    await expect(countersign.start()).resolves.toBeUndefined()
    await countersign.stop()
  })

  test('a channel that cannot stop does not keep the store from stopping', async () => {
    let stopped = false
    const channel: Channel = { ...aMailbox().channel, stop: () => Promise.reject(new Error('no')) }
    const store = {
      ...memoryStore(),
      async stop() {
        stopped = true
      },
    }
    const countersign = createCountersign(parts({ channels: [channel], store }))
    await countersign.start()
    await countersign.stop().catch(() => undefined)

    expect(stopped).toBe(true)
  })
})

describe('a call that no correct program makes rejects', () => {
  const wrong = { ...aTransfer, action: 'transfer.craete' } as unknown as typeof aTransfer

  test.each<[string, (bank: Bank) => Promise<unknown>, string]>([
    ['an unknown action', ({ countersign }) => countersign.authorize(wrong), 'UNKNOWN_ACTION'],
    ['an unknown action to open', ({ countersign }) => countersign.challenges.open(wrong), 'UNKNOWN_ACTION'],
    ['an unknown action to look at', ({ countersign }) => countersign.preview(wrong), 'UNKNOWN_ACTION'],
    [
      'an action that every object has',
      ({ countersign }) => countersign.authorize({ ...wrong, action: 'constructor' as 'transfer.create' }),
      'UNKNOWN_ACTION',
    ],
    [
      'nothing to answer',
      ({ countersign }) => countersign.challenges.open({ ...alice, action: 'home.show' }),
      'NOTHING_REQUIRED',
    ],
    [
      'a field that is missing',
      ({ countersign }) => countersign.challenges.open({ ...aTransfer, bound: {} as typeof fields }),
      'BOUND',
    ],
    ['an empty subject', ({ countersign }) => countersign.authorize({ ...aTransfer, subject: '' }), 'SUBJECT'],
    [
      'no subject',
      ({ countersign }) => countersign.authorize({ ...aTransfer, subject: undefined as never }),
      'SUBJECT',
    ],
    ['half a number', ({ countersign }) => countersign.elevations.revoke({ subject: 1.5 }), 'SUBJECT'],
    ['a subject without end', ({ countersign }) => countersign.contacts.list({ subject: 'x'.repeat(257) }), 'SUBJECT'],
    [
      'a tenant that is none',
      ({ countersign }) => countersign.authorize({ ...aTransfer, subject: { tenant: '', id: 1 } }),
      'SUBJECT',
    ],
    ['an empty session', ({ countersign }) => countersign.authorize({ ...aTransfer, session: '' }), 'SESSION'],
    [
      'no session',
      ({ countersign }) => countersign.challenges.open({ ...aTransfer, session: undefined as never }),
      'SESSION',
    ],
  ])('%s', async (_, call, code) => {
    const bank = await aBank()

    await expect(call(bank)).rejects.toMatchObject({ code: `ERR_COUNTERSIGN_${code}` })
  })

  test('with the names that there are', async () => {
    const { countersign } = await aBank()

    await expect(countersign.authorize(wrong)).rejects.toThrow(/transfer\.create, notes\.open, home\.show/)
  })

  test('with the field and never its value', async () => {
    const { countersign } = await aBank()
    const bound = { ...fields, payee: 'my secret diary' }

    await expect(countersign.authorize({ ...aTransfer, bound })).rejects.toThrow(/"payee"/)
    await expect(countersign.authorize({ ...aTransfer, bound })).rejects.not.toThrow(/diary/)
  })
})

describe('a subject', () => {
  test.each([
    ['a number and its text', 7, '7', true],
    ['a text and the same in the default tenant', 'alice', { tenant: 'default', id: 'alice' }, true],
    ['two tenants', { tenant: 'a', id: 1 }, { tenant: 'b', id: 1 }, false],
    ['a slash in a tenant and one in an id', { tenant: 'a/b', id: 'c' }, { tenant: 'a', id: 'b/c' }, false],
    ['two letters that look alike', 'alice', '\u0430lice', false],
    ['a capital letter', 'alice', 'Alice', false],
  ])('%s are one person: %s, %s: %s', async (_, one, other, same) => {
    const bank = await aBank()
    await bank.countersign.challenges.open({ ...aTransfer, subject: one })
    const again = await bank.countersign.challenges.open({ ...aTransfer, subject: other })

    expect(again.outcome).toBe(same ? 'too-many-messages' : 'opened')
  })

  test('is told to the application under its own id', async () => {
    const asked: string[] = []
    const bank = await aBank({
      contactsOf(subject, tenant) {
        asked.push(`${tenant}: ${subject}`)
        return null
      },
    })
    await bank.countersign.authorize({ ...aTransfer, subject: { tenant: 'bank/one', id: 'ä % / #7' } })

    expect(asked).toEqual(['bank/one: ä % / #7'])
  })
})

describe('a code', () => {
  test('of one process works in the other', async () => {
    const clock = stillClock()
    const [store, keys] = [memoryStore({ clock }), keyRing(newKey())]
    const one = await aBank({ clock, store, keys })
    const other = await aBank({ clock, store, keys })
    const { id } = opened(await one.countersign.challenges.open(aTransfer))

    expect(
      (await other.countersign.challenges.answer({ ...alice, challengeId: id, code: await one.code() })).outcome,
    ).toBe('passed')
  })

  test('of one challenge is a wrong one for another', async () => {
    const bank = await aBank()
    const first = opened(await bank.countersign.challenges.open(aTransfer))
    const code = await bank.code()
    bank.clock.advance(31)
    const second = opened(
      await bank.countersign.challenges.open({ ...aTransfer, bound: { ...fields, amount: '1.00' } }),
    )

    expect(await bank.countersign.challenges.answer({ ...alice, challengeId: second.id, code })).toEqual({
      outcome: 'wrong',
      attemptsLeft: 4,
    })
    expect((await bank.countersign.challenges.answer({ ...alice, challengeId: first.id, code })).outcome).toBe('passed')
  })

  test.each([6, 8, 12])('has as many digits as configured: %i', async (digits) => {
    const bank = await aBank({ codes: { digits } })
    await bank.countersign.challenges.open(aTransfer)

    expect(await bank.code()).toMatch(new RegExp(`^[0-9]{${digits}}$`))
  })

  test('stands nowhere in the document', async () => {
    const bank = await aBank()
    await bank.countersign.challenges.open(aTransfer)
    const text = JSON.stringify(await bank.subject())

    expect(text).not.toContain(await bank.code())
    for (const secret of ['alice@mail.example', fields.payee, 'CH93', 'token=']) expect(text).not.toContain(secret)
  })

  test('stands in no line of the log and in no event', async () => {
    const bank = await aBank({ relay: true })
    const { id } = opened(await bank.countersign.challenges.open(aTransfer))
    while (bank.messages.length === 0) await new Promise((resolve) => setImmediate(resolve))
    const [message] = bank.messages
    const code = message?.kind === 'code' ? message.code.reveal() : ''
    await bank.countersign.challenges.answer({ ...alice, challengeId: id, code: otherThan(code) })
    const passed = await bank.countersign.challenges.answer({ ...alice, challengeId: id, code })
    await bank.countersign.stop()
    const said = JSON.stringify([bank.lines, await bank.store.audit.read('default/alice', 100)])

    for (const secret of [code, otherThan(code), 'alice@mail.example', fields.payee]) expect(said).not.toContain(secret)
    expect(passed.outcome === 'passed' && said.includes(passed.elevation.token)).toBe(false)
  })
})

describe('messages to one mailbox', () => {
  const asking = (bank: Bank, amount: number) =>
    bank.countersign.challenges.open({ ...aTransfer, bound: { ...fields, amount: `${amount}.00` } })

  test.each([
    ['thirty seconds apart', [0, 29, 1], ['opened', 'too-many-messages', 'opened']],
    ['three in ten minutes', [0, 30, 30, 30, 510], ['opened', 'opened', 'opened', 'too-many-messages', 'opened']],
    [
      'five in an hour',
      [0, 300, 300, 300, 300, 300, 2100],
      ['opened', 'opened', 'opened', 'opened', 'opened', 'too-many-messages', 'opened'],
    ],
  ])('are at most %s', async (_, waits, outcomes) => {
    const bank = await aBank()
    const seen: string[] = []
    for (const [index, wait] of waits.entries()) {
      bank.clock.advance(wait)
      seen.push((await asking(bank, index + 1)).outcome)
    }

    expect(seen).toEqual(outcomes)
  })

  test('are at most fifteen in a day', async () => {
    const bank = await aBank()
    let sent = 0
    for (let minute = 0; minute < 24 * 60; minute += 10) {
      if ((await asking(bank, minute + 1)).outcome === 'opened') sent += 1
      await bank.carryOut()
      bank.clock.advance(600)
    }

    expect(sent).toBe(15)
  })

  test('are counted over all sessions', async () => {
    const bank = await aBank()
    await bank.countersign.challenges.open(aTransfer)

    expect(await bank.countersign.challenges.open({ ...aTransfer, session: 'another session' })).toEqual({
      outcome: 'too-many-messages',
      retryAt: new Date(bank.clock.now().getTime() + 30_000),
    })
  })

  test('say when the next one may leave, to the second, and which challenge lives', async () => {
    const bank = await aBank()
    const { id } = opened(await bank.countersign.challenges.open(aTransfer))
    const refused = await bank.countersign.challenges.open(aTransfer)

    expect(refused).toMatchObject({ outcome: 'too-many-messages', challenge: { id } })
    bank.clock.advance(30)
    expect((await bank.countersign.challenges.open(aTransfer)).outcome).toBe('opened')
  })

  test('that were answered rightly give their place back, gap included', async () => {
    const bank = await aBank()
    for (let number = 0; number < 20; number++) {
      await bank.confirmed()
      await bank.carryOut()
    }

    expect((await bank.subject()).contacts[0]?.sent).toEqual([])
  })

  test('that were answered wrongly give nothing back', async () => {
    const bank = await aBank()
    const { id } = opened(await bank.countersign.challenges.open(aTransfer))
    await bank.countersign.challenges.answer({ ...alice, challengeId: id, code: otherThan(await bank.code()) })
    await bank.countersign.challenges.cancel({ ...alice, challengeId: id })

    expect((await asking(bank, 1)).outcome).toBe('too-many-messages')
  })

  test('that are refused change nothing', async () => {
    const bank = await aBank()
    await bank.countersign.challenges.open(aTransfer)
    const before = await bank.subject()
    await bank.countersign.challenges.open(aTransfer)
    await asking(bank, 9)

    expect(await bank.subject()).toEqual(before)
  })
})

describe('a lock', () => {
  /** Alice after ten wrong codes. */
  async function locked() {
    const bank = await aBank()
    const { token } = await bank.confirmed(aLookAtNotes)
    for (const amount of ['1.00', '2.00']) {
      bank.clock.advance(31)
      const request = { ...aTransfer, bound: { ...fields, amount } }
      const { id: challengeId } = opened(await bank.countersign.challenges.open(request))
      const code = await bank.code()
      for (let wrong = 1; wrong <= 5; wrong++)
        await bank.countersign.challenges.answer({ ...alice, challengeId, code: otherThan(code, wrong) })
    }
    return { ...bank, token }
  }

  test('refuses and says until when', async () => {
    const bank = await locked()
    const refused = await bank.countersign.authorize(aTransfer)

    expect(refused).toEqual({ outcome: 'locked', retryAt: new Date('2026-03-02T13:00:31Z') })
  })

  test('ends with its time', async () => {
    const bank = await locked()
    bank.clock.advance(3600)

    expect((await bank.countersign.challenges.open(aTransfer)).outcome).toBe('opened')
  })

  test('ends the elevations that live, in every session', async () => {
    const bank = await locked()

    expect((await bank.countersign.authorize({ ...aLookAtNotes, elevations: [bank.token] })).outcome).toBe('locked')
  })

  test('is told to the person, once an hour', async () => {
    const bank = await locked()
    const { outbox } = await bank.subject()

    expect(outbox.filter((effect) => effect.kind === 'message' && effect.message === 'locked')).toHaveLength(1)
  })

  test('is nothing that another person could bring about', async () => {
    const bank = await aBank()
    const { id } = opened(await bank.countersign.challenges.open(aTransfer))
    for (let guess = 0; guess < 50; guess++) {
      const code = String(guess).padStart(8, '0')
      await bank.countersign.challenges.answer({ subject: 'eve', session: 'of Eve', challengeId: id, code })
      await bank.countersign.challenges.answer({ subject: 'alice', session: 'of Eve', challengeId: id, code })
    }

    expect((await bank.subject()).throttle.failures).toEqual([])
  })
})

describe('a store without a certain answer', () => {
  test.each(['load', 'commit'] as const)('(%s) is a refusal without a verdict', async (verb) => {
    let broken = false
    const clock = stillClock()
    const memory = memoryStore({ clock })
    const answering = <T>(answer: () => Promise<T>) =>
      broken ? Promise.reject(new StoreUnavailable('no answer')) : answer()
    const differently = {
      load: { load: (id: Parameters<typeof memory.subjects.load>[0]) => answering(() => memory.subjects.load(id)) },
      commit: {
        commit: (...[subject, revision]: Parameters<typeof memory.subjects.commit>) =>
          answering(() => memory.subjects.commit(subject, revision)),
      },
    }[verb]
    const bank = await aBank({ clock, store: withSubjects(memory, differently) })
    const { id } = opened(await bank.countersign.challenges.open(aTransfer))
    const code = await bank.code()
    broken = true
    const { countersign } = bank
    const answers = await Promise.all([
      countersign.challenges.answer({ ...alice, challengeId: id, code }),
      countersign.challenges.answer({ ...alice, challengeId: id, code: otherThan(code) }),
      countersign.challenges.cancel({ ...alice, challengeId: id }),
      countersign.elevations.revoke(alice),
    ])

    expect(answers).toEqual(answers.map(() => ({ outcome: 'unavailable', retryAfterSeconds: 2 })))
    broken = false
    expect((await countersign.challenges.answer({ ...alice, challengeId: id, code })).outcome).toBe('passed')
  })

  test('a commit that is not applied in time is never decided again', async () => {
    let commits = 0
    const clock = stillClock()
    const memory = memoryStore({ clock })
    const store = withSubjects(memory, {
      async commit(subject, revision) {
        commits += 1
        await memory.subjects.commit(subject, revision)
        throw new StoreUnavailable('the answer was lost')
      },
    })
    const bank = await aBank({ clock, store })

    expect((await bank.countersign.challenges.open(aTransfer)).outcome).toBe('unavailable')
    expect(commits).toBe(1)
  })

  test('a subject that is always changed by somebody else is refused in the end', async () => {
    const clock = stillClock()
    const memory = memoryStore({ clock })
    const bank = await aBank({ clock, store: withSubjects(memory, { commit: async () => false }) })

    expect((await bank.countersign.elevations.revoke(alice)).outcome).toBe('unavailable')
  })

  test('a clock that cannot be trusted lets nobody through', async () => {
    let broken = false
    const clock = stillClock()
    const memory = memoryStore({ clock })
    const store = withSubjects(memory, {
      now() {
        if (broken) throw new StoreUnavailable('no clock')
        return memory.subjects.now()
      },
    })
    const bank = await aBank({ clock, store })
    const { token } = await bank.confirmed(aLookAtNotes)
    broken = true

    expect((await bank.countersign.authorize({ ...aLookAtNotes, elevations: [token] })).outcome).toBe('unavailable')
    expect((await bank.countersign.authorize({ ...alice, action: 'home.show' })).outcome).toBe('allow')
  })
})

describe('health', () => {
  test('is ready from start to stop', async () => {
    const countersign = createCountersign(parts())
    const ready = async () => (await countersign.health()).ready
    const seen = [await ready()]
    await countersign.start({ relay: false })
    seen.push(await ready())
    await countersign.stop()
    seen.push(await ready())

    expect(seen).toEqual([false, true, false])
  })

  test('is not ready while its store cannot say how it is', async () => {
    const store = { ...memoryStore(), health: () => Promise.reject(new Error('no')) }
    const bank = await aBank({ store })

    expect(await bank.countersign.health()).toMatchObject({ live: true, ready: false })
  })

  test('warns of keys that go with the process', async () => {
    const countersign = createCountersign(parts())

    expect((await countersign.health()).warnings.join(' ')).toContain('Keys were made for this process')
  })
})

test('two of them in one process do not know of each other', async () => {
  const one = await aBank()
  const other = await aBank()
  const { token } = await one.confirmed(aLookAtNotes)

  expect((await other.countersign.authorize({ ...aLookAtNotes, elevations: [token] })).outcome).toBe('code-needed')
})

describe('a ticket', () => {
  const ticket = (bank: Bank) => ({ action: 'transfer.create', bound: fields, askedAt: bank.clock.now(), resume: 'r' })

  test('comes back as it was to its own session', async () => {
    const bank = await aBank()
    const sealed = bank.door.tickets.seal(alice, ticket(bank))

    expect(bank.door.tickets.read(alice, sealed)).toEqual({ outcome: 'ok', ticket: ticket(bank) })
  })

  test.each<[string, (sealed: string) => [typeof alice, string]]>([
    ['another session', (sealed) => [{ ...alice, session: 'another' }, sealed]],
    ['another person', (sealed) => [{ ...alice, subject: 'eve' }, sealed]],
    [
      'a change of a character',
      (sealed) => [alice, `${sealed.slice(0, 40)}${sealed[40] === 'A' ? 'B' : 'A'}${sealed.slice(41)}`],
    ],
    ['rubbish', () => [alice, 'rubbish']],
    ['nothing', () => [alice, '']],
    ['a megabyte', () => [alice, 'A'.repeat(1_000_000)]],
  ])('is malformed with %s', async (_, change) => {
    const bank = await aBank()
    const [whom, text] = change(bank.door.tickets.seal(alice, ticket(bank)))

    expect(bank.door.tickets.read(whom, text)).toEqual({ outcome: 'malformed' })
  })

  test('lives 900 seconds', async () => {
    const bank = await aBank()
    const sealed = bank.door.tickets.seal(alice, ticket(bank))
    bank.clock.advance(900)
    expect(bank.door.tickets.read(alice, sealed).outcome).toBe('ok')
    bank.clock.advance(1)

    expect(bank.door.tickets.read(alice, sealed).outcome).toBe('expired')
  })
})

test('the key of a session is the same at parallel first requests, and another one for everybody else', async () => {
  const { door } = await aBank()

  expect(door.sessionKey('alice', 's1')).toBe(door.sessionKey('alice', 's1'))
  expect(
    new Set([door.sessionKey('alice', 's1'), door.sessionKey('alice', 's2'), door.sessionKey('bob', 's1')]).size,
  ).toBe(3)
})
