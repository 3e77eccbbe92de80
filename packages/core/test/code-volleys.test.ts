import { memoryStore } from '@countersign/memory'
import { stillClock } from '@countersign/testing'
import { keyRing, newKey } from '../src/index.js'
import { alice, aTransfer, type Bank, closed, fields, opened } from './a-bank.js'
import { aBankWithCodes, anActiveCode, aStepUpToSee, notThe, pickedUp, rotated } from './a-code.js'

afterEach(closed)

const byOwnCode = { ...aTransfer, factor: 'security-code' } as const

/** Two processes on one store, a code that works, and a question for it. */
async function twoBanks() {
  const clock = stillClock()
  const store = memoryStore({ clock })
  const keys = keyRing(newKey())
  const one = await aBankWithCodes({ clock, store, keys })
  const other = await aBankWithCodes({ clock, store, keys })
  const code = await anActiveCode(one)
  const { id } = opened(await one.countersign.challenges.open(byOwnCode))
  const answer = (typed: string, index: number) =>
    (index % 2 ? one : other).countersign.challenges.answer({ ...alice, challengeId: id, code: typed })
  return { one, other, clock, store, keys, code, id, answer }
}

const eventsOf = async ({ subject }: Bank) =>
  (await subject()).outbox.flatMap((effect) => (effect.kind === 'audit' ? effect.event : []))

const refused = ['closed', 'locked', 'unavailable']

describe('two hundred guesses of a security code at once', () => {
  test('get five verdicts, each with its event, and none passes', async () => {
    const { one, code, answer } = await twoBanks()
    const outcomes = await Promise.all(Array.from({ length: 200 }, (_, index) => answer(notThe(code), index)))
    const wrong = (await eventsOf(one)).filter(({ type }) => type === 'challenge.wrong-answer')

    expect(outcomes.filter(({ outcome }) => outcome === 'wrong')).toHaveLength(5)
    expect(outcomes.filter(({ outcome }) => outcome !== 'wrong' && !refused.includes(outcome))).toEqual([])
    expect(wrong).toHaveLength(5)
    expect((await one.subject()).throttle.failures).toHaveLength(5)
  }, 30_000)

  test('with the right one pass once', async () => {
    const { one, code, answer } = await twoBanks()
    const outcomes = await Promise.all(Array.from({ length: 200 }, (_, index) => answer(code, index)))

    expect(outcomes.filter(({ outcome }) => outcome === 'passed')).toHaveLength(1)
    expect((await one.subject()).elevations.filter(({ amr }) => amr.includes('pin'))).toHaveLength(1)
  }, 30_000)

  test('while it is revoked pass at most before that, and nothing after it', async () => {
    const { one, other, code, answer } = await twoBanks()
    const [, ...outcomes] = await Promise.all([
      one.countersign.codes.revoke({ subject: alice.subject }),
      ...Array.from({ length: 20 }, (_, index) => answer(code, index)),
    ])
    const tokens = outcomes.flatMap((outcome) => (outcome.outcome === 'passed' ? outcome.elevation.token : []))

    expect(await other.countersign.authorize({ ...aTransfer, elevations: tokens })).toMatchObject({
      outcome: 'code-needed',
    })
  }, 30_000)

  test('of an entry cost the budget of the person, which pauses them', async () => {
    const bank = await aBankWithCodes({ securityCode: { delivery: 'direct' } })
    await bank.countersign.codes.issue({ subject: alice.subject })
    const code = notThe((await bank.code()).replace('-', ''))
    const outcomes = await Promise.all(
      Array.from({ length: 40 }, () => bank.countersign.codes.activate({ ...alice, code })),
    )

    expect(outcomes.filter(({ outcome }) => outcome === 'wrong')).toHaveLength(10)
    expect(outcomes.filter(({ outcome }) => outcome !== 'wrong' && !refused.includes(outcome))).toEqual([])
  }, 30_000)
})

test('two processes that confirm one code at once activate it once', async () => {
  const { one, other, code } = await twoBanks()
  await one.carryOut()
  await rotated(one, code)
  one.clock.advance(60)
  await pickedUp(one)
  const outcomes = await Promise.all([one, other].map(({ countersign }) => countersign.codes.activate(alice)))

  expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['activated', 'nothing-waiting'])
})

