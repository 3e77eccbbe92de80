import { memoryStore } from '@countersign/memory'
import { stillClock } from '@countersign/testing'
import { jest } from '@jest/globals'
import { openCall } from '../src/countersign/notices.js'
import { type KnownContacts, keyRing, newKey } from '../src/index.js'
import {
  aBank,
  aLookAtNotes,
  alice,
  aTransfer,
  type Bank,
  closed,
  fields,
  opened,
  payloadsOf,
  tokenIn,
} from './a-bank.js'

afterEach(closed)

const email = (address: string, proved = true) => ({ kind: 'email' as const, address, proved })
const contactsOfAlice = async ({ subject }: Bank) => (await subject()).contacts
const outboxOf = async ({ subject }: Bank) => (await subject()).outbox
const eventsOf = async (bank: Bank) =>
  (await outboxOf(bank)).flatMap((effect) => (effect.kind === 'audit' ? effect.event.type : []))
const callsOf = async (bank: Bank) =>
  (await outboxOf(bank)).flatMap((effect) =>
    effect.kind === 'call' ? openCall(bank.keys, 'default/alice', effect) : [],
  )

describe("the application's table", () => {
  /** A bank that counts how often it is asked for contacts. */
  async function asking(answer: () => KnownContacts | Promise<KnownContacts>) {
    const asked: string[] = []
    const bank = await aBank({
      contactsOf(subject, tenant) {
        asked.push(`${tenant}/${subject}`)
        return answer()
      },
    })
    return { ...bank, asked }
  }

  test('is asked by a guard while there is no document, and nothing is written then', async () => {
    const bank = await asking(() => [email('alice@mail.example')])

    expect(await bank.countersign.authorize(aTransfer)).toMatchObject({
      outcome: 'code-needed',
      factors: [{ kind: 'email-code', destination: 'a***@m***.example' }],
    })
    await expect(bank.subject()).rejects.toThrow('no document')
    expect(bank.asked).toEqual(['default/alice'])
  })

  test('is not asked by a guard once there is a document', async () => {
    const bank = await asking(() => [email('alice@mail.example')])
    await bank.countersign.challenges.open(aTransfer)
    await bank.countersign.authorize(aTransfer)

    expect(bank.asked).toHaveLength(1)
  })

  test('is asked at the first challenge of each session', async () => {
    const bank = await asking(() => [email('alice@mail.example')])
    for (const session of ['one', 'one', 'two', 'two']) {
      bank.clock.advance(700)
      await bank.countersign.challenges.open({ ...aTransfer, session })
    }

    expect(bank.asked).toHaveLength(2)
  })

  test.each([[null], [undefined], [false], [''], [[]]] as const)(
    'that answers %j knows nobody, and is asked again',
    async (answer) => {
      const bank = await asking(() => answer as KnownContacts)

      expect((await bank.countersign.challenges.open(aTransfer)).outcome).toBe('factor-not-available')
      expect((await bank.countersign.authorize(aTransfer)).outcome).toBe('no-factor')
      expect(bank.asked).toHaveLength(2)
    },
  )

  test.each([
    [
      'throws',
      () => {
        throw new Error('no such table')
      },
    ],
    ['rejects', () => Promise.reject(new Error('no such table'))],
  ])('that %s refuses for now, and is asked again', async (_, answer) => {
    let broken = true
    const bank = await asking(() => (broken ? answer() : [email('alice@mail.example')]))

    expect((await bank.countersign.challenges.open(aTransfer)).outcome).toBe('unavailable')
    expect((await bank.countersign.authorize(aTransfer)).outcome).toBe('unavailable')
    expect(await bank.countersign.preview(aTransfer)).toBe('unavailable')
    expect((await bank.countersign.contacts.list(alice)).outcome).toBe('unavailable')
    broken = false
    expect((await bank.countersign.challenges.open(aTransfer)).outcome).toBe('opened')
  })

  test('that never answers refuses in time, and a sign-out behind it passes', async () => {
    const bank = await asking(() => new Promise<KnownContacts>(() => undefined))
    jest.useFakeTimers()
    try {
      const opening = bank.countersign.challenges.open(aTransfer)
      const signingOut = bank.countersign.elevations.revoke(alice)
      await jest.advanceTimersByTimeAsync(2999)

      expect((await opening).outcome).toBe('unavailable')
      expect((await signingOut).outcome).toBe('revoked')
    } finally {
      jest.useRealTimers()
    }
  })

  test.each<[string, unknown]>([
    ['no address', 'alice'],
    ['two addresses', 'alice@mail.example, eve@evil.example'],
    ['an address with a line end', 'alice@mail.example\r\nBcc: eve@evil.example'],
    ['an address with a name', 'Alice <alice@mail.example>'],
    ['null', null],
    ['nothing', undefined],
    ['a number', 7],
  ])('that gives %s loses that one and keeps the others', async (_, address) => {
    const bank = await asking(() => [email(address as string), email('alice@mail.example')])
    await bank.countersign.challenges.open(aTransfer)

    expect((await contactsOfAlice(bank)).map(({ masked }) => masked)).toEqual(['a***@m***.example'])
    expect(bank.lines).toContainEqual(
      expect.objectContaining({ fields: expect.objectContaining({ code: 'ERR_COUNTERSIGN_CONTACT' }) }),
    )
  })

  test('that gives one address twice gave one contact', async () => {
    const bank = await asking(() => [email('alice@mail.example'), email(' ALICE@mail.example '), email('b@c.de')])
    await bank.countersign.challenges.open(aTransfer)

    expect(await contactsOfAlice(bank)).toHaveLength(2)
  })

  test('that gives a hundred contacts gave ten', async () => {
    const bank = await asking(() => Array.from({ length: 100 }, (_, number) => email(`alice${number}@mail.example`)))
    await bank.countersign.challenges.open(aTransfer)

    expect(await contactsOfAlice(bank)).toHaveLength(10)
  })

  test('that differs later changes nothing but is noted', async () => {
    let address = 'alice@mail.example'
    const bank = await asking(() => [email(address)])
    await bank.confirmed()
    const before = await contactsOfAlice(bank)
    address = 'eve@evil.example'
    bank.clock.advance(31)
    await bank.countersign.challenges.open({ ...aTransfer, session: 'two' })

    expect((await contactsOfAlice(bank)).map(({ digest }) => digest)).toEqual(before.map(({ digest }) => digest))
    expect(await eventsOf(bank)).toContain('contact.differs')
  })

  test('proves a contact later, and never takes a proof back', async () => {
    let proved = false
    const bank = await asking(() => [email('alice@mail.example', proved)])
    const provedNow = async () => (await contactsOfAlice(bank))[0]?.provedAt !== undefined
    const seen: boolean[] = []
    for (const [session, word] of [
      ['one', false],
      ['two', true],
      ['three', false],
    ] as const) {
      proved = word
      bank.clock.advance(700)
      await bank.countersign.challenges.open({ ...aTransfer, session })
      seen.push(await provedNow())
    }

    expect(seen).toEqual([false, true, true])
  })
})

