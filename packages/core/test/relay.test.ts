import { memoryStore } from '@countersign/memory'
import { type StillClock, stillClock } from '@countersign/testing'
import { jest } from '@jest/globals'
import {
  type AuditEvent,
  type Channel,
  type Delivery,
  keyRing,
  type Message,
  newKey,
  type Store,
  StoreUnavailable,
  type Subject,
  subjectIdOf,
} from '../src/index.js'
import { aBank, alice, aMailbox, aPromise, aTransfer, closed, fields, opened, tokenIn, withSubjects } from './a-bank.js'

/** Timers stand still until a test moves them; what waits for nothing but its turn goes on by itself. */
beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['setImmediate', 'clearImmediate', 'nextTick', 'queueMicrotask', 'performance'] })
})
afterEach(async () => {
  const closing = closed()
  await later(stillClock(), 10)
  await closing
  jest.useRealTimers()
})

/** Lets everything run that waits for nothing but its turn. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 30; turn++) await new Promise((resolve) => setImmediate(resolve))
}

/** Lets so many seconds pass, for the store and for timers. */
async function later(clock: StillClock, seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    clock.advance(1)
    await jest.advanceTimersByTimeAsync(1000)
    await settled()
  }
}

const hung = () => new Promise<Delivery>(() => undefined)

/** Never answers, but ends when its signal aborts, as a channel has to. */
const patient = (_: Message, signal: AbortSignal) =>
  new Promise<Delivery>((resolve) => {
    signal.addEventListener('abort', () => resolve({ outcome: 'again', reason: 'aborted' }))
  })

const email = (subject: string) => [{ kind: 'email' as const, address: `${subject}@mail.example`, proved: true }]

/** A bank whose relay runs, for as many people as there are names. */
async function aRelayingBank(given: Parameters<typeof aBank>[0] = {}) {
  const clock = given.clock ?? stillClock()
  const bank = await aBank({ contactsOf: email, relay: true, clock, ...given })
  const open = async (subject = 'alice', amount = '250.00') => {
    const request = { ...aTransfer, subject, session: `of ${subject}`, bound: { ...fields, amount } }
    return opened(await bank.countersign.challenges.open(request))
  }
  const events = async (subject = 'alice') => {
    const read = await bank.store.audit.read(subjectIdOf(subject), 1000)
    return read.map((event) => event.type)
  }
  return { ...bank, open, events }
}

const addressesOf = (messages: readonly Message[]) => messages.map(({ to }) => to.address.reveal().split('@')[0])

/** A store that counts what a relay asks of it, and does it differently where a test says so. */
function counted(store: Store, differently: Pick<Partial<Store['subjects']>, 'commit'> = {}) {
  const counts = { claim: 0, commit: 0, load: 0 }
  const counting = withSubjects(store, {
    load(id) {
      counts.load += 1
      return store.subjects.load(id)
    },
    commit(subject, revision) {
      counts.commit += 1
      return (differently.commit ?? store.subjects.commit.bind(store.subjects))(subject, revision)
    },
    claim(leaseSeconds, id) {
      counts.claim += 1
      return store.subjects.claim(leaseSeconds, id)
    },
  })
  return { store: counting, counts }
}