test('one step-up shows one code, however often it is used at once', async () => {
  const bank = await aBankWithCodes()
  await bank.countersign.codes.issue({ subject: alice.subject })
  const stepUp = await aStepUpToSee(bank)
  const looks = await Promise.allSettled([1, 2, 3].map(() => bank.countersign.codes.show({ ...alice, stepUp })))

  expect(looks.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
})

test('a dump of the database holds no code and no address', async () => {
  const bank = await aBankWithCodes()
  const code = await anActiveCode(bank)
  await rotated(bank, code)
  bank.clock.advance(60)
  const next = await pickedUp(bank)
  opened(await bank.countersign.challenges.open({ ...byOwnCode, bound: { ...fields, amount: '3.00' } }))
  const dump = JSON.stringify(await bank.subject()).toLowerCase()
  const half = (text: string) => [text.slice(0, 5), text.slice(5)].map((part) => part.toLowerCase())

  for (const secret of [code, next]) expect(half(secret).every((part) => dump.includes(part))).toBe(false)
  expect(dump).not.toContain(code.toLowerCase())
  expect(dump).not.toContain(next.toLowerCase())
  expect(dump).not.toContain('alice@')
  expect(dump).not.toContain('mail.example')
})

/** Writes another digest over the stored one, as whoever holds the database could. */
async function withStoredDigest(bank: Bank, change: (digest: string) => string): Promise<void> {
  const { subject, revision } = await bank.store.subjects.load((await bank.subject()).id)
  const held = subject?.code?.held
  if (!subject || !held?.digest) throw new Error('There is no digest.')
  await bank.store.subjects.commit(
    { ...subject, code: { ...subject.code, held: { ...held, digest: change(held.digest) } } },
    revision,
  )
}

describe('a digest', () => {
  test('whose stored cost was lowered makes the factor unavailable', async () => {
    const bank = await aBankWithCodes()
    await anActiveCode(bank)
    await withStoredDigest(bank, (digest) => digest.replace('.19456.', '.8.'))

    expect(await bank.countersign.challenges.open(byOwnCode)).toEqual({ outcome: 'factor-not-available' })
  })

  test('whose stored cost was raised matches nothing', async () => {
    const bank = await aBankWithCodes()
    const code = await anActiveCode(bank)
    await withStoredDigest(bank, (digest) => digest.replace('.19456.', '.19457.'))
    const { id: challengeId } = opened(await bank.countersign.challenges.open(byOwnCode))

    expect(await bank.countersign.challenges.answer({ ...alice, challengeId, code })).toMatchObject({
      outcome: 'wrong',
    })
  })

  test('of another person makes nobody pass', async () => {
    const bank = await aBankWithCodes()
    const code = await anActiveCode(bank)
    const id = (await bank.subject()).code?.held
    const eve = { ...alice, subject: 'eve' }
    await bank.countersign.codes.issue({ subject: 'eve' })
    const { subject, revision } = await bank.store.subjects.load((await bank.subject('eve')).id)
    if (subject && id) await bank.store.subjects.commit({ ...subject, code: { held: id } }, revision)
    const { id: challengeId } = opened(await bank.countersign.challenges.open({ ...byOwnCode, subject: 'eve' }))

    expect(await bank.countersign.challenges.answer({ ...eve, challengeId, code })).toMatchObject({ outcome: 'wrong' })
  })
})

describe('a security code after its key was rotated', () => {
  const [old, young] = [newKey(), newKey()]

  async function rotated() {
    const clock = stillClock()
    const store = memoryStore({ clock })
    const code = await anActiveCode(await aBankWithCodes({ clock, store, keys: keyRing(old) }))
    const bank = await aBankWithCodes({ clock, store, keys: keyRing(`${young} ${old}`) })
    const digest = async () => (await bank.subject()).code?.held?.digest
    return { code, bank, digest, clock, store }
  }

  test('still passes, and is kept under the newest key from then on', async () => {
    const { code, bank, digest } = await rotated()
    const before = await digest()
    const { id: challengeId } = opened(await bank.countersign.challenges.open(byOwnCode))
    const answer = await bank.countersign.challenges.answer({ ...alice, challengeId, code })

    expect(answer.outcome).toBe('passed')
    expect(before?.split('.')[0]).not.toBe(bank.keys.versions[0])
    expect((await digest())?.split('.')[0]).toBe(keyRing(young).versions[0])
  })

  test('is not renewed by a wrong guess', async () => {
    const { code, bank, digest } = await rotated()
    const before = await digest()
    const { id: challengeId } = opened(await bank.countersign.challenges.open(byOwnCode))
    await bank.countersign.challenges.answer({ ...alice, challengeId, code: notThe(code) })

    expect(await digest()).toBe(before)
  })

  test('passes after the older key is gone, once it was used', async () => {
    const { code, bank, clock, store } = await rotated()
    const { id: challengeId } = opened(await bank.countersign.challenges.open(byOwnCode))
    await bank.countersign.challenges.answer({ ...alice, challengeId, code })
    const after = await aBankWithCodes({ clock, store, keys: keyRing(young) })
    const { id } = opened(await after.countersign.challenges.open(byOwnCode))

    expect(await after.countersign.challenges.answer({ ...alice, challengeId: id, code })).toMatchObject({
      outcome: 'passed',
    })
  })

  test('is no factor where its key is gone', async () => {
    const { clock, store } = await rotated()
    const bank = await aBankWithCodes({ clock, store, keys: keyRing(young) })

    expect(await bank.countersign.challenges.open(byOwnCode)).toEqual({ outcome: 'factor-not-available' })
  })
})
