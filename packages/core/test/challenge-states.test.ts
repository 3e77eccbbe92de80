import type { Countersign } from '../src/index.js'
import { aBank, alice, aTransfer, type Bank, type BankActions, closed, fields, opened, otherThan } from './a-bank.js'

afterEach(closed)

const addresses = ['alice@mail.example', 'alice@work.example', 'alice@old.example']

/** A bank where Alice has three mailboxes, so that message limits of one do not hide what a state allows. */
async function theBank() {
  const contactsOf = () => addresses.map((address) => ({ kind: 'email' as const, address, proved: true }))
  const bank = await aBank({ contactsOf })
  const listed = await bank.countersign.contacts.list({ subject: 'alice' })
  const ids = listed.outcome === 'found' ? listed.contacts.map(({ id }) => id) : []
  return { ...bank, factors: ids }
}

type Stage = Awaited<ReturnType<typeof theBank>>

/** A challenge in some state; `askedAt` is when it was asked for, as a ticket has it. */
type Staged = Readonly<{ id: string; askedAt: Date; code: string; earlier?: string }>

const amount = (value: string) => ({ ...aTransfer, bound: { ...fields, amount: value } })

async function open(stage: Stage, value = '250.00', factor = 0): Promise<Staged> {
  const askedAt = stage.clock.now()
  const request = { ...amount(value), factor: stage.factors[factor] ?? '' }
  const { id } = opened(await stage.countersign.challenges.open(request))
  const staged = { id, askedAt, code: await stage.code() }
  stage.clock.advance(31)
  return staged
}

function answer({ countersign }: Bank, { id }: Staged, code: string) {
  return countersign.challenges.answer({ ...alice, challengeId: id, code })
}

async function usedUp(stage: Stage, value: string, factor: number): Promise<Staged> {
  const one = await open(stage, value, factor)
  for (let wrong = 1; wrong <= 5; wrong++) await answer(stage, one, otherThan(one.code, wrong))
  return one
}

/** How a challenge comes into each state. */
const states = {
  live: (stage: Stage) => open(stage),
  async resent(stage: Stage) {
    const first = await open(stage)
    await stage.countersign.challenges.resend({ ...alice, challengeId: first.id })
    const second = { ...first, code: await stage.code(), earlier: first.code }
    stage.clock.advance(31)
    return second
  },
  async answered(stage: Stage) {
    const one = await open(stage)
    await answer(stage, one, one.code)
    return one
  },
  'used up': (stage: Stage) => usedUp(stage, '250.00', 0),
  async expired(stage: Stage) {
    const one = await open(stage)
    stage.clock.advance(269)
    return one
  },
  async 'expired and written down'(stage: Stage) {
    const one = await open(stage)
    stage.clock.advance(269)
    await stage.countersign.elevations.revoke({ subject: 'alice', session: 'another session' })
    return one
  },
  async cancelled(stage: Stage) {
    const one = await open(stage)
    await stage.countersign.challenges.cancel({ ...alice, challengeId: one.id })
    return one
  },
  async replaced(stage: Stage) {
    const one = await open(stage)
    for (const value of ['1.00', '2.00']) await open(stage, value)
    await open(stage, '3.00', 1)
    return one
  },
  async 'revoked with everything'(stage: Stage) {
    const one = await open(stage)
    await stage.countersign.elevations.revoke({ subject: 'alice' })
    return one
  },
  async 'revoked by "not me"'(stage: Stage) {
    const one = await open(stage)
    await stage.door.notMe.stop(await stage.notMeToken())
    return one
  },
  async 'signed out'(stage: Stage) {
    const one = await open(stage)
    await stage.countersign.elevations.revoke({ subject: 'alice', session: alice.session })
    return one
  },
  async 'locked meanwhile'(stage: Stage) {
    await usedUp(stage, '1.00', 0)
    const one = await open(stage)
    await usedUp(stage, '2.00', 1)
    return one
  },
}

type State = keyof typeof states

type Verb = (stage: Stage, one: Staged) => Promise<{ outcome: string }>

/** Everything that may come to a challenge. */
const events = {
  'the same is asked on the old ticket': (stage, { askedAt }) =>
    stage.countersign.challenges.open({ ...aTransfer, askedAt, factor: stage.factors[2] ?? '' }),
  'the same is asked anew': (stage) =>
    stage.countersign.challenges.open({ ...aTransfer, factor: stage.factors[2] ?? '' }),
  'a new code is asked for': (stage, { id }) =>
    stage.countersign.challenges.resend({ ...alice, challengeId: id, factor: stage.factors[2] ?? '' }),
  'the right code comes': (stage, one) => answer(stage, one, one.code),
  'a wrong code comes': (stage, one) => answer(stage, one, otherThan(one.code)),
  'no code at all comes': (stage, one) => answer(stage, one, 'a transfer'),
  'the right code comes in another session': ({ countersign }, { id, code }) =>
    countersign.challenges.answer({ ...alice, session: 'a session of Eve', challengeId: id, code }),
  'the right code comes of another person': ({ countersign }, { id, code }) =>
    countersign.challenges.answer({ ...alice, subject: 'eve', challengeId: id, code }),
  'it is cancelled': ({ countersign }, { id }) => countersign.challenges.cancel({ ...alice, challengeId: id }),
  'it is cancelled in another session': ({ countersign }, { id }) =>
    countersign.challenges.cancel({ ...alice, session: 'a session of Eve', challengeId: id }),
  'it is looked at': ({ countersign }, { id }) => countersign.challenges.read({ ...alice, challengeId: id }),
  'it is looked at in another session': ({ countersign }, { id }) =>
    countersign.challenges.read({ ...alice, session: 'a session of Eve', challengeId: id }),
} satisfies Record<string, Verb>