describe('a rotated key', () => {
  const [old, young] = [newKey(), newKey()]

  /** Alice known under the old key, then met in a new session under both. */
  async function rotated() {
    const clock = stillClock()
    const store = memoryStore({ clock })
    const before = await aBank({ store, clock, keys: keyRing(old) })
    await before.confirmed()
    clock.advance(3600)
    const during = await aBank({ store, clock, keys: keyRing(`${young} ${old}`) })
    return { store, clock, before, during }
  }

  test('leaves a contact its id, and is no difference', async () => {
    const { during } = await rotated()
    const [before] = await contactsOfAlice(during)
    await during.countersign.challenges.open({ ...aTransfer, session: 'two' })
    const [after] = await contactsOfAlice(during)

    expect(after?.id).toBe(before?.id)
    expect(await eventsOf(during)).not.toContain('contact.differs')
  })

  test('can be retired once the person was met under the new one', async () => {
    const { store, clock, during } = await rotated()
    await during.countersign.challenges.open({ ...aTransfer, session: 'two' })
    clock.advance(3600)
    const after = await aBank({ store, clock, keys: keyRing(young) })
    const { id } = opened(await after.countersign.challenges.open({ ...aTransfer, session: 'two' }))
    const code = await after.code()

    expect(payloadsOf(after.keys, await after.subject())).toHaveLength(1)
    expect(
      (await after.countersign.challenges.answer({ ...alice, session: 'two', challengeId: id, code })).outcome,
    ).toBe('passed')
  })

  test('leaves a challenge of the old one answerable, and its elevation good', async () => {
    const { clock, store } = await rotated()
    const before = await aBank({ store, clock, keys: keyRing(old) })
    const { id } = opened(await before.countersign.challenges.open(aTransfer))
    const code = (await before.code()) ?? ''
    const during = await aBank({ store, clock, keys: keyRing(`${young} ${old}`) })
    const answer = await during.countersign.challenges.answer({ ...alice, challengeId: id, code })
    if (answer.outcome !== 'passed') throw new Error(answer.outcome)

    expect((await during.countersign.authorize({ ...aTransfer, elevations: [answer.elevation.token] })).outcome).toBe(
      'allow',
    )
  })
})

