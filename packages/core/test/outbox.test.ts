import { memoryStore } from '@countersign/memory'
import { aSubject, stillClock } from '@countersign/testing'
import { newSubject, type Subject, subjectFormat, subjectIdOf } from '../src/index.js'
import { nextDue, outboxSize } from '../src/outbox/outbox.js'
import { aBank, alice, aTransfer, type Bank, closed, fields, opened, otherThan } from './a-bank.js'

afterEach(closed)

const transfer = (amount: string) => ({ ...aTransfer, bound: { ...fields, amount } })

/** Fills Alice's outbox to so many entries with events that no audit log has taken. */
async function filled(bank: Bank, size: number): Promise<void> {
  const {
    subject = newSubject(subjectIdOf('alice')),
    revision,
    now,
  } = await bank.store.subjects.load(subjectIdOf('alice'))
  const events = Array.from({ length: size - subject.outbox.length }, (_, index) => {
    const id = `${subject.id}#${subject.events + index + 1}`
    const event = {
      id,
      at: now,
      subject: subject.id,
      actor: 'system',
      type: 'contact.proved',
      destination: 'x',
    } as const
    return { kind: 'audit', id, due: now, tries: 1, madeAt: now, event } as const
  })
  await bank.store.subjects.commit(
    { ...subject, events: subject.events + events.length, outbox: [...subject.outbox, ...events] },
    revision,
  )
}

/** A bank where Alice has a challenge that lives and a one-shot elevation, and so many entries wait. */
async function aFullBank(size: number) {
  const bank = await aBank({ contactChanged: () => undefined })
  const { token } = await bank.confirmed(transfer('1.00') as typeof aTransfer)
  const { id } = opened(await bank.countersign.challenges.open(aTransfer))
  const code = await bank.code()
  await filled(bank, size)
  bank.clock.advance(31)
  const { countersign } = bank
  const verbs = {
    open: () => countersign.challenges.open(transfer('2.00')),
    'open again': () => countersign.challenges.open(aTransfer),
    resend: () => countersign.challenges.resend({ ...alice, challengeId: id }),
    use: () => countersign.authorize({ ...transfer('1.00'), elevations: [token] }),
    'change of contact': () =>
      countersign.contacts.change({ subject: 'alice', kind: 'email', address: 'alice@new.example' }),
    'right answer': () => countersign.challenges.answer({ ...alice, challengeId: id, code }),
    'wrong answer': () => countersign.challenges.answer({ ...alice, challengeId: id, code: otherThan(code) }),
    cancel: () => countersign.challenges.cancel({ ...alice, challengeId: id }),
    'sign-out': () => countersign.elevations.revoke(alice),
    'end of everything': () => countersign.elevations.revoke({ subject: 'alice' }),
    read: () => countersign.challenges.read({ ...alice, challengeId: id }),
  }
  return { ...bank, verbs }
}

type Verb = keyof Awaited<ReturnType<typeof aFullBank>>['verbs']