type Event = keyof typeof events

const always = {
  'no code at all comes': 'malformed',
  'the right code comes in another session': 'not-found',
  'the right code comes of another person': 'not-found',
  'it is cancelled in another session': 'not-found',
  'it is looked at': 'found',
  'it is looked at in another session': 'not-found',
} as const

const living = {
  ...always,
  'the same is asked on the old ticket': 'opened',
  'the same is asked anew': 'opened',
  'a new code is asked for': 'sent',
  'the right code comes': 'passed',
  'a wrong code comes': 'wrong',
  'it is cancelled': 'cancelled',
} as const

const over = {
  ...always,
  'the same is asked on the old ticket': 'used-up',
  'the same is asked anew': 'opened',
  'a new code is asked for': 'closed',
  'the right code comes': 'closed',
  'a wrong code comes': 'closed',
  'it is cancelled': 'not-found',
} as const

const mayBeAskedAgain = { ...over, 'the same is asked on the old ticket': 'opened' } as const

/** What comes of every event in every state. */
const table: Readonly<Record<State, Readonly<Record<Event, string>>>> = {
  live: living,
  resent: living,
  answered: over,
  'used up': over,
  expired: mayBeAskedAgain,
  'expired and written down': mayBeAskedAgain,
  cancelled: mayBeAskedAgain,
  replaced: mayBeAskedAgain,
  'revoked with everything': over,
  'revoked by "not me"': over,
  'signed out': { ...over, 'the same is asked anew': 'used-up' },
  'locked meanwhile': {
    ...over,
    'the same is asked on the old ticket': 'locked',
    'the same is asked anew': 'locked',
    'a new code is asked for': 'locked',
    'the right code comes': 'locked',
    'a wrong code comes': 'locked',
  },
}

const cells = Object.entries(table).flatMap(([state, row]) =>
  Object.entries(row).map(([event, outcome]) => [state as State, event as Event, outcome] as const),
)

describe('a challenge', () => {
  test.each(cells)('that is %s: when %s, the outcome is %s', async (state, event, expected) => {
    const stage = await theBank()
    const one = await states[state](stage)

    expect((await events[event](stage, one)).outcome).toBe(expected)
  })

  test.each<[State, string]>([
    ['answered', 'answered'],
    ['used up', 'used-up'],
    ['expired', 'expired'],
    ['expired and written down', 'expired'],
    ['cancelled', 'cancelled'],
    ['replaced', 'replaced'],
    ['revoked with everything', 'revoked'],
    ['revoked by "not me"', 'revoked'],
    ['signed out', 'revoked'],
    ['locked meanwhile', 'revoked'],
  ])('that is %s says why it is over: %s', async (state, why) => {
    const stage = await theBank()
    const { id } = await states[state](stage)
    const read = await stage.countersign.challenges.read({ ...alice, challengeId: id })

    expect(read).toMatchObject({ outcome: 'found', challenge: { closed: { why } } })
  })

  test.each(Object.keys(states).filter((state) => !['live', 'resent'].includes(state)) as State[])(
    'that is %s costs no failure when a wrong code comes',
    async (state) => {
      const stage = await theBank()
      const one = await states[state](stage)
      const before = (await stage.subject()).throttle
      await answer(stage, one, otherThan(one.code))

      expect((await stage.subject()).throttle).toEqual(before)
    },
  )

  test.each<[Event]>([
    ['no code at all comes'],
    ['the right code comes in another session'],
    ['the right code comes of another person'],
    ['it is cancelled in another session'],
    ['it is looked at'],
    ['it is looked at in another session'],
  ])('that lives is left as it was when %s', async (event) => {
    const stage = await theBank()
    const one = await states.live(stage)
    const before = await stage.subject()
    await events[event](stage, one)

    expect(await stage.subject()).toEqual(before)
  })

  test.each<[State, Event, boolean]>([
    ['live', 'the same is asked on the old ticket', true],
    ['live', 'the same is asked anew', true],
    ['expired', 'the same is asked on the old ticket', false],
    ['cancelled', 'the same is asked on the old ticket', false],
    ['replaced', 'the same is asked on the old ticket', false],
    ['answered', 'the same is asked anew', false],
  ])('that is %s: when %s, it is the same one again: %s', async (state, event, same) => {
    const stage = await theBank()
    const one = await states[state](stage)
    const again = await (events[event] as Verb)(stage, one)

    expect(opened(again as Awaited<ReturnType<Countersign<BankActions>['challenges']['open']>>).id === one.id).toBe(
      same,
    )
  })
})