describe('a message', () => {
  test('leaves at once, and nothing is left to do', async () => {
    const bank = await aRelayingBank()
    await bank.open()
    await settled()

    expect(addressesOf(bank.messages)).toEqual(['alice'])
    expect(await bank.events()).toEqual(['contact.learned', 'challenge.opened', 'message.sent'])
    expect((await bank.subject()).outbox).toEqual([])
  })

  test('that left is known as sent', async () => {
    const bank = await aRelayingBank()
    const { id, delivery } = await bank.open()
    await settled()
    const read = await bank.countersign.challenges.read({ ...alice, session: 'of alice', challengeId: id })

    expect([delivery, read.outcome === 'found' && read.challenge.delivery]).toEqual(['queued', 'sent'])
  })

  test('that is refused for good is known as failed, and not tried again', async () => {
    const mailbox = aMailbox(() => ({ outcome: 'refused', reason: 'smtp-550' }))
    const bank = await aRelayingBank({ mailbox })
    const { id } = await bank.open()
    await later(bank.clock, 60)
    const read = await bank.countersign.challenges.read({ ...alice, session: 'of alice', challengeId: id })

    expect(read.outcome === 'found' && read.challenge.delivery).toBe('failed')
    expect(bank.messages).toHaveLength(1)
    expect(await bank.events()).toContain('message.failed')
  })

  test.each<[string, () => Delivery | Promise<Delivery>]>([
    ['asks to be tried again', () => ({ outcome: 'again', reason: 'smtp-451' })],
    ['rejects', () => Promise.reject(new Error('no'))],
    [
      'throws',
      () => {
        throw new Error('no')
      },
    ],
  ])('whose channel %s is tried with growing waits of at most half a minute, under the same id', async (_, answer) => {
    const clock = stillClock()
    const tries: number[] = []
    const mailbox = aMailbox(() => {
      tries.push((clock.now().getTime() - Date.parse('2026-03-02T12:00:00Z')) / 1000)
      return answer()
    })
    const bank = await aRelayingBank({ clock, mailbox })
    await bank.open()
    await settled()
    await later(clock, 120)

    expect(tries).toEqual([0, 1, 3, 7, 15, 31, 61, 91])
    expect(new Set(bank.messages.map(({ id }) => id)).size).toBe(1)
  })

  test('whose code expired is not sent any more, and is known as failed', async () => {
    const mailbox = aMailbox(() => ({ outcome: 'again', reason: 'smtp-451' }))
    const bank = await aRelayingBank({ mailbox })
    await bank.open()
    await later(bank.clock, 299)
    const sent = bank.messages.length
    await later(bank.clock, 120)

    expect(bank.messages).toHaveLength(sent)
    expect((await bank.subject()).outbox).toEqual([])
    expect(await bank.events()).toContain('challenge.closed')
  })

  test('that a newer code replaced before it left is not sent', async () => {
    const clock = stillClock()
    const store = memoryStore({ clock })
    const keys = keyRing(newKey())
    const silent = await aRelayingBank({ clock, store, keys, relay: false })
    const { id } = await silent.open()
    clock.advance(31)
    await silent.countersign.challenges.resend({ ...alice, session: 'of alice', challengeId: id })
    const code = await silent.code()
    const relaying = await aRelayingBank({ clock, store, keys })
    await later(clock, 2)

    expect(relaying.messages.map((message) => message.kind === 'code' && message.code.reveal())).toEqual([code])
  })

  test('that another process committed and could not send is sent by this one, and its code works', async () => {
    const clock = stillClock()
    const store = memoryStore({ clock })
    const keys = keyRing(newKey())
    const crashed = await aRelayingBank({ clock, store, keys, relay: false })
    const { id } = await crashed.open()
    const relaying = await aRelayingBank({ clock, store, keys })
    await later(clock, 1)
    const [message] = relaying.messages
    const code = message?.kind === 'code' ? message.code.reveal() : ''

    expect(relaying.messages).toHaveLength(1)
    expect(
      await relaying.countersign.challenges.answer({ ...alice, session: 'of alice', challengeId: id, code }),
    ).toMatchObject({ outcome: 'passed' })
  })

  test('that was sent and could not be written down is not sent again before its lease is over', async () => {
    const clock = stillClock()
    const memory = memoryStore({ clock })
    let broken: boolean | undefined
    const { store } = counted(memory, {
      async commit(subject, revision) {
        if (broken) throw new StoreUnavailable('no answer')
        return memory.subjects.commit(subject, revision)
      },
    })
    const mailbox = aMailbox(() => {
      broken ??= true
      return { outcome: 'accepted' }
    })
    const bank = await aRelayingBank({ clock, store, mailbox })
    await bank.open()
    await later(clock, 29)
    expect(bank.messages).toHaveLength(1)
    broken = false
    await later(clock, 3)

    expect(new Set(bank.messages.map(({ id }) => id)).size).toBe(1)
    expect((await bank.subject()).outbox).toEqual([])
  })

  test.each([1, 2, 3])('leaves once although two relays look after one store (%i)', async () => {
    const clock = stillClock()
    const store = memoryStore({ clock })
    const keys = keyRing(newKey())
    const mailbox = aMailbox()
    const banks = [
      await aRelayingBank({ clock, store, keys, mailbox }),
      await aRelayingBank({ clock, store, keys, mailbox }),
    ]
    const people = Array.from({ length: 40 }, (_, number) => `person${number}`)
    await Promise.all(people.map((person, number) => banks[number % 2]?.open(person)))
    await later(clock, 3)

    expect(addressesOf(mailbox.messages).sort()).toEqual([...people].sort())
  })
})

