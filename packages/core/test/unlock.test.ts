import type { Subject } from '../src/index.js'
import { aBank, alice, aTransfer, type Bank, closed, opened, otherThan } from './a-bank.js'

afterEach(closed)

/** As after a hundred wrong codes in a row over many days. */
async function stopped(bank: Bank): Promise<void> {
  await bank.countersign.challenges.open(aTransfer)
  await written(bank, (subject) => ({ ...subject, throttle: { ...subject.throttle, consecutive: 100 } }))
}

async function written(bank: Bank, change: (subject: Subject) => Subject): Promise<void> {
  const { id } = await bank.subject()
  const { subject, revision } = await bank.store.subjects.load(id)
  if (subject) await bank.store.subjects.commit(change(subject), revision)
}

async function tenWrongCodes(bank: Bank): Promise<void> {
  for (const _ of [1, 2]) {
    const { id: challengeId } = opened(await bank.countersign.challenges.open(aTransfer))
    const code = otherThan(await bank.code())
    for (const __ of [1, 2, 3, 4, 5]) await bank.countersign.challenges.answer({ ...alice, challengeId, code })
    bank.clock.advance(31)
  }
}

describe('an unlock by an administrator', () => {
  test('ends the hard stop', async () => {
    const bank = await aBank()
    await stopped(bank)

    await bank.countersign.subjects.unlock({ subject: alice.subject, by: 'administrator 7' })

    expect((await bank.countersign.authorize(aTransfer)).outcome).toBe('code-needed')
  })

  test('does not give back the hour in which ten codes were wrong', async () => {
    const bank = await aBank()
    await tenWrongCodes(bank)

    await bank.countersign.subjects.unlock({ subject: alice.subject, by: 'administrator 7' })

    expect((await bank.countersign.authorize(aTransfer)).outcome).toBe('locked')
  })

  test('stands in the audit log with the name of who decided', async () => {
    const bank = await aBank()
    await stopped(bank)

    await bank.countersign.subjects.unlock({ subject: alice.subject, by: 'administrator 7' })

    const { outbox } = await bank.subject()
    expect(outbox.at(-1)).toMatchObject({
      kind: 'audit',
      event: { type: 'throttle.unlocked', by: 'administrator 7', actor: 'application' },
    })
  })

  test('is refused to nobody', async () => {
    const bank = await aBank()

    await expect(bank.countersign.subjects.unlock({ subject: alice.subject, by: '' })).rejects.toMatchObject({
      code: 'ERR_COUNTERSIGN_DECIDER',
    })
  })
})
