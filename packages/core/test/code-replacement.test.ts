import { alice, aTransfer, type Bank, closed, codesOf, opened, payloadsOf, tokenIn } from './a-bank.js'
import {
  aBankWithCodes,
  anActiveCode,
  aStepUpToReplace,
  aStepUpToSee,
  cheapHashing,
  pickedUp,
  rotated,
} from './a-code.js'

afterEach(closed)

const day = 86_400
const byOwnCode = { ...aTransfer, factor: 'security-code' } as const
const { subject } = alice

/** What a thief of the session and the mailbox tries: to look at the next code. */
async function lookedAt(bank: Bank) {
  return bank.countersign.codes.show({ ...alice, stepUp: await aStepUpToSee(bank) })
}

/** Somebody else holds a session of Alice, and the mailbox. */
const thief = { subject, session: 'a session of Alice that somebody else holds' } as const

async function answeredWith({ countersign }: Bank, code: string): Promise<string> {
  const asked = await countersign.challenges.open(byOwnCode)
  if (asked.outcome !== 'opened') return asked.outcome
  return (await countersign.challenges.answer({ ...alice, challengeId: asked.challenge.id, code })).outcome
}

async function noticesIn(bank: Bank): Promise<string[]> {
  const { outbox } = await bank.subject()
  return outbox.flatMap((effect) => (effect.kind === 'message' ? `${effect.message} ${effect.masked}` : []))
}

const twoContacts = {
  contactsOf: () =>
    ['alice@mail.example', 'alice@work.example'].map((address) => ({ kind: 'email' as const, address, proved: true })),
}

describe('who holds a session and the mailbox, and not the security code', () => {
  test('gets no other one for a day after ending it', async () => {
    const bank = await aBankWithCodes()
    await anActiveCode(bank)
    await bank.countersign.codes.revoke({ subject })
    await bank.countersign.codes.issue({ subject })
    bank.clock.advance(60)
    const from = new Date(bank.clock.now().getTime() + (day - 60) * 1000)

    expect(await lookedAt(bank)).toEqual({ outcome: 'not-ready', from })
    bank.clock.advance(day - 61)
    expect(await lookedAt(bank)).toEqual({ outcome: 'not-ready', from })
    bank.clock.advance(31)
    expect(await lookedAt(bank)).toMatchObject({ outcome: 'shown' })
  })

  test('gets no other one for a day by saying that it is lost, and the one that there is works on', async () => {
    const bank = await aBankWithCodes()
    const code = await anActiveCode(bank)
    bank.clock.advance(60)
    await bank.countersign.codes.rotate({ subject })

    expect(await lookedAt(bank)).toMatchObject({ outcome: 'not-ready' })
    expect(await answeredWith(bank, code)).toBe('passed')
  })

  test('gets no other one for a day after its end', async () => {
    const bank = await aBankWithCodes()
    await anActiveCode(bank)
    bank.clock.advance(366 * day)
    await bank.countersign.codes.rotate({ subject })

    expect(await lookedAt(bank)).toMatchObject({ outcome: 'not-ready' })
  })

  test('gets none that was made ready on schedule', async () => {
    const bank = await aBankWithCodes({ securityCode: { renewDays: 20 } })
    await anActiveCode(bank)
    bank.clock.advance(350 * day)

    expect(await lookedAt(bank)).toEqual({ outcome: 'not-ready' })
    expect(await bank.countersign.codes.status({ subject })).toMatchObject({
      code: { waiting: { delivery: 'pickup', shown: false } },
    })
  })

  test('gets none that an administrator made ready', async () => {
    const bank = await aBankWithCodes()
    await anActiveCode(bank)
    bank.clock.advance(60)
    await bank.countersign.codes.rotate({ subject, by: 'clerk 7', endsInDays: 7 })

    expect(await lookedAt(bank)).toEqual({ outcome: 'not-ready' })
  })

  test('is shown none that its person asked for with the code, in another session', async () => {
    const bank = await aBankWithCodes()
    const code = await anActiveCode(bank)
    bank.clock.advance(60)
    await rotated(bank, code)
    const stepUp = await aStepUpToSee(bank, thief)

    expect(await bank.countersign.codes.show({ ...thief, stepUp })).toEqual({ outcome: 'not-ready' })
    expect(await bank.countersign.codes.status(thief)).toMatchObject({
      code: { waiting: { delivery: 'pickup', shown: false } },
    })
    expect(await lookedAt(bank)).toMatchObject({ outcome: 'shown' })
  })

  test('makes none work that was sent to who asked for it with the code, in another session', async () => {
    const bank = await aBankWithCodes({ securityCode: { delivery: 'direct', hashing: cheapHashing } })
    await bank.countersign.codes.issue({ subject })
    const first = await bank.code()
    await bank.countersign.codes.activate({ ...alice, code: first })
    await bank.carryOut()
    bank.clock.advance(60)
    await rotated(bank, first)
    const sent = await bank.code()

    expect(await bank.countersign.codes.activate({ ...thief, code: sent })).toEqual({ outcome: 'nothing-waiting' })
    expect(await bank.countersign.codes.activate({ ...alice, code: sent })).toMatchObject({ outcome: 'activated' })
  })

  test('makes none void that was asked for with the code', async () => {
    const bank = await aBankWithCodes()
    const code = await anActiveCode(bank)
    bank.clock.advance(60)
    await rotated(bank, code)
    const seen = await pickedUp(bank)
    await bank.countersign.codes.rotate({ subject })

    expect(await bank.countersign.codes.activate({ ...alice, code: seen })).toMatchObject({ outcome: 'activated' })
  })

  test('makes no first code void that was shown and waits to be confirmed', async () => {
    const bank = await aBankWithCodes()
    await bank.countersign.codes.issue({ subject })
    const seen = await pickedUp(bank)
    await bank.countersign.codes.issue({ subject })

    expect(await bank.countersign.codes.activate({ ...alice, code: seen })).toMatchObject({ outcome: 'activated' })
  })

  test('finds none in the mailbox where codes are sent', async () => {
    const bank = await aBankWithCodes({ securityCode: { delivery: 'direct', hashing: cheapHashing } })
    await bank.countersign.codes.issue({ subject })
    await bank.countersign.codes.activate({ ...alice, code: await bank.code() })
    await bank.carryOut()
    await bank.countersign.codes.revoke({ subject })
    await bank.countersign.codes.issue({ subject })

    expect(codesOf(bank.keys, await bank.subject())).toEqual([])
    expect(await bank.countersign.codes.status({ subject })).toMatchObject({
      code: { waiting: { delivery: 'pickup' } },
    })
  })

  test('does not show the code that works by any other proof', async () => {
    const bank = await aBankWithCodes()
    await anActiveCode(bank)
    bank.clock.advance(60)
    const stepUp = await aStepUpToSee(bank)

    await expect(bank.countersign.codes.rotate({ subject, stepUp })).rejects.toMatchObject({
      code: 'ERR_COUNTERSIGN_STEP_UP',
    })
    await expect(bank.countersign.codes.rotate({ subject, stepUp: { ...stepUp, amr: ['pin'] } })).rejects.toMatchObject(
      { code: 'ERR_COUNTERSIGN_STEP_UP' },
    )
  })
})