describe('a channel that hangs', () => {
  const mailboxHangingFor = (name: string, hanging: typeof patient) =>
    aMailbox((message, signal) =>
      message.to.address.reveal().startsWith(name) ? hanging(message, signal) : { outcome: 'accepted' },
    )

  test.each([
    ['and listens to its signal', patient],
    ['and listens to nothing', hung],
  ])('%s delays neither events nor the mail of others', async (_, hanging) => {
    const bank = await aRelayingBank({ mailbox: mailboxHangingFor('alice', hanging) })
    await bank.open('alice')
    await bank.open('bob')
    await settled()

    expect(await bank.events('alice')).toEqual(['contact.learned', 'challenge.opened'])
    expect(await bank.events('bob')).toContain('message.sent')
  })

  test('does not delay what its own person does', async () => {
    const bank = await aRelayingBank({ mailbox: mailboxHangingFor('alice', patient) })
    const { id } = await bank.open()
    await settled()
    await bank.countersign.challenges.answer({ ...alice, session: 'of alice', challengeId: id, code: '00000000' })
    await settled()

    expect((await bank.events()).filter((type) => type.startsWith('challenge.'))).toHaveLength(2)
  })

  test.each([
    ['and listens to its signal', patient],
    ['and listens to nothing', hung],
  ])('%s is given up after twenty seconds and tried again', async (_, hanging) => {
    const bank = await aRelayingBank({ mailbox: mailboxHangingFor('alice', hanging) })
    await bank.open()
    await later(bank.clock, 19)
    expect(bank.messages).toHaveLength(1)
    await later(bank.clock, 5)

    expect(bank.messages).toHaveLength(2)
  })

  test('for more people than there may be sends at once still delays no event, and does not keep the store busy', async () => {
    const clock = stillClock()
    const { store, counts } = counted(memoryStore({ clock }))
    const bank = await aRelayingBank({ clock, store, mailbox: aMailbox(patient) })
    const people = Array.from({ length: 300 }, (_, number) => `person${number}`)
    await Promise.all(people.map((person) => bank.open(person)))
    for (let round = 0; round < 10; round++) await settled()
    const before = counts.claim
    for (let round = 0; round < 10; round++) await settled()

    expect(bank.messages).toHaveLength(256)
    expect(await bank.events('person299')).toContain('challenge.opened')
    expect(counts.claim).toBe(before)
  })
})

