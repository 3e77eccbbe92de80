import { memoryStore } from '@countersign/memory'
import { stillClock } from '@countersign/testing'
import { type KeyRing, keyRing, newKey, type Parts } from '../src/index.js'
import { alice, aTransfer, type Bank, type BankActions, closed, opened, payloadsOf } from './a-bank.js'
import { aBankWithCodes, anActiveCode, aStepUpToSee, pickedUp } from './a-code.js'

afterEach(closed)

const day = 86_400
const addresses = ['alice@mail.example', 'alice@work.example']
const contactsOf = () => addresses.map((address) => ({ kind: 'email' as const, address, proved: true }))

/** `until` in days after the code began to work, as `day`. */
type Told = Readonly<{ day: number; kind: string; to: string; until: number }>

/** Two processes on one store, and what leaves their outbox, day by day. */
async function aYear(securityCode: NonNullable<Parts<BankActions>['securityCode']> = {}) {
  const clock = stillClock()
  const store = memoryStore({ clock })
  const keys: KeyRing = keyRing(newKey())
  const given = { clock, store, keys, contactsOf, securityCode }
  const banks: readonly [Bank, Bank] = [await aBankWithCodes(given), await aBankWithCodes(given)]
  const [bank] = banks
  const code = await anActiveCode(bank)
  const began = clock.now().getTime()
  const told: Told[] = []
  const events: string[] = []
  const contents: string[] = []
  let passed = 0

  async function emptied(): Promise<void> {
    const subject = await bank.subject()
    for (const effect of subject.outbox) {
      const [payload] = payloadsOf(keys, { ...subject, outbox: [effect] })
      const until = ((payload?.until ?? 0) - began) / (day * 1000)
      if (effect.kind === 'message') told.push({ day: passed, kind: effect.message, to: effect.masked, until })
      if (effect.kind === 'audit') events.push(effect.event.type)
    }
    contents.push(JSON.stringify(payloadsOf(keys, subject)))
    await bank.carryOut()
  }

  /** Both processes look at the person each day, in turn, as their relays would. */
  async function days(count: number): Promise<void> {
    for (let step = 0; step < count; step++) {
      clock.advance(day)
      passed++
      for (const { countersign } of banks) await countersign.elevations.revoke({ ...alice, session: 'a look' })
      await emptied()
    }
  }
  const daysOf = (kind: string) => told.filter((one) => one.kind === kind).map((one) => one.day)
  const untilOf = (kind: string) => told.filter((one) => one.kind === kind).map((one) => one.until)
  return { banks, bank, clock, code, told, events, contents, days, daysOf, untilOf, emptied }
}

/** The same word to each of the two contacts. */
const toBoth = (...days: number[]) => days.flatMap((one) => [one, one])

describe('over a year and its grace', () => {
  test('reminders come 14, 7 and 1 days before the end, once each, to each contact', async () => {
    const { days, daysOf, untilOf } = await aYear()
    await days(400)

    expect(daysOf('code-expiring')).toEqual(toBoth(351, 358, 364))
    expect(untilOf('code-expiring')).toEqual(toBoth(365, 365, 365))
  }, 30_000)

  test('its end is told once', async () => {
    const { days, daysOf, untilOf, events } = await aYear()
    await days(400)

    expect(daysOf('code-expired')).toEqual(toBoth(365))
    expect(untilOf('code-expired')).toEqual(toBoth(365 + 30))
    expect(events.filter((type) => type === 'code.expired')).toHaveLength(1)
  }, 30_000)

  test('nothing else is told', async () => {
    const { days, told } = await aYear()
    await days(400)

    expect([...new Set(told.map(({ kind }) => kind))].sort()).toEqual(['code-expired', 'code-expiring'])
  }, 30_000)

  test('no message holds a code', async () => {
    const { days, contents, code } = await aYear({ renewDays: 20 })
    await days(400)

    expect(contents.join().toUpperCase().replaceAll('-', '')).not.toContain(code)
    expect(contents.join()).not.toContain('"code":')
  }, 30_000)

  test('a code works to its last day', async () => {
    const { days, bank, code } = await aYear()
    await days(364)
    const { id: challengeId } = opened(
      await bank.countersign.challenges.open({ ...aTransfer, factor: 'security-code' }),
    )

    expect(await bank.countersign.challenges.answer({ ...alice, challengeId, code })).toMatchObject({
      outcome: 'passed',
    })
  }, 30_000)

  test.each([
    [364, 'expiring'],
    [365, 'expired'],
    [395, 'expired'],
  ])(
    'a code is on day %i %s',
    async (after, state) => {
      const { days, bank } = await aYear()
      await days(after)

      expect(await bank.countersign.codes.status({ subject: alice.subject })).toMatchObject({ code: { state } })
    },
    30_000,
  )

  test('a code can be replaced to the end of its grace, and not after', async () => {
    const { days, bank } = await aYear()
    await days(394)
    const within = await bank.countersign.codes.rotate({ subject: alice.subject })
    await bank.countersign.codes.status({ subject: alice.subject })
    await days(1)

    expect([within, await bank.countersign.codes.rotate({ subject: alice.subject })]).toMatchObject([
      { outcome: 'issued' },
      { outcome: 'nothing-to-replace' },
    ])
  }, 30_000)

  test('a code that is over is no factor after its grace', async () => {
    const { days, bank } = await aYear()
    await days(396)

    expect(await bank.countersign.challenges.open({ ...aTransfer, factor: 'security-code' })).toEqual({
      outcome: 'factor-not-available',
    })
  }, 30_000)
})

