import { randomInt } from 'node:crypto'
import { memoryStore } from '@countersign/memory'
import { stillClock } from '@countersign/testing'
import { keyRing, newKey } from '../src/index.js'
import { aBank, alice, aTransfer, closed, fields, opened, otherThan } from './a-bank.js'

afterEach(closed)

/** Two processes on one store, and a challenge that both may answer. */
async function twoBanks() {
  const clock = stillClock()
  const store = memoryStore({ clock })
  const keys = keyRing(newKey())
  const one = await aBank({ clock, store, keys })
  const other = await aBank({ clock, store, keys })
  const { id } = opened(await one.countersign.challenges.open(aTransfer))
  const code = await one.code()
  const answer = (typed: string, index: number) =>
    (index % 2 ? one : other).countersign.challenges.answer({ ...alice, challengeId: id, code: typed })
  return { one, other, clock, code, answer, id }
}

const wrong = ({ length }: { length: number }, code: string) =>
  Array.from({ length }, (_, index) => otherThan(code, 1 + (index % 9)))

const verdicts = ['passed', 'wrong', 'earlier-code']
const passedOf = (outcomes: readonly { outcome: string }[]) => outcomes.filter(({ outcome }) => outcome === 'passed')

describe.each([1, 2, 3])('a volley over two processes on one store (%i)', () => {
  test('of two hundred right answers passes once, and earns one elevation', async () => {
    const { one, code, answer } = await twoBanks()
    const outcomes = await Promise.all(Array.from({ length: 200 }, (_, index) => answer(code, index)))

    expect(passedOf(outcomes)).toHaveLength(1)
    expect(outcomes.filter(({ outcome }) => !['passed', 'closed', 'unavailable'].includes(outcome))).toEqual([])
    expect((await one.subject()).elevations).toHaveLength(1)
  })

  test('of two hundred wrong answers gets five verdicts at most, and each is counted', async () => {
    const { one, code, answer } = await twoBanks()
    const outcomes = await Promise.all(wrong({ length: 200 }, code).map(answer))
    const given = outcomes.filter(({ outcome }) => verdicts.includes(outcome))

    expect(given).toHaveLength(5)
    expect((await one.subject()).throttle.failures).toHaveLength(5)
  })

  test('tells each wrong answer another number of tries that are left', async () => {
    const { code, answer } = await twoBanks()
    const outcomes = await Promise.all(wrong({ length: 50 }, code).map(answer))
    const left = outcomes.flatMap((outcome) => (outcome.outcome === 'wrong' ? outcome.attemptsLeft : []))

    expect(left.sort()).toEqual([0, 1, 2, 3, 4])
  })

  test('of wrong answers around one right one: it passes with at most four wrong before, or is refused after five', async () => {
    const { one, code, answer } = await twoBanks()
    const codes = wrong({ length: 40 }, code)
    const place = randomInt(40)
    codes[place] = code
    const outcomes = await Promise.all(codes.map(answer))
    const failures = (await one.subject()).throttle.failures.length
    const passed = outcomes[place]?.outcome === 'passed'

    expect(passed ? failures <= 4 : failures === 5).toBe(true)
    expect(passedOf(outcomes)).toHaveLength(passed ? 1 : 0)
    expect((await one.subject()).elevations).toHaveLength(passed ? 1 : 0)
  })

  test('of openings of the same question opens one challenge and sends one message', async () => {
    const { one, other, clock } = await twoBanks()
    clock.advance(31)
    const request = { ...aTransfer, bound: { ...fields, amount: '7.00' } }
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, (_, index) => (index % 2 ? one : other).countersign.challenges.open(request)),
    )
    const ids = outcomes.flatMap((outcome) => (outcome.outcome === 'opened' ? outcome.challenge.id : []))

    expect(ids).toHaveLength(1)
    expect((await one.subject()).contacts[0]?.sent).toHaveLength(2)
  })

  test('of uses of one elevation in two processes allows once', async () => {
    const { one, other, code, answer } = await twoBanks()
    const passed = await answer(code, 0)
    const token = passed.outcome === 'passed' ? passed.elevation.token : ''
    const outcomes = await Promise.all(
      Array.from({ length: 200 }, (_, index) =>
        (index % 2 ? one : other).countersign.authorize({ ...aTransfer, elevations: [token] }),
      ),
    )

    expect(outcomes.filter(({ outcome }) => outcome === 'allow')).toHaveLength(1)
    expect(
      (await one.subject()).outbox.filter(
        (effect) => effect.kind === 'audit' && effect.event.type === 'elevation.used',
      ),
    ).toHaveLength(1)
  })

  test('of right answers and a sign-out: what was earned before it is worth nothing after it', async () => {
    const { one, other, code, answer } = await twoBanks()
    const [signedOut, ...answers] = await Promise.all([
      one.countersign.elevations.revoke(alice),
      ...Array.from({ length: 20 }, (_, index) => answer(code, index)),
    ])
    const tokens = answers.flatMap((outcome) => (outcome.outcome === 'passed' ? outcome.elevation.token : []))
    const used = await other.countersign.authorize({ ...aTransfer, elevations: tokens })

    expect([signedOut.outcome, used.outcome]).toEqual(['revoked', 'code-needed'])
  })
})

test('numbers of events never skip and never repeat, whatever runs at once', async () => {
  const { one, other, code, answer } = await twoBanks()
  await Promise.all([
    ...wrong({ length: 20 }, code).map(answer),
    ...Array.from({ length: 10 }, (_, index) =>
      (index % 2 ? one : other).countersign.elevations.revoke({ subject: 'alice', session: `session ${index}` }),
    ),
  ])
  const { outbox, events } = await one.subject()
  const numbers = outbox.flatMap((effect) => (effect.kind === 'audit' ? Number(effect.event.id.split('#')[1]) : []))

  expect(numbers).toEqual(Array.from({ length: events }, (_, index) => index + 1))
})