describe('an audit log', () => {
  /** A store whose audit log answers as told. */
  function storeWith(clock: StillClock, append: (events: readonly AuditEvent[]) => Promise<void>) {
    const memory = memoryStore({ clock })
    return {
      ...memory,
      audit: { append, read: (subject: string, limit: number) => memory.audit.read(subject, limit) },
      memory,
    }
  }

  test('that fails loses no event, and the mail leaves all the same', async () => {
    const clock = stillClock()
    let broken = true
    const store = storeWith(clock, async (events) => {
      if (broken) throw new Error('no audit log')
      await store.memory.audit.append(events)
    })
    const bank = await aRelayingBank({ clock, store })
    await bank.open()
    await later(clock, 20)
    expect(bank.messages).toHaveLength(1)
    broken = false
    await later(clock, 40)

    expect(await bank.events()).toEqual(['contact.learned', 'challenge.opened', 'message.sent'])
    expect((await bank.subject()).outbox).toEqual([])
  })

  test('that hangs stops neither the mail nor the relay, and nothing is sent twice', async () => {
    const clock = stillClock()
    const store = storeWith(clock, () => new Promise(() => undefined))
    const bank = await aRelayingBank({ clock, store })
    const people = Array.from({ length: 40 }, (_, number) => `person${number}`)
    await Promise.all(people.map((person) => bank.open(person)))
    await later(clock, 60)

    expect(addressesOf(bank.messages).sort()).toEqual([...people].sort())
  })

  test('hears of events in their order, without a gap', async () => {
    const ids: string[] = []
    const clock = stillClock()
    const store = storeWith(clock, async (events) => {
      ids.push(...events.map(({ id }) => id))
    })
    const bank = await aRelayingBank({ clock, store })
    const { id } = await bank.open()
    for (const code of ['00000000', '00000001', '00000002']) {
      await bank.countersign.challenges.answer({ ...alice, session: 'of alice', challengeId: id, code })
      await settled()
    }

    expect([...new Set(ids)]).toEqual(Array.from({ length: 6 }, (_, number) => `default/alice#${number + 1}`))
  })

  test('that is down while an outbox is full and a challenge runs out does not keep the store busy', async () => {
    const clock = stillClock()
    const memory = storeWith(clock, () => Promise.reject(new Error('no audit log')))
    const { store, counts } = counted(memory)
    const bank = await aRelayingBank({ clock, store })
    await bank.open()
    await settled()
    await fill(store, 'alice', 60)
    clock.advance(301)
    const before = { ...counts }
    await later(clock, 10)

    expect(counts.claim - before.claim).toBeLessThan(60)
    expect(counts.commit - before.commit).toBeLessThan(40)
  })

  test('that is down with many full outboxes does not hold up what others wait for', async () => {
    const clock = stillClock()
    const store = storeWith(clock, () => Promise.reject(new Error('no audit log')))
    const silent = await aRelayingBank({ clock, store, relay: false })
    for (let number = 0; number < 40; number++) {
      await silent.open(`person${number}`)
      await fill(store, `person${number}`, 60)
    }
    clock.advance(301)
    const waiting = await silent.open('zoe')
    const relaying = await aRelayingBank({ clock, store, keys: silent.keys })
    await later(clock, 5)

    expect(addressesOf(relaying.messages)).toContain('zoe')
    expect(waiting.delivery).toBe('queued')
  })

  /** Fills an outbox with events that an audit log has not taken. */
  async function fill(store: Store, person: string, size: number): Promise<void> {
    const id = subjectIdOf(person)
    const { subject, revision, now } = await store.subjects.load(id)
    if (!subject) throw new Error('There is no document.')
    const events = Array.from({ length: size - subject.outbox.length }, (_, index) => {
      const event = {
        id: `${id}#${subject.events + index + 1}`,
        at: now,
        subject: id,
        actor: 'subject' as const,
        type: 'challenge.closed' as const,
        challenge: 'c',
        action: 'a',
        why: 'cancelled' as const,
      }
      return { kind: 'audit' as const, id: event.id, due: now, tries: 1, madeAt: now, event }
    })
    const full: Subject = {
      ...subject,
      events: subject.events + events.length,
      outbox: [...subject.outbox, ...events],
      dueAt: now,
    }
    await store.subjects.commit(full, revision)
  }
})

