import { doorOf } from '../src/door.js'
import type { OpenOutcome } from '../src/index.js'
import { aBank, aLookAtNotes, alice, aTransfer, type Bank, closed, opened } from './a-bank.js'

afterEach(closed)

const [one, other] = ['request 1', 'request 2']

describe('a challenge of a context', () => {
  test('is another one in another context, with a code that is worth nothing there', async () => {
    const { countersign, clock, code } = await aBank()
    const first = opened(await countersign.challenges.open({ ...aTransfer, context: one }))
    const typed = await code()
    clock.advance(31)
    const second = opened(await countersign.challenges.open({ ...aTransfer, context: other }))
    expect(second.id).not.toBe(first.id)

    const wrong = await countersign.challenges.answer({ ...alice, challengeId: second.id, code: typed })
    const right = await countersign.challenges.answer({ ...alice, challengeId: first.id, code: typed })

    expect([wrong.outcome, right.outcome]).toEqual(['wrong', 'passed'])
  })

  test('is the same one in the same context, and another than one without', async () => {
    const { countersign, clock } = await aBank()
    const first = opened(await countersign.challenges.open({ ...aTransfer, context: one }))
    clock.advance(31)
    const again = opened(await countersign.challenges.open({ ...aTransfer, context: one }))
    clock.advance(31)
    const without = opened(await countersign.challenges.open(aTransfer))

    expect(again.id).toBe(first.id)
    expect(without.id).not.toBe(first.id)
  })

  test('that is used up says nothing of the same question in another context', async () => {
    const { countersign, clock, code } = await aBank()
    const askedAt = clock.now()
    clock.advance(1)
    const { id } = opened(await countersign.challenges.open({ ...aTransfer, context: one }))
    const passed = await countersign.challenges.answer({ ...alice, challengeId: id, code: await code() })
    expect(passed.outcome).toBe('passed')

    const same = await countersign.challenges.open({ ...aTransfer, context: one, askedAt })
    const another = await countersign.challenges.open({ ...aTransfer, context: other, askedAt })

    expect([same.outcome, another.outcome]).toEqual(['used-up', 'opened'])
  })
})

describe('what it earns', () => {
  const theTransfer = ({ countersign: { challenges } }: Bank) => challenges.open({ ...aTransfer, context: one })

  async function earnedBy(open: (bank: Bank) => Promise<OpenOutcome>) {
    const bank = await aBank()
    const { countersign, code } = bank
    const { id } = opened(await open(bank))
    const passed = await countersign.challenges.answer({ ...alice, challengeId: id, code: await code() })
    return { ...bank, elevations: passed.outcome === 'passed' ? [passed.elevation.token] : [] }
  }

  test('is good once, in its own context only', async () => {
    const { countersign, elevations } = await earnedBy(theTransfer)

    const outcomes = []
    for (const context of [{ context: other }, {}, { context: one }, { context: one }])
      outcomes.push((await countersign.authorize({ ...aTransfer, ...context, elevations })).outcome)

    expect(outcomes).toEqual(['code-needed', 'code-needed', 'allow', 'already-used'])
  })

  test('is a window of the session, whatever the context was', async () => {
    const { countersign, elevations } = await earnedBy(({ countersign: { challenges } }) =>
      challenges.open({ ...aLookAtNotes, context: one }),
    )

    const outcomes = []
    for (const context of [{ context: one }, { context: other }, {}])
      outcomes.push((await countersign.authorize({ ...aLookAtNotes, ...context, elevations })).outcome)

    expect(outcomes).toEqual(['allow', 'allow', 'allow'])
  })

  test('is told by the door to the very question alone, without being spent by it', async () => {
    const { countersign, elevations } = await earnedBy(theTransfer)
    const door = doorOf(countersign)
    const earned = (context: string) => door.earned({ ...aTransfer, context, elevations })

    expect([earned(one).length, earned(other).length, earned(one).length]).toEqual([1, 0, 1])
    expect(earned(one)).toMatchObject([{ mode: 'once', level: 'code', amr: ['otp'] }])
    expect((await countersign.authorize({ ...aTransfer, context: one, elevations })).outcome).toBe('allow')
  })

  test('is found again by its question, without an id', async () => {
    const { countersign } = await aBank()
    const door = doorOf(countersign)
    const { id } = opened(await countersign.challenges.open({ ...aTransfer, context: one }))

    expect(await door.challengeOf({ ...aTransfer, context: one })).toMatchObject({
      outcome: 'found',
      challenge: { id },
    })
    expect(await door.challengeOf({ ...aTransfer, context: other })).toEqual({ outcome: 'not-found' })
    expect(await door.challengeOf({ ...aTransfer, session: 'another', context: one })).toEqual({ outcome: 'not-found' })
  })
})

describe('an action that a door declares', () => {
  test('after the start is refused', async () => {
    const { countersign } = await aBank()
    const door = doorOf(countersign)
    const definition = { requires: { level: 'code', mode: 'window' } } as const

    expect(() => door.declare('countersign.sign-in.1', definition)).toThrow(
      expect.objectContaining({ code: 'ERR_COUNTERSIGN_DECLARED_LATE' }),
    )
  })
})