describe('who has the security code', () => {
  test('gets the next one at once', async () => {
    const bank = await aBankWithCodes()
    const code = await anActiveCode(bank)
    bank.clock.advance(60)
    await rotated(bank, code)

    expect(await lookedAt(bank)).toMatchObject({ outcome: 'shown' })
  })

  test('gets one for each time that it was typed', async () => {
    const bank = await aBankWithCodes()
    const code = await anActiveCode(bank)
    bank.clock.advance(60)
    const stepUp = await aStepUpToReplace(bank, code)
    const asked = await Promise.allSettled([1, 2].map(() => bank.countersign.codes.rotate({ subject, stepUp })))

    expect(asked.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  })

  test('has a day to pick the next one up', async () => {
    const bank = await aBankWithCodes()
    const code = await anActiveCode(bank)
    bank.clock.advance(60)
    await rotated(bank, code)
    bank.clock.advance(day)

    expect(await lookedAt(bank)).toEqual({ outcome: 'nothing-waiting' })
  })

  test('typed before the one that works began shows nothing of that one', async () => {
    const bank = await aBankWithCodes()
    const old = await anActiveCode(bank)
    bank.clock.advance(60)
    const kept = await aStepUpToReplace(bank, old)
    await rotated(bank, old)
    bank.clock.advance(60)
    await pickedUp(bank)
    await bank.countersign.codes.activate(alice)
    bank.clock.advance(60)
    await bank.countersign.codes.rotate({ subject, stepUp: kept })

    expect(await lookedAt(bank)).toMatchObject({ outcome: 'not-ready', from: expect.any(Date) })
  })

  test('takes over what was made ready on schedule', async () => {
    const bank = await aBankWithCodes({ securityCode: { renewDays: 20, hashing: cheapHashing } })
    const code = await anActiveCode(bank)
    bank.clock.advance(350 * day)
    await rotated(bank, code)

    expect(await lookedAt(bank)).toMatchObject({ outcome: 'shown' })
  })
})

describe('a code that was asked for without the one before it', () => {
  test('is told to every contact, also right after another code was made ready', async () => {
    const bank = await aBankWithCodes(twoContacts)
    await anActiveCode(bank)
    await bank.countersign.codes.rotate({ subject, by: 'clerk 7' })
    await bank.carryOut()
    await bank.countersign.codes.rotate({ subject })

    expect(await noticesIn(bank)).toEqual(['code-asked a***@m***.example', 'code-asked a***@w***.example'])
  })

  test('is stopped by any of these messages, and the one that works stays', async () => {
    const bank = await aBankWithCodes(twoContacts)
    const code = await anActiveCode(bank)
    bank.clock.advance(60)
    await bank.countersign.codes.rotate({ subject })
    const links = payloadsOf(bank.keys, await bank.subject()).map(({ notMeUrl }) => tokenIn(notMeUrl))
    bank.clock.advance(600)

    expect(await bank.door.notMe.stop(links[1] ?? '')).toEqual({ outcome: 'stopped' })
    await bank.carryOut()
    expect(await bank.countersign.codes.status({ subject })).toMatchObject({ code: { state: 'active' } })
    expect((await bank.subject()).code?.waiting).toBeUndefined()
    expect(await answeredWith(bank, code)).toBe('passed')
  })

  test('is ended by the same message also after it was picked up', async () => {
    const bank = await aBankWithCodes()
    await anActiveCode(bank)
    await bank.carryOut()
    await bank.countersign.codes.rotate({ subject })
    const token = await bank.notMeToken()
    bank.clock.advance(day)
    const stolen = await pickedUp(bank)
    await bank.countersign.codes.activate(alice)
    await bank.carryOut()

    await bank.door.notMe.stop(token)

    expect(await bank.countersign.codes.status({ subject })).toMatchObject({ code: { state: 'revoked' } })
    expect(await answeredWith(bank, stolen)).toBe('factor-not-available')
  })

  test('once stopped alone leaves every older link its power over the one that works', async () => {
    const bank = await aBankWithCodes()
    const code = await anActiveCode(bank)
    bank.clock.advance(60)
    opened(await bank.countersign.challenges.open(aTransfer))
    const older = await bank.notMeToken()
    await bank.carryOut()
    bank.clock.advance(60)
    await bank.countersign.codes.rotate({ subject })
    await bank.door.notMe.stop(await bank.notMeToken())
    await bank.carryOut()
    bank.clock.advance(60)

    expect(await bank.door.notMe.read(older)).not.toHaveProperty('stoppedAt')
    await bank.door.notMe.stop(older)
    expect(await answeredWith(bank, code)).toBe('factor-not-available')
  })

  test('is stopped once: the same link said again ends nothing more', async () => {
    const bank = await aBankWithCodes()
    await anActiveCode(bank)
    await bank.countersign.codes.rotate({ subject })
    const token = await bank.notMeToken()
    await bank.door.notMe.stop(token)
    const before = await bank.subject()
    bank.clock.advance(60)

    expect(await bank.door.notMe.stop(token)).toEqual({ outcome: 'stopped' })
    expect(await bank.door.notMe.read(token)).toMatchObject({ stoppedAt: before.stoppedCodes?.[0]?.at })
    expect((await bank.subject()).code).toEqual(before.code)
    expect((await bank.subject()).revocation.epoch).toBe(before.revocation.epoch)
  })

  test('is stopped by the link of any other message, too, with the one that works', async () => {
    const bank = await aBankWithCodes()
    await anActiveCode(bank)
    bank.clock.advance(60)
    opened(await bank.countersign.challenges.open(aTransfer))
    const token = await bank.notMeToken()
    await bank.countersign.codes.rotate({ subject })
    bank.clock.advance(60)
    await bank.door.notMe.stop(token)

    expect((await bank.subject()).code).toMatchObject({ held: { ended: { why: 'revoked' } } })
    expect((await bank.subject()).code?.waiting).toBeUndefined()
  })

  test('is said to be ready when its day is over', async () => {
    const bank = await aBankWithCodes()
    await anActiveCode(bank)
    await bank.countersign.codes.rotate({ subject })
    await bank.carryOut()
    bank.clock.advance(day)
    await bank.countersign.elevations.revoke({ ...alice, session: 'a look' })

    expect(await noticesIn(bank)).toEqual(['code-ready a***@m***.example'])
  })

  test('waits no longer and no shorter when it is asked for again', async () => {
    const bank = await aBankWithCodes()
    await anActiveCode(bank)
    await bank.countersign.codes.rotate({ subject })
    const before = await bank.subject()
    bank.clock.advance(day / 2)
    await bank.countersign.codes.rotate({ subject })
    await bank.countersign.codes.rotate({ subject, by: 'clerk 7' })

    expect((await bank.subject()).code).toEqual(before.code)
  })

  test('begins its day anew after it was stopped, four times in a day', async () => {
    const bank = await aBankWithCodes()
    await anActiveCode(bank)
    await bank.countersign.codes.revoke({ subject })
    const asked: string[] = []
    for (let turn = 0; turn < 5; turn++) {
      await bank.carryOut()
      asked.push((await bank.countersign.codes.issue({ subject })).outcome)
      await bank.countersign.codes.revoke({ subject })
      bank.clock.advance(60)
    }

    expect(asked).toEqual(['issued', 'issued', 'issued', 'issued', 'too-many-changes'])
    bank.clock.advance(day)
    expect((await bank.countersign.codes.issue({ subject })).outcome).toBe('issued')
  })

  test('can be picked up for a week', async () => {
    const bank = await aBankWithCodes()
    await anActiveCode(bank)
    await bank.countersign.codes.rotate({ subject })
    await bank.carryOut()
    bank.clock.advance(8 * day)

    expect(await lookedAt(bank)).toEqual({ outcome: 'nothing-waiting' })
  })
})

test('a first code that is asked for and ended again and again fills no mailbox', async () => {
  const bank = await aBankWithCodes()
  for (let turn = 0; turn < 8; turn++) {
    await bank.countersign.codes.issue({ subject })
    await bank.countersign.codes.revoke({ subject })
  }

  expect(await noticesIn(bank)).toEqual(['code-ready a***@m***.example'])
})

describe('what registration asks for is asked for again', () => {
  const strict = { registration: { contacts: 2 }, ...twoContacts } as const

  async function aBankThatAsksForTwo() {
    const bank = await aBankWithCodes(strict)
    const code = await anActiveCode(bank)
    bank.clock.advance(60)
    return { bank, code }
  }

  async function withOneContact(bank: Bank) {
    await bank.countersign.contacts.remove({ subject, contact: (await bank.subject()).contacts[1]?.id ?? '' })
    await bank.carryOut()
    bank.clock.advance(60)
  }

  const missing = [{ what: 'contact', more: 1 }]

  test('when a code is replaced', async () => {
    const { bank, code } = await aBankThatAsksForTwo()
    await withOneContact(bank)
    const stepUp = await aStepUpToReplace(bank, code)

    expect(await bank.countersign.codes.rotate({ subject, stepUp })).toEqual({ outcome: 'proofs-missing', missing })
    expect(await bank.countersign.codes.rotate({ subject })).toEqual({ outcome: 'proofs-missing', missing })
    expect(await answeredWith(bank, code)).toBe('passed')
  })

  test('when a code is picked up', async () => {
    const { bank, code } = await aBankThatAsksForTwo()
    await rotated(bank, code)
    await withOneContact(bank)

    expect(await lookedAt(bank)).toEqual({ outcome: 'proofs-missing', missing })
  })
})

test('a code that is sent to one contact is told to the others', async () => {
  const bank = await aBankWithCodes({
    ...twoContacts,
    securityCode: { delivery: 'direct', hashing: cheapHashing },
  })
  await bank.countersign.codes.issue({ subject })

  expect(await noticesIn(bank)).toEqual(['security-code a***@m***.example', 'code-ready a***@w***.example'])
})

test('a reason of a revocation is short', async () => {
  const bank = await aBankWithCodes()
  const ending = async (reason: string) => bank.countersign.codes.revoke({ subject, reason })

  await expect(ending('x'.repeat(101))).rejects.toMatchObject({ code: 'ERR_COUNTERSIGN_LIMIT' })
  await expect(ending('')).rejects.toMatchObject({ code: 'ERR_COUNTERSIGN_LIMIT' })
  expect(await ending('x'.repeat(100))).toEqual({ outcome: 'nothing-to-revoke' })
})