describe('an entry that no key opens', () => {
  const [known, lost] = [newKey(), newKey()]

  /** A notice of a change, sealed with a key that the relay does not have. */
  async function unopenable() {
    const clock = stillClock()
    const store = memoryStore({ clock })
    const maker = await aBank({ clock, store, keys: keyRing(lost), contactsOf: email })
    await maker.countersign.contacts.change({ subject: 'alice', kind: 'email', address: 'alice@new.example' })
    const relaying = await aRelayingBank({ clock, store, keys: keyRing(known) })
    return { ...relaying, clock, store }
  }

  test('is kept and tried again, and sent by a process that has the key', async () => {
    const bank = await unopenable()
    await later(bank.clock, 5)
    expect(bank.messages).toEqual([])
    await bank.countersign.stop()
    const other = await aRelayingBank({ clock: bank.clock, store: bank.store, keys: keyRing(`${known} ${lost}`) })
    await later(bank.clock, 30)

    expect(other.messages.map(({ kind }) => kind).sort()).toEqual(['contact-change-asked', 'contact-proof'])
  })

  test('is set aside after an hour with an event, and is still there', async () => {
    const bank = await unopenable()
    await later(bank.clock, 5)
    bank.clock.advance(3600)
    await later(bank.clock, 5)
    const { outbox } = await bank.subject()

    expect(outbox.filter(({ setAside }) => setAside)).toHaveLength(2)
    expect((await bank.events()).filter((type) => type === 'outbox.set-aside')).toHaveLength(2)
  })

  test('that was set aside keeps the relay busy no more', async () => {
    const bank = await unopenable()
    await later(bank.clock, 5)
    bank.clock.advance(3600)
    await later(bank.clock, 5)

    expect((await bank.subject()).dueAt?.getTime() ?? 0).not.toBe(bank.clock.now().getTime())
    expect(await bank.store.subjects.claim(30, subjectIdOf('alice'))).toBeUndefined()
  })

  test('is told to the log', async () => {
    const bank = await unopenable()
    await later(bank.clock, 2)

    expect(bank.lines).toContainEqual(
      expect.objectContaining({ level: 'error', fields: expect.objectContaining({ code: 'ERR_COUNTERSIGN_KEYS' }) }),
    )
  })
})

describe("the limits for strangers' messages", () => {
  const unproved = (subject: string) => [
    { kind: 'email' as const, address: 'carol@mail.example', proved: subject === 'x' },
  ]

  test('let three messages an hour through to one address, over all accounts', async () => {
    const bank = await aRelayingBank({ contactsOf: unproved })
    for (const person of ['one', 'two', 'three', 'four', 'five']) await bank.open(person)
    await later(bank.clock, 2)

    expect(bank.messages).toHaveLength(3)
  })

  test('that refuse look like an accepted message', async () => {
    const bank = await aRelayingBank({ contactsOf: unproved })
    for (const person of ['one', 'two', 'three']) await bank.open(person)
    await settled()
    const { id } = await bank.open('four')
    await later(bank.clock, 2)
    const read = await bank.countersign.challenges.read({ subject: 'four', session: 'of four', challengeId: id })

    expect(read.outcome === 'found' && read.challenge.delivery).toBe('sent')
    expect(await bank.events('four')).toContain('message.dropped')
  })

  test('that give no answer let nothing through until they do', async () => {
    const clock = stillClock()
    const memory = memoryStore({ clock })
    let broken = true
    const take: Store['limits']['take'] = async (key, limits) => {
      if (broken) throw new StoreUnavailable('no limits')
      return memory.limits.take(key, limits)
    }
    const bank = await aRelayingBank({ clock, store: { ...memory, limits: { take } }, contactsOf: unproved })
    for (const person of ['one', 'two', 'three', 'four', 'five']) await bank.open(person)
    await later(clock, 30)
    expect(bank.messages).toEqual([])
    broken = false
    await later(clock, 60)

    expect(bank.messages).toHaveLength(3)
  })

  test('are asked once for a message, however often it is tried', async () => {
    const taken: string[] = []
    const clock = stillClock()
    const take = async (key: string) => {
      taken.push(key)
      return true
    }
    const mailbox = aMailbox(() => ({ outcome: 'again', reason: 'smtp-451' }))
    const store = { ...memoryStore({ clock }), limits: { take } }
    const bank = await aRelayingBank({ clock, store, contactsOf: unproved, mailbox })
    await bank.open('one')
    await later(clock, 40)

    expect(bank.messages.length).toBeGreaterThan(4)
    expect(taken).toHaveLength(1)
  })
})