describe('an outbox', () => {
  test.each<[Verb, number, string]>([
    ['open', 40, 'opened'],
    ['open', 48, 'unavailable'],
    ['open again', 46, 'opened'],
    ['open again', 48, 'unavailable'],
    ['resend', 46, 'sent'],
    ['resend', 48, 'unavailable'],
    ['use', 47, 'allow'],
    ['use', 48, 'unavailable'],
    ['change of contact', 43, 'pending'],
    ['change of contact', 48, 'unavailable'],
    ['right answer', 48, 'passed'],
    ['wrong answer', 48, 'wrong'],
    ['right answer', 55, 'passed'],
    ['wrong answer', 55, 'wrong'],
    ['right answer', 64, 'unavailable'],
    ['wrong answer', 64, 'unavailable'],
    ['cancel', 63, 'cancelled'],
    ['cancel', 64, 'unavailable'],
    ['sign-out', 64, 'revoked'],
    ['end of everything', 64, 'revoked'],
    ['read', 64, 'found'],
  ])('%s, with %i entries waiting, is %s', async (verb, size, outcome) => {
    const { verbs } = await aFullBank(size)

    expect((await verbs[verb]()).outcome).toBe(outcome)
  })

  test.each<[Verb]>([
    ['open'],
    ['resend'],
    ['use'],
    ['change of contact'],
    ['right answer'],
    ['wrong answer'],
    ['cancel'],
  ])('that is full: %s is refused and changes nothing, neither a try nor an elevation', async (verb) => {
    const { verbs, subject } = await aFullBank(64)
    const before = await subject()
    await verbs[verb]()

    expect(await subject()).toEqual(before)
  })

  test('that was full and is empty again takes the same answer', async () => {
    const { verbs, carryOut } = await aFullBank(64)
    await verbs['right answer']()
    await carryOut()

    expect((await verbs['right answer']()).outcome).toBe('passed')
  })

  test('that is full takes a hundred sign-outs into one entry, and each one is in force', async () => {
    const { verbs, countersign, subject } = await aFullBank(62)
    await verbs['sign-out']()
    for (let number = 0; number < 100; number++)
      await countersign.elevations.revoke({ subject: 'alice', session: `session ${number}` })
    const { outbox, revocation, elevations, challenges } = await subject()
    const ends = outbox.flatMap((effect) =>
      effect.kind === 'audit' && effect.event.type === 'elevations.revoked' ? (effect.event.merged ?? 0) + 1 : [],
    )

    expect(outbox.length).toBeLessThanOrEqual(outboxSize.cap)
    expect(ends.reduce((sum, count) => sum + count, 0)).toBe(101)
    expect(revocation.epoch).toBeGreaterThan(0)
    expect([elevations.length, challenges.filter(({ closed: end }) => !end).length]).toEqual([0, 0])
  })

  test('never holds more than its cap, whatever an answer brings with it', async () => {
    const bank = await aFullBank(48)
    const { revision, subject } = await bank.store.subjects.load(subjectIdOf('alice'))
    if (!subject) throw new Error('There is no document.')
    const failures = Array.from({ length: 9 }, () => bank.clock.now())
    const [contact] = subject.contacts
    const contacts = contact ? ['a', 'b', 'c', 'd'].map((id) => ({ ...contact, id: `${contact.id}${id}` })) : []
    await bank.store.subjects.commit(
      { ...subject, throttle: { ...subject.throttle, failures }, contacts: [...subject.contacts, ...contacts] },
      revision,
    )
    await filled(bank, 51)
    await bank.verbs['wrong answer']()
    const { outbox } = await bank.subject()

    expect(outbox.length).toBeLessThanOrEqual(outboxSize.cap)
    expect(outbox.filter((effect) => effect.kind === 'message' && effect.message === 'locked')).toHaveLength(5)
  })

  test('lets an expired challenge wait for room, and treats it as expired all the same', async () => {
    const { verbs, clock } = await aFullBank(48)
    clock.advance(300)

    expect(await verbs['right answer']()).toMatchObject({ outcome: 'closed', why: 'expired' })
  })
})

describe('when the relay looks next', () => {
  const at = (seconds: number) => new Date(Date.parse('2026-03-02T12:00:00Z') + seconds * 1000)
  const [entry] = aSubject().outbox
  if (!entry) throw new Error('The maker makes no outbox.')

  test.each<[string, readonly Subject['outbox'][number][], Subject['timers'], Date | undefined]>([
    ['nothing', [], [], undefined],
    [
      'the earliest entry',
      [
        { ...entry, due: at(5) },
        { ...entry, due: at(3) },
      ],
      [],
      at(3),
    ],
    ['a timer before it', [{ ...entry, due: at(5) }], [{ kind: 'challenge-expiry', about: 'c', due: at(1) }], at(1)],
    ['no entry that was set aside', [{ ...entry, due: at(5), setAside: true }], [], undefined],
  ])('%s decides', (_, outbox, timers, due) => {
    expect(nextDue(outbox, timers)).toEqual(due)
  })
})

describe('a document of a higher format', () => {
  async function newer() {
    const clock = stillClock()
    const store = memoryStore({ clock })
    const id = subjectIdOf('alice')
    await store.subjects.commit({ ...aSubject({ id }), format: subjectFormat + 1 }, 0)
    const bank = await aBank({ clock, store })
    return { ...bank, id }
  }

  test('is refused by every verb, and left as it was', async () => {
    const { countersign } = await newer()
    const outcomes = await Promise.all([
      countersign.authorize(aTransfer),
      countersign.challenges.open(aTransfer),
      countersign.challenges.read({ ...alice, challengeId: 'c' }),
      countersign.challenges.answer({ ...alice, challengeId: 'c', code: '00000000' }),
      countersign.challenges.resend({ ...alice, challengeId: 'c' }),
      countersign.challenges.cancel({ ...alice, challengeId: 'c' }),
      countersign.elevations.revoke(alice),
      countersign.contacts.list(alice),
    ])

    expect(new Set(outcomes.map(({ outcome }) => outcome))).toEqual(new Set(['unavailable']))
  })

  test('is claimed by no relay', async () => {
    const { store, id, clock } = await newer()
    clock.advance(60)

    expect(await store.subjects.claim(30, id)).toBeUndefined()
  })
})