describe('codes of one challenge', () => {
  test('of a message that a newer one replaced costs a try and says so', async () => {
    const stage = await theBank()
    const one = await states.resent(stage)
    const sentAt = one.askedAt

    expect(await answer(stage, one, one.earlier ?? '')).toEqual({ outcome: 'earlier-code', attemptsLeft: 4, sentAt })
    expect((await stage.subject()).throttle.failures).toHaveLength(1)
  })

  test('the newest works after an earlier one was typed', async () => {
    const stage = await theBank()
    const one = await states.resent(stage)
    await answer(stage, one, one.earlier ?? '')

    expect((await answer(stage, one, one.code)).outcome).toBe('passed')
  })

  test('at most one works, however often it is sent and over whichever mailbox', async () => {
    const stage = await theBank()
    const one = await open(stage)
    const codes = [one.code]
    for (const factor of [1, 2, 0]) {
      await stage.countersign.challenges.resend({ ...alice, challengeId: one.id, factor: stage.factors[factor] ?? '' })
      codes.push(await stage.code())
      stage.clock.advance(31)
    }
    const outcomes: string[] = []
    for (const code of codes) outcomes.push((await answer(stage, one, code)).outcome)

    expect(outcomes).toEqual(['earlier-code', 'earlier-code', 'earlier-code', 'passed'])
  })

  test('a resend gives no try back', async () => {
    const stage = await theBank()
    const one = await open(stage)
    await answer(stage, one, otherThan(one.code))
    await answer(stage, one, otherThan(one.code))
    const sent = await stage.countersign.challenges.resend({ ...alice, challengeId: one.id })

    expect(sent).toMatchObject({ outcome: 'sent', challenge: { attemptsLeft: 3 } })
  })

  test('five tries are all there are, and the right code is refused after them', async () => {
    const stage = await theBank()
    const one = await open(stage)
    const left: unknown[] = []
    for (let wrong = 1; wrong <= 5; wrong++) left.push(await answer(stage, one, otherThan(one.code, wrong)))

    expect(left).toEqual([4, 3, 2, 1, 0].map((attemptsLeft) => ({ outcome: 'wrong', attemptsLeft })))
    expect(await answer(stage, one, one.code)).toMatchObject({ outcome: 'closed', why: 'used-up' })
  })

  test('the message of the old code leaves the outbox with the new one', async () => {
    const stage = await theBank()
    await states.resent(stage)

    expect((await stage.subject()).outbox.filter(({ kind }) => kind === 'message')).toHaveLength(1)
  })

  test('a code lives 300 seconds from its sending, its challenge never longer than 600', async () => {
    const stage = await theBank()
    const { id } = await open(stage)
    const ends: number[] = []
    for (const wait of [219, 200, 100]) {
      stage.clock.advance(wait)
      const sent = await stage.countersign.challenges.resend({ ...alice, challengeId: id, factor: 'email-code' })
      if (sent.outcome === 'sent') ends.push(sent.challenge.expiresAt.getTime() - Date.parse('2026-03-02T12:00:00Z'))
    }

    expect(ends).toEqual([550_000, 600_000])
  })
})

test('a fourth live challenge closes the oldest of its own session before an older one of another', async () => {
  const stage = await theBank()
  const elsewhere = { ...aTransfer, session: 'another session', factor: stage.factors[1] ?? '' }
  const other = opened(await stage.countersign.challenges.open(elsewhere))
  const own = await open(stage, '1.00')
  await open(stage, '2.00')
  await open(stage, '3.00', 2)

  expect(await stage.countersign.challenges.read({ ...alice, challengeId: own.id })).toMatchObject({
    challenge: { closed: { why: 'replaced' } },
  })
  const others = await stage.countersign.challenges.read({ ...elsewhere, challengeId: other.id })
  expect(others.outcome === 'found' && others.challenge.closed).toBeUndefined()
})

test('a ticket that was made when its question was answered elsewhere, but before that answer, is used up', async () => {
  const stage = await theBank()
  const ticket = stage.clock.now()
  stage.clock.advance(1)
  const one = await open(stage)
  await answer(stage, one, one.code)

  expect(await stage.countersign.challenges.open({ ...aTransfer, askedAt: ticket })).toEqual({ outcome: 'used-up' })
})

test('a ticket for other fields is not used up by an answer', async () => {
  const stage = await theBank()
  const ticket = stage.clock.now()
  const one = await open(stage)
  await answer(stage, one, one.code)

  expect(await stage.countersign.challenges.open({ ...amount('1.00'), askedAt: ticket })).toMatchObject({
    outcome: 'opened',
  })
})