describe('a code with a schedule', () => {
  test('has its successor made ready in time, once', async () => {
    const { days, daysOf, untilOf } = await aYear({ renewDays: 20 })
    await days(365)

    expect(daysOf('code-ready')).toEqual(toBoth(345))
    expect(untilOf('code-ready')).toEqual(toBoth(345 + 30))
  }, 30_000)
})

test('a reminder that was missed is not made up for', async () => {
  const { clock, days, daysOf, events } = await aYear()
  clock.advance(359 * day)
  await days(1)

  expect(daysOf('code-expiring')).toEqual(toBoth(1))
  expect(events.filter((type) => type === 'code.reminded')).toHaveLength(1)
})

test('a code that is made ready is told with the day until which it can be picked up, and one that works with its end', async () => {
  const bank = await aBankWithCodes()
  const toldOf = async () => payloadsOf(bank.keys, await bank.subject()).map(({ until }) => until)
  const after = (days: number) => bank.clock.now().getTime() + days * day * 1000
  await bank.countersign.codes.issue({ subject: alice.subject })
  const ready = await toldOf()
  await pickedUp(bank)
  await bank.carryOut()
  await bank.countersign.codes.activate(alice)

  expect(ready).toEqual([after(30)])
  expect(await toldOf()).toEqual([after(365)])
})

test('a code that is asked for without the one before it is told with the moment from which it can be picked up, and one that took its place with its end', async () => {
  const bank = await aBankWithCodes()
  await anActiveCode(bank)
  const toldOf = async () => payloadsOf(bank.keys, await bank.subject()).map(({ until }) => until)
  const after = (days: number) => bank.clock.now().getTime() + days * day * 1000
  await bank.countersign.codes.rotate({ subject: alice.subject })
  const asked = await toldOf()
  const from = after(1)
  bank.clock.advance(day)
  await pickedUp(bank)
  await bank.carryOut()
  await bank.countersign.codes.activate(alice)

  expect(asked).toEqual([from])
  expect(await toldOf()).toEqual([after(365)])
})

test('a revocation is told to every proved contact', async () => {
  const { bank, emptied, told } = await aYear()
  await bank.countersign.codes.revoke({ subject: alice.subject })
  await emptied()

  expect(told.map(({ kind, to }) => `${kind} ${to}`)).toEqual([
    'code-revoked a***@m***.example',
    'code-revoked a***@w***.example',
  ])
})

test('a code that is made ready again and again is told once an hour', async () => {
  const { banks, clock, emptied, daysOf } = await aYear()
  for (let turn = 0; turn < 13; turn++) {
    clock.advance(600)
    await banks[turn % 2]?.countersign.codes.rotate({ subject: alice.subject, by: 'a schedule of the bank' })
    await emptied()
  }

  expect(daysOf('code-ready')).toHaveLength(2 * 2)
})

test('a shown code that was not confirmed for a day can be picked up again, and is said to', async () => {
  const bank = await aBankWithCodes()
  await bank.countersign.codes.issue({ subject: alice.subject })
  await bank.countersign.codes.show({ ...alice, stepUp: await aStepUpToSee(bank) })
  bank.clock.advance(day)

  expect(await bank.countersign.codes.status({ subject: alice.subject })).toMatchObject({
    code: { state: 'issued', waiting: { shown: false, until: new Date('2026-04-01T12:00:00.000Z') } },
  })
})
