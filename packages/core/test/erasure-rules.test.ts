import { aLookAtNotes, alice, type Bank, closed, opened } from './a-bank.js'
import { aBankWithCodes, anActiveCode, notThe } from './a-code.js'

afterEach(closed)

const { subject } = alice
const by = 'the data protection officer'

/** Types so many wrong codes, five to a question. */
async function guessed(bank: Bank, times: number): Promise<void> {
  for (let time = 0; time < times; time += 5) {
    bank.clock.advance(60)
    const { id: challengeId } = opened(
      await bank.countersign.challenges.open({ ...aLookAtNotes, factor: 'security-code' }),
    )
    for (let guess = time; guess < Math.min(times, time + 5); guess++)
      await bank.countersign.challenges.answer({ ...alice, challengeId, code: notThe('ABCDE-FGH12') })
    await bank.carryOut()
  }
}

describe('of a person who is erased', () => {
  test('the identity that was recorded is gone', async () => {
    const bank = await aBankWithCodes()
    const check = { method: 'passport at the counter', level: 'high', checkedAt: bank.clock.now() } as const
    await bank.countersign.identities.record({ subject, ...check, evidence: 'C01X00T47', by: 'clerk 7' })
    const before = await bank.countersign.identities.read({ subject })
    await bank.countersign.subjects.erase({ subject, by })

    expect(before).toMatchObject({ identity: { level: 'high' } })
    expect(await bank.countersign.identities.read({ subject })).toEqual({ outcome: 'found' })
    expect((await bank.subject()).identity).toBeUndefined()
  })

  test('failures stay, so that nobody wins tries back by it', async () => {
    const bank = await aBankWithCodes()
    await anActiveCode(bank)
    await guessed(bank, 7)
    const { throttle } = await bank.subject()
    await bank.countersign.subjects.erase({ subject, by })

    expect(throttle.failures).toHaveLength(7)
    expect((await bank.subject()).throttle).toEqual(throttle)
  })

  test('a lock stays, and goes on for who is known again', async () => {
    const bank = await aBankWithCodes()
    await anActiveCode(bank)
    await guessed(bank, 10)
    const locked = await bank.countersign.challenges.open(aLookAtNotes)
    await bank.countersign.subjects.erase({ subject, by })

    expect(locked).toMatchObject({ outcome: 'locked', retryAt: expect.any(Date) })
    expect(await bank.countersign.challenges.open(aLookAtNotes)).toEqual(locked)
  })

  test('events stay: those that the log has, and those that it does not have yet', async () => {
    const bank = await aBankWithCodes()
    await anActiveCode(bank)
    const { outbox } = await bank.subject()
    await bank.store.audit.append(outbox.flatMap((effect) => (effect.kind === 'audit' ? [effect.event] : [])))
    await bank.carryOut()
    await bank.countersign.codes.revoke({ subject })
    const types = async () => {
      const found = await bank.countersign.subjects.activity({ subject })
      return found.outcome === 'found' ? found.events.map(({ type }) => type) : []
    }
    const before = await types()
    await bank.countersign.subjects.erase({ subject, by })

    expect(before).toContain('code.revoked')
    expect((await types()).filter((type) => !before.includes(type))).toEqual(['subject.erased'])
    expect(await types()).toEqual(expect.arrayContaining(before))
  })
})