describe('an unproved contact', () => {
  const unproved = () => [email('alice@mail.example', false)]

  test('is proved by the first right answer', async () => {
    const bank = await aBank({ contactsOf: unproved })
    await bank.confirmed()

    expect((await contactsOfAlice(bank))[0]?.provedAt).toEqual(bank.clock.now())
    expect(await eventsOf(bank)).toContain('contact.proved')
  })

  test('that is proved is told to the application, once', async () => {
    const bank = await aBank({ contactsOf: unproved, contactChanged: () => undefined })
    await bank.confirmed()
    await bank.confirmed()

    expect(await callsOf(bank)).toEqual([{ kind: 'email', address: 'alice@mail.example', proved: true }])
  })

  test('is written to under the limits for strangers', async () => {
    const bank = await aBank({ contactsOf: unproved })
    await bank.countersign.challenges.open(aTransfer)

    expect((await outboxOf(bank)).find(({ kind }) => kind === 'message')).toMatchObject({ stranger: true })
  })
})

describe('what opened the session', () => {
  test.each([
    ['the same mailbox', { kind: 'email', address: 'alice@mail.example' }, 'no-factor'],
    ['the same mailbox in other letters', { kind: 'email', address: ' Alice@MAIL.example ' }, 'no-factor'],
    ['another mailbox', { kind: 'email', address: 'alice@work.example' }, 'code-needed'],
    ['a password', 'password', 'code-needed'],
    ['nobody knows what', undefined, 'code-needed'],
  ] as const)('%s: authorize says %s', async (_, openedBy, outcome) => {
    const { countersign } = await aBank()
    const request = { ...aTransfer, ...(openedBy && { openedBy }) }

    expect((await countersign.authorize(request)).outcome).toBe(outcome)
  })

  test('cannot raise it by naming its factor', async () => {
    const { countersign } = await aBank()
    const openedBy = { kind: 'email', address: 'alice@mail.example' } as const

    expect((await countersign.challenges.open({ ...aTransfer, openedBy, factor: 'email-code' })).outcome).toBe(
      'factor-not-available',
    )
  })

  test('cannot raise it by a resend', async () => {
    const bank = await aBank()
    const { id } = opened(await bank.countersign.challenges.open(aTransfer))
    bank.clock.advance(31)
    const openedBy = { kind: 'email', address: 'alice@mail.example' } as const

    expect((await bank.countersign.challenges.resend({ ...alice, openedBy, challengeId: id })).outcome).toBe(
      'factor-not-available',
    )
  })
})