describe("a hook of the application's", () => {
  const unproved = (subject: string) => email(subject).map((contact) => ({ ...contact, proved: false }))

  async function proving(contactChanged: (change: object) => unknown, relay = true) {
    const bank = await aRelayingBank({ contactsOf: unproved, contactChanged, relay })
    const { id } = await bank.open()
    const code = await bank.code()
    await bank.countersign.challenges.answer({ ...alice, session: 'of alice', challengeId: id, code })
    return bank
  }

  test('is called until it succeeds', async () => {
    const calls: object[] = []
    const bank = await proving((change) => {
      calls.push(change)
      if (calls.length < 4) throw new Error('not yet')
    })
    await later(bank.clock, 60)

    expect(calls).toHaveLength(4)
    expect(calls[3]).toEqual({
      subject: 'alice',
      tenant: 'default',
      kind: 'email',
      address: 'alice@mail.example',
      proved: true,
    })
    expect((await bank.subject()).outbox).toEqual([])
  })

  test('is called in the order of what happened, however long the first call fails', async () => {
    const heard: unknown[] = []
    let failures = 3
    const bank = await proving((change) => {
      if (failures-- > 0) throw new Error('not yet')
      heard.push(change)
    })
    await bank.countersign.contacts.change({ subject: 'alice', kind: 'email', address: 'new@mail.example' })
    await settled()
    const proof = bank.messages.find(({ kind }) => kind === 'contact-proof')
    await bank.door.proofs.accept(tokenIn(proof?.kind === 'contact-proof' ? proof.proofUrl.reveal() : undefined))
    await later(bank.clock, 60)

    expect(heard).toMatchObject([{ address: 'alice@mail.example' }, { address: 'new@mail.example' }])
  })

  test('that never answers is called again, and delays nobody', async () => {
    let calls = 0
    const bank = await proving(() => {
      calls += 1
      return new Promise(() => undefined)
    })
    await later(bank.clock, 25)
    await bank.open('bob')
    await settled()

    expect(calls).toBe(2)
    expect(addressesOf(bank.messages)).toEqual(['bob'])
  })

  test('that is gone by then is not called', async () => {
    const bank = await proving(() => undefined, false)
    const without = await aRelayingBank({ clock: bank.clock, store: bank.store, keys: bank.keys })
    await later(bank.clock, 2)

    expect((await without.subject()).outbox).toEqual([])
  })
})

describe('stop', () => {
  test('waits for what is under way', async () => {
    const sent = aPromise<Delivery>()
    const bank = await aRelayingBank({ mailbox: aMailbox(() => sent.promise) })
    await bank.open()
    await settled()
    let stopped = false
    const stopping = bank.countersign.stop().then(() => {
      stopped = true
    })
    await settled()
    expect(stopped).toBe(false)

    sent.resolve({ outcome: 'accepted' })
    await stopping
    expect((await bank.subject()).outbox.filter(({ kind }) => kind === 'message')).toEqual([])
  })

  test.each([
    ['listens to its signal', patient],
    ['listens to nothing', hung],
  ])('breaks a send off after five seconds that %s, and leaves it to the next relay', async (_, hanging) => {
    const bank = await aRelayingBank({ mailbox: aMailbox(hanging) })
    await bank.open()
    await settled()
    const stopping = bank.countersign.stop()
    await later(bank.clock, 7)
    await stopping

    expect((await bank.subject()).outbox).toContainEqual(expect.objectContaining({ kind: 'message', tries: 1 }))
  })

  test('ends channels and leaves no timer behind', async () => {
    let ended = false
    const channel: Channel = {
      ...aMailbox().channel,
      async stop() {
        ended = true
      },
    }
    const bank = await aRelayingBank({ channels: [channel] })
    await bank.open()
    await settled()
    await bank.countersign.stop()

    expect(ended).toBe(true)
    expect(jest.getTimerCount()).toBe(0)
  })

  test('may be asked for twice', async () => {
    const { countersign } = await aRelayingBank()

    await countersign.stop()
    await expect(countersign.stop()).resolves.toBeUndefined()
  })
})
