import { afterEach, describe, expect, test } from '@jest/globals'
import { inGroups } from '../src/index.js'
import { alice, aTransfer, closed, opened } from './a-bank.js'
import { aBankWithCodes, anActiveCode, aStepUpToSee, cheapHashing, notThe, pickedUp, rotated } from './a-code.js'

afterEach(closed)

const twoFactorTransfer = {
  'transfer.create': { binds: {}, requires: { level: 'two-factor', mode: 'once' } },
  'notes.open': { requires: 'nothing' },
  'home.show': { requires: 'nothing' },
} as never

const byOwnCode = { ...aTransfer, factor: 'security-code' } as const

describe('a security code', () => {
  test('is made ready, and nobody has seen it', async () => {
    const bank = await aBankWithCodes()

    const issued = await bank.countersign.codes.issue({ subject: alice.subject })

    expect(issued).toMatchObject({
      outcome: 'issued',
      code: { state: 'issued', missing: [], waiting: { delivery: 'pickup', shown: false } },
    })
    expect((await bank.subject()).code?.waiting?.digest).toBeUndefined()
  })

  test('is not said to lack what the application has proved, before anything is known here', async () => {
    const bank = await aBankWithCodes()

    expect(await bank.countersign.codes.status({ subject: alice.subject })).toEqual({
      outcome: 'found',
      code: { state: 'none', missing: [] },
    })
  })

  test('is shown once for each step-up', async () => {
    const bank = await aBankWithCodes()
    await bank.countersign.codes.issue({ subject: alice.subject })
    const stepUp = await aStepUpToSee(bank)

    const shown = await bank.countersign.codes.show({ ...alice, stepUp })

    expect(shown).toMatchObject({ outcome: 'shown', code: expect.anything() })
    await expect(bank.countersign.codes.show({ ...alice, stepUp })).rejects.toMatchObject({
      code: 'ERR_COUNTERSIGN_STEP_UP',
    })
  })

  test('works once its session says that it is kept', async () => {
    const bank = await aBankWithCodes()
    await bank.countersign.codes.issue({ subject: alice.subject })
    await pickedUp(bank)

    expect(await bank.countersign.codes.activate(alice)).toMatchObject({ outcome: 'activated' })
    expect(await bank.countersign.codes.status({ subject: alice.subject })).toMatchObject({ code: { state: 'active' } })
  })

  test('confirms an action', async () => {
    const bank = await aBankWithCodes()
    const code = await anActiveCode(bank)
    const { id: challengeId, factor } = opened(await bank.countersign.challenges.open(byOwnCode))

    expect(factor).toBe('security-code')
    expect(await bank.countersign.challenges.answer({ ...alice, challengeId, code })).toMatchObject({
      outcome: 'passed',
    })
  })

  test('is read in groups, in small letters and with letters for digits', async () => {
    const bank = await aBankWithCodes()
    const code = await anActiveCode(bank)
    const { id: challengeId } = opened(await bank.countersign.challenges.open(byOwnCode))
    const typed = ` ${inGroups({ reveal: () => code } as never)} `.toLowerCase().replace(/0/g, 'o').replace(/1/g, 'l')

    expect(await bank.countersign.challenges.answer({ ...alice, challengeId, code: typed })).toMatchObject({
      outcome: 'passed',
    })
  })

  test('that is wrong costs a try', async () => {
    const bank = await aBankWithCodes()
    const code = await anActiveCode(bank)
    const { id: challengeId } = opened(await bank.countersign.challenges.open(byOwnCode))

    expect(await bank.countersign.challenges.answer({ ...alice, challengeId, code: notThe(code) })).toEqual({
      outcome: 'wrong',
      attemptsLeft: 4,
    })
  })

  test('is replaced: the old one works until the new one does', async () => {
    const bank = await aBankWithCodes()
    const old = await anActiveCode(bank)
    await rotated(bank, old)
    bank.clock.advance(60)
    const fresh = await pickedUp(bank)
    const answer = async (code: string) => {
      const { id: challengeId } = opened(await bank.countersign.challenges.open(byOwnCode))
      return (await bank.countersign.challenges.answer({ ...alice, challengeId, code })).outcome
    }
    const before = [await answer(old), await answer(fresh)]

    await bank.countersign.codes.activate(alice)

    expect([...before, await answer(old), await answer(fresh)]).toEqual(['passed', 'wrong', 'wrong', 'passed'])
  })

  test('that was revoked confirms nothing', async () => {
    const bank = await aBankWithCodes()
    await anActiveCode(bank)
    const { id: challengeId } = opened(await bank.countersign.challenges.open(byOwnCode))

    expect(await bank.countersign.codes.revoke({ subject: alice.subject })).toEqual({ outcome: 'revoked' })
    expect(await bank.countersign.challenges.read({ ...alice, challengeId })).toMatchObject({
      challenge: { closed: { why: 'revoked' } },
    })
    expect(await bank.countersign.challenges.open(byOwnCode)).toEqual({ outcome: 'factor-not-available' })
  })

  test('and a code by e-mail together reach two factors', async () => {
    const bank = await aBankWithCodes({ actions: twoFactorTransfer })
    const code = await anActiveCode(bank)
    bank.clock.advance(60)
    const wanted = { ...alice, action: 'transfer.create', bound: {}, openedBy: 'password' } as never
    const { id: challengeId, factor } = opened(await bank.countersign.challenges.open(wanted))
    const half = await bank.countersign.challenges.answer({
      ...alice,
      openedBy: 'password',
      challengeId,
      code: await bank.code(),
    })

    expect(factor).toBe('email-code')
    expect(half).toMatchObject({
      outcome: 'more-needed',
      challenge: { factor: 'security-code', proved: ['email-code'] },
    })
    expect(
      await bank.countersign.challenges.answer({ ...alice, openedBy: 'password', challengeId, code }),
    ).toMatchObject({
      outcome: 'passed',
    })
    expect((await bank.subject()).elevations.at(-1)).toMatchObject({ level: 'two-factor', amr: ['otp', 'pin', 'mfa'] })
  })

  test('in its grace is told to be over to who has it', async () => {
    const bank = await aBankWithCodes()
    const code = await anActiveCode(bank)
    bank.clock.advance(366 * 86_400)
    const { id: challengeId } = opened(await bank.countersign.challenges.open(byOwnCode))

    expect(await bank.countersign.challenges.answer({ ...alice, challengeId, code })).toMatchObject({
      outcome: 'code-expired',
      attemptsLeft: 4,
    })
  })

  test('that took the place of another does not answer a question for that one: it is closed, and opened anew', async () => {
    const bank = await aBankWithCodes()
    const old = await anActiveCode(bank)
    bank.clock.advance(60)
    const { id: challengeId } = opened(await bank.countersign.challenges.open(byOwnCode))
    await rotated(bank, old)
    const code = await pickedUp(bank)
    await bank.countersign.codes.activate(alice)

    expect(await bank.countersign.challenges.answer({ ...alice, challengeId, code })).toMatchObject({
      outcome: 'closed',
      why: 'replaced',
    })
    const { id: anew } = opened(await bank.countersign.challenges.open({ ...byOwnCode, askedAt: new Date(0) }))
    expect(await bank.countersign.challenges.answer({ ...alice, challengeId: anew, code })).toMatchObject({
      outcome: 'passed',
    })
  })

  test('that took the place of an expired one does not answer a question for that one', async () => {
    const bank = await aBankWithCodes()
    await anActiveCode(bank)
    bank.clock.advance(366 * 86_400)
    await bank.countersign.codes.rotate({ subject: alice.subject })
    bank.clock.advance(86_400)
    const { id: challengeId } = opened(await bank.countersign.challenges.open(byOwnCode))
    const code = await pickedUp(bank)
    await bank.countersign.codes.activate(alice)

    expect(await bank.countersign.challenges.answer({ ...alice, challengeId, code })).toMatchObject({
      outcome: 'closed',
      why: 'replaced',
    })
  })

  test('that is replaced between two factors ends the question that it was the second of', async () => {
    const bank = await aBankWithCodes({ actions: twoFactorTransfer })
    const old = await anActiveCode(bank)
    bank.clock.advance(60)
    const wanted = { ...alice, action: 'transfer.create', bound: {}, openedBy: 'password' } as never
    const { id: challengeId } = opened(await bank.countersign.challenges.open(wanted))
    const half = { ...alice, openedBy: 'password', challengeId } as const
    await bank.countersign.challenges.answer({ ...half, code: await bank.code() })
    bank.clock.advance(60)
    await rotated(bank, old)
    const code = await pickedUp(bank)
    await bank.countersign.codes.activate(alice)

    expect(await bank.countersign.challenges.answer({ ...half, code })).toMatchObject({
      outcome: 'closed',
      why: 'replaced',
    })
  })

  test('that begins to work leaves a question for a code by e-mail open', async () => {
    const bank = await aBankWithCodes()
    const old = await anActiveCode(bank)
    bank.clock.advance(60)
    const { id: challengeId } = opened(await bank.countersign.challenges.open(aTransfer))
    const mailed = await bank.code()
    bank.clock.advance(60)
    await rotated(bank, old)
    await pickedUp(bank)
    await bank.countersign.codes.activate(alice)

    expect(await bank.countersign.challenges.answer({ ...alice, challengeId, code: mailed })).toMatchObject({
      outcome: 'passed',
    })
  })

  test('by message works once it was entered', async () => {
    const bank = await aBankWithCodes({ securityCode: { delivery: 'direct' } })
    await bank.countersign.codes.issue({ subject: alice.subject })
    const code = await bank.code()

    expect(await bank.countersign.codes.activate(alice)).toEqual({ outcome: 'nothing-waiting' })
    expect(await bank.countersign.codes.activate({ ...alice, code })).toMatchObject({ outcome: 'activated' })
  })

  test('that was sent over a contact which is gone shares the channel of each that is there', async () => {
    const bank = await aBankWithCodes({
      actions: twoFactorTransfer,
      securityCode: { delivery: 'direct', hashing: cheapHashing },
      contactsOf: () =>
        ['alice@mail.example', 'alice@work.example'].map((address) => ({ kind: 'email', address, proved: true })),
    })
    await bank.countersign.codes.issue({ subject: alice.subject })
    await bank.countersign.codes.activate({ ...alice, code: await bank.code() })
    await bank.carryOut()
    const wanted = { ...alice, action: 'transfer.create', bound: {}, openedBy: 'password' } as never
    const [sentOver] = (await bank.subject()).contacts

    expect((await bank.countersign.challenges.open(wanted)).outcome).toBe('opened')
    await bank.countersign.contacts.remove({ subject: alice.subject, contact: sentOver?.id ?? '' })
    bank.clock.advance(60)
    expect((await bank.countersign.challenges.open(wanted)).outcome).toBe('factor-not-available')
  })
})