describe('a change of contact', () => {
  const toNew = { subject: 'alice', kind: 'email', address: 'alice@new.example' } as const

  /** A bank where a change to a new address waits, with the token of its proof. */
  async function waiting(address: string = toNew.address) {
    const bank = await aBank({ contactChanged: () => undefined })
    await bank.confirmed()
    bank.clock.advance(31)
    const outcome = await bank.countersign.contacts.change({ ...toNew, address })
    return { ...bank, outcome, proof: await proofIn(bank) }
  }

  async function proofIn(bank: Bank): Promise<string> {
    return tokenIn(payloadsOf(bank.keys, await bank.subject()).findLast(({ proofUrl }) => proofUrl)?.proofUrl)
  }

  const masksOf = async (bank: Bank) => (await contactsOfAlice(bank)).map(({ masked }) => masked)

  test('waits for the proof of the new address; the old one serves until then', async () => {
    const bank = await waiting()

    expect(bank.outcome).toMatchObject({ outcome: 'pending', masked: 'a***@n***.example' })
    expect(await masksOf(bank)).toEqual(['a***@m***.example'])
    expect(await bank.countersign.contacts.list(toNew)).toMatchObject({ pending: { masked: 'a***@n***.example' } })
  })

  test('sends a proof to the new address and tells the old one', async () => {
    const messages = (await outboxOf(await waiting())).flatMap((effect) =>
      effect.kind === 'message' ? `${effect.message} to ${effect.masked}` : [],
    )

    expect(messages).toEqual(['contact-proof to a***@n***.example', 'contact-change-asked to a***@m***.example'])
  })

  test('takes place by its proof', async () => {
    const bank = await waiting()

    expect(await bank.door.proofs.read(bank.proof)).toEqual({ outcome: 'waiting', masked: 'a***@n***.example' })
    expect(await masksOf(bank)).toEqual(['a***@m***.example'])
    expect(await bank.door.proofs.accept(bank.proof)).toEqual({ outcome: 'proved', masked: 'a***@n***.example' })
    expect(await masksOf(bank)).toEqual(['a***@n***.example'])
  })

  test('is told to the application with both addresses', async () => {
    const bank = await waiting()
    await bank.door.proofs.accept(bank.proof)

    expect(await callsOf(bank)).toContainEqual({
      kind: 'email',
      address: 'alice@new.example',
      was: 'alice@mail.example',
      proved: true,
    })
  })

  test('is proved once; a second click finds it done and changes nothing', async () => {
    const bank = await waiting()
    await bank.door.proofs.accept(bank.proof)
    const before = await bank.subject()

    expect((await bank.door.proofs.accept(bank.proof)).outcome).toBe('proved')
    expect(await bank.subject()).toEqual(before)
  })

  test('ends all elevations when it is asked for', async () => {
    const bank = await aBank()
    const { token } = await bank.confirmed(aLookAtNotes)
    await bank.countersign.contacts.change(toNew)

    expect((await bank.countersign.authorize({ ...aLookAtNotes, elevations: [token] })).outcome).toBe('code-needed')
  })

  test('ends all elevations again when it is proved', async () => {
    const bank = await waiting()
    const { token } = await bank.confirmed(aLookAtNotes)
    await bank.door.proofs.accept(bank.proof)

    expect((await bank.countersign.authorize({ ...aLookAtNotes, elevations: [token] })).outcome).toBe('code-needed')
  })

  test('that another one replaced is not proved by its link, even for the same address', async () => {
    const bank = await waiting()
    await bank.countersign.contacts.change({ ...toNew, address: 'alice@other.example' })
    await bank.countersign.contacts.change(toNew)

    expect((await bank.door.proofs.accept(bank.proof)).outcome).toBe('not-found')
    expect(await masksOf(bank)).toEqual(['a***@m***.example'])
  })

  test('can be proved for a day', async () => {
    const bank = await waiting()
    bank.clock.advance(86_400)

    expect((await bank.door.proofs.accept(bank.proof)).outcome).toBe('not-found')
  })

  test.each<[string, unknown]>([
    ['no address', 'alice'],
    ['two', 'a@b.de,c@d.de'],
    ['a line end', 'a@b.de\r\nBcc: c@d.de'],
    ['nothing', undefined],
    ['an object', { $ne: '' }],
  ])('to %s is malformed', async (_, address) => {
    const { countersign } = await aBank()

    expect(await countersign.contacts.change({ ...toNew, address: address as string })).toEqual({
      outcome: 'malformed',
    })
  })

  test('of a contact that is not there is refused', async () => {
    const { countersign } = await aBank()

    expect((await countersign.contacts.change({ ...toNew, replaces: 'f0' })).outcome).toBe('unknown-contact')
  })

  test('needs no table of the application once contacts are known', async () => {
    let broken = false
    const bank = await aBank({
      contactsOf() {
        if (broken) throw new Error('no such table')
        return [email('alice@mail.example')]
      },
    })
    await bank.confirmed()
    broken = true

    expect((await bank.countersign.contacts.change(toNew)).outcome).toBe('pending')
  })

  test('to the address that serves already gives no message budget back', async () => {
    const bank = await waiting('alice@mail.example')
    await bank.countersign.challenges.open(aTransfer)
    await bank.door.proofs.accept(bank.proof)

    expect(
      (await bank.countersign.challenges.open({ ...aTransfer, bound: { ...fields, amount: '1.00' } })).outcome,
    ).toBe('too-many-messages')
  })
})
