import { openCall } from '../src/countersign/notices.js'
import { type KnownContact, subjectIdOf } from '../src/index.js'
import { aBank, aLookAtNotes, alice, aTransfer, type Bank, closed, opened, payloadsOf, tokenIn } from './a-bank.js'
import { aBankWithCodes, anActiveCode } from './a-code.js'

afterEach(closed)

const { subject } = alice
const thief = { subject, session: 'a session of Alice that somebody else holds' }
const hers = 'a***@m***.example'
const strange = 'm***@e***.example'

function row(address: string, proved: boolean): KnownContact {
  return { kind: 'email', address, proved }
}

/** What the application's table says; a test writes into it. */
function aTable(...rows: KnownContact[]) {
  const table = { rows, contactsOf: () => table.rows }
  return table
}

async function contactsIn(bank: Bank): Promise<readonly string[]> {
  return (await bank.subject()).contacts.map(({ masked, provedAt }) => `${masked}${provedAt ? '' : ' unproved'}`)
}

async function idOf(bank: Bank, masked: string): Promise<string> {
  return (await bank.subject()).contacts.find((one) => one.masked === masked)?.id ?? ''
}

/** Notices that wait, with whom they are for. */
async function toldIn(bank: Bank): Promise<readonly string[]> {
  const { outbox } = await bank.subject()
  return outbox.flatMap((effect) =>
    effect.kind === 'message' && effect.message.startsWith('contact-') ? `${effect.message} to ${effect.masked}` : [],
  )
}

async function eventsIn(bank: Bank): Promise<readonly string[]> {
  return (await bank.subject()).outbox.flatMap((effect) => (effect.kind === 'audit' ? effect.event.type : []))
}

/** The link of the notice of that kind in the newest message to the contacts. */
async function linkOf(bank: Bank, kind: string): Promise<string> {
  const { outbox } = await bank.subject()
  const notice = outbox.filter((effect) => effect.kind === 'message' && effect.message === kind)
  return tokenIn(payloadsOf(bank.keys, { ...(await bank.subject()), outbox: notice }).at(-1)?.notMeUrl)
}

/** Alice, known and proved, at a bank that follows its own table or keeps what it knows. */
async function aliceKnown(table: ReturnType<typeof aTable>, more: Parameters<typeof aBank>[0] = {}): Promise<Bank> {
  const bank = await aBank({ contactsOf: table.contactsOf, ...more })
  await bank.confirmed()
  await bank.carryOut()
  bank.clock.advance(60)
  return bank
}

async function replacedBy(bank: Bank, address: string, proved: boolean) {
  return bank.countersign.contacts.replace({ subject, kind: 'email', address, proved, by: 'the profile form' })
}

describe('an address that nobody has proved, beside a proved one', () => {
  const both = () => aTable(row('alice@mail.example', true), row('mallory@evil.example', false))

  test('confirms nothing', async () => {
    const bank = await aliceKnown(both())
    const factor = await idOf(bank, strange)

    expect((await bank.countersign.challenges.open({ ...aTransfer, ...thief, factor })).outcome).toBe(
      'factor-not-available',
    )
    expect(await bank.countersign.authorize({ ...aTransfer, ...thief })).toMatchObject({
      outcome: 'code-needed',
      factors: [{ destination: hers }],
    })
  })

  test('confirms nothing before anything is written, either', async () => {
    const bank = await aBank({ contactsOf: both().contactsOf })

    expect(await bank.countersign.authorize({ ...aTransfer, ...thief })).toMatchObject({
      factors: [{ destination: hers }],
    })
  })

  test('is only noted where we follow the table', async () => {
    const table = aTable(row('alice@mail.example', true))
    const bank = await aliceKnown(table, { onContactsDiffer: 'follow' })
    table.rows = [row('mallory@evil.example', false)]

    const { destination } = opened(await bank.countersign.challenges.open({ ...aTransfer, ...thief }))

    expect(destination).toBe(hers)
    expect(await contactsIn(bank)).toEqual([hers])
    expect(await eventsIn(bank)).toContain('contact.differs')
  })

  test('is proved by no question from before the first proof', async () => {
    const table = aTable(row('alice@mail.example', false), row('mallory@evil.example', false))
    const bank = await aBank({ contactsOf: table.contactsOf })
    const first = opened(await bank.countersign.challenges.open(aLookAtNotes))
    const firstCode = await bank.code()
    const question = { ...aTransfer, factor: await idOf(bank, strange) }
    const { id: challengeId } = opened(await bank.countersign.challenges.open(question))
    const code = await bank.code()
    await bank.countersign.challenges.answer({ ...alice, challengeId: first.id, code: firstCode })

    expect((await bank.countersign.challenges.answer({ ...alice, challengeId, code })).outcome).toBe('passed')
    expect(await toldIn(bank)).toEqual([])
    expect(await contactsIn(bank)).toEqual([hers, `${strange} unproved`])
  })
})

describe('an unproved address that the application puts in the place of a proved one', () => {
  test('waits for its proof: the old one is told, serves until then, and keeps its code', async () => {
    const bank = await aBankWithCodes()
    await anActiveCode(bank)
    bank.clock.advance(60)

    expect(await replacedBy(bank, 'mallory@evil.example', false)).toMatchObject({ outcome: 'pending', masked: strange })
    expect(await toldIn(bank)).toEqual([`contact-proof to ${strange}`, `contact-change-asked to ${hers}`])
    expect(await contactsIn(bank)).toEqual([hers])
    const request = { ...aTransfer, ...thief, factor: 'email-code' }
    expect(opened(await bank.countersign.challenges.open(request)).destination).toBe(hers)
    expect(await bank.countersign.codes.status({ subject })).toMatchObject({ code: { state: 'active' } })
  })

  test('takes its place by the proof, which the old one can take back', async () => {
    const bank = await aliceKnown(aTable(row('alice@mail.example', true)))
    await replacedBy(bank, 'mallory@evil.example', false)
    await bank.countersign.contacts.prove({ ...thief, code: await bank.code() })
    expect(await contactsIn(bank)).toEqual([strange])

    await bank.door.notMe.stop(await linkOf(bank, 'contact-changed'))

    expect(await contactsIn(bank)).toEqual([hers])
  })

  test('is answered alike when it is said again, and nothing more is sent meanwhile', async () => {
    const bank = await aliceKnown(aTable(row('alice@mail.example', true)))
    const first = await replacedBy(bank, 'mallory@evil.example', false)
    const code = await bank.code()
    await bank.carryOut()
    bank.clock.advance(5)

    expect(await replacedBy(bank, 'mallory@evil.example', false)).toEqual(first)
    expect(await toldIn(bank)).toEqual([])
    expect((await bank.countersign.contacts.prove({ ...alice, code })).outcome).toBe('proved')
  })

  test('is refused after ten asks in a day, as a change is', async () => {
    const bank = await aliceKnown(aTable(row('alice@mail.example', true)))
    const outcomes: string[] = []
    for (let number = 0; number < 11; number++) {
      outcomes.push((await replacedBy(bank, `mallory${number}@evil.example`, false)).outcome)
      await bank.carryOut()
    }

    expect(outcomes).toEqual([...Array(10).fill('pending'), 'too-many-changes'])
  })

  test('takes the place of an unproved one at once', async () => {
    const bank = await aBank({ contactsOf: () => [row('alise@mial.example', false)] })
    await bank.countersign.challenges.open(aLookAtNotes)

    expect(await replacedBy(bank, 'alice@mail.example', false)).toEqual({ outcome: 'replaced' })
    expect(await contactsIn(bank)).toEqual([`${hers} unproved`])
  })
})

describe('a second address that the application vouches for', () => {
  /** The table has one more address, and a new session asks it. */
  async function added(onContactsDiffer: 'keep' | 'follow' = 'follow', before: KnownContact[] = []): Promise<Bank> {
    const table = aTable(row('alice@mail.example', true), ...before)
    const bank = await aliceKnown(table, { onContactsDiffer, contactChanged: () => undefined })
    table.rows = [row('alice@mail.example', true), row('mallory@evil.example', true)]
    await bank.countersign.challenges.open({ ...aLookAtNotes, ...thief })
    return bank
  }

  test('is told to the first', async () => {
    const bank = await added()

    expect(await contactsIn(bank)).toEqual([hers, strange])
    expect(await toldIn(bank)).toEqual([`contact-added to ${hers}`])
    expect(await eventsIn(bank)).toContain('contact.added')
  })

  test('does not confirm the removal of the first on the same day', async () => {
    const bank = await added()
    await bank.carryOut()
    bank.clock.advance(60)
    const bound = { contact: await idOf(bank, hers) }
    const removal = { ...thief, action: 'countersign.contact.remove', bound } as const

    expect(await bank.countersign.authorize(removal)).toMatchObject({ factors: [{ destination: hers }] })
    const factor = await idOf(bank, strange)
    expect((await bank.countersign.challenges.open({ ...removal, factor })).outcome).toBe('factor-not-available')
  })

  test('is taken back by the link of that notice', async () => {
    const bank = await added()
    const link = await linkOf(bank, 'contact-added')
    await bank.carryOut()

    await bank.door.notMe.stop(link)

    expect(await contactsIn(bank)).toEqual([hers])
    expect(await callsOf(bank)).toContainEqual(
      expect.objectContaining({ address: 'mallory@evil.example', proved: false, removed: true }),
    )
  })

  test.each(['keep', 'follow'] as const)(
    'and that stood there unproved is told, too, where we %s, and is unproved again when it is taken back',
    async (onContactsDiffer) => {
      const bank = await added(onContactsDiffer, [row('mallory@evil.example', false)])
      expect(await contactsIn(bank)).toEqual([hers, strange])
      expect(await toldIn(bank)).toEqual([`contact-added to ${hers}`])
      expect((await bank.subject()).contacts[1]?.since).toEqual(bank.clock.now())

      await bank.door.notMe.stop(await linkOf(bank, 'contact-added'))

      expect(await contactsIn(bank)).toEqual([hers, `${strange} unproved`])
    },
  )

  test('is new to nobody where there was none', async () => {
    const bank = await aBank({ contactsOf: () => [] })
    await replacedBy(bank, 'alice@mail.example', true)

    expect(await toldIn(bank)).toEqual([])
    expect((await bank.subject()).contacts).toMatchObject([{ masked: hers, provedAt: expect.any(Date) }])
    expect((await bank.subject()).contacts[0]?.since).toBeUndefined()
  })
})

describe('a change that the application makes', () => {
  test('is taken back by the link of its notice, and the application is told with both addresses', async () => {
    const bank = await aliceKnown(aTable(row('alice@mail.example', true)), { contactChanged: () => undefined })
    await replacedBy(bank, 'mallory@evil.example', true)
    const link = await linkOf(bank, 'contact-changed')
    await bank.carryOut()

    await bank.door.notMe.stop(link)

    expect(await contactsIn(bank)).toEqual([hers])
    expect(await callsOf(bank)).toContainEqual(
      expect.objectContaining({ address: 'alice@mail.example', was: 'mallory@evil.example', proved: true }),
    )
  })

  test('goes with an earlier one that is taken back', async () => {
    const bank = await aliceKnown(aTable(row('alice@mail.example', true)), { contactChanged: () => undefined })
    await bank.countersign.contacts.change({ subject, kind: 'email', address: 'first@evil.example' })
    await bank.countersign.contacts.prove({ ...thief, code: await bank.code() })
    const link = await linkOf(bank, 'contact-changed')
    await bank.carryOut()
    await replacedBy(bank, 'second@evil.example', true)
    await bank.carryOut()
    bank.clock.advance(60)

    await bank.door.notMe.stop(link)

    expect(await contactsIn(bank)).toEqual([hers])
    expect(await callsOf(bank)).toContainEqual(
      expect.objectContaining({ address: 'alice@mail.example', was: 'second@evil.example' }),
    )
  })

  test('is never refused, and however many there are, the first is taken back with all of them', async () => {
    const bank = await aliceKnown(aTable(row('alice@mail.example', true)))
    const outcomes = new Set<string>()
    let link = ''
    for (let number = 0; number < 12; number++) {
      outcomes.add((await replacedBy(bank, `mallory${number}@evil.example`, true)).outcome)
      link ||= await linkOf(bank, 'contact-changed')
      await bank.carryOut()
    }
    const { contactUndos = [] } = await bank.subject()

    expect([...outcomes]).toEqual(['replaced'])
    expect(contactUndos).toHaveLength(4)
    await bank.door.notMe.stop(link)
    expect(await contactsIn(bank)).toEqual([hers])
  })

  test('that joined the last one that there was room for is taken back by its own notice with that one', async () => {
    const bank = await aliceKnown(aTable(row('alice@mail.example', true)))
    for (let number = 0; number < 6; number++) {
      await bank.carryOut()
      await replacedBy(bank, `${number}mallory@evil.example`, true)
    }

    await bank.door.notMe.stop(await linkOf(bank, 'contact-changed'))

    expect(await contactsIn(bank)).toEqual(['2***@e***.example'])
  })

  test('pushes out no change that waits for its proof: that one can be taken back as well', async () => {
    const table = aTable(row('alice@mail.example', true))
    const bank = await aliceKnown(table, { onContactsDiffer: 'follow' })
    const { contacts, challenges } = bank.countersign
    await contacts.claim({ subject, kind: 'email', address: 'claimed@evil.example' })
    const proof = tokenIn(payloadsOf(bank.keys, await bank.subject())[0]?.proofUrl)
    for (let number = 0; number < 6; number++) {
      await bank.carryOut()
      bank.clock.advance(1000)
      table.rows = [...table.rows, row(`${number}mallory@evil.example`, true)]
      await challenges.open({ ...aLookAtNotes, session: `the session ${number} of Alice` })
    }
    await bank.carryOut()
    await bank.door.proofs.accept(proof)
    expect((await bank.subject()).contactUndos).toHaveLength(4)
    expect(await contactsIn(bank)).toHaveLength(8)

    await bank.door.notMe.stop(await linkOf(bank, 'contact-added'))

    expect(await contactsIn(bank)).toHaveLength(7)
    expect(await contactsIn(bank)).not.toContain('c***@e***.example')
  })

  test('gives an address that comes again no messages back', async () => {
    const bank = await aliceKnown(aTable(row('alice@mail.example', true)))
    await bank.countersign.challenges.open(aLookAtNotes)
    await bank.carryOut()
    await replacedBy(bank, 'mallory@evil.example', true)
    await bank.carryOut()
    await replacedBy(bank, 'alice@mail.example', true)

    expect((await bank.countersign.challenges.open(aTransfer)).outcome).toBe('too-many-messages')
  })
})

async function callsOf(bank: Bank): Promise<readonly unknown[]> {
  const { outbox } = await bank.subject()
  return outbox.flatMap((effect) => (effect.kind === 'call' ? [openCall(bank.keys, subjectIdOf(subject), effect)] : []))
}

describe('an unproved address in the place of a proved one', () => {
  async function waiting() {
    const bank = await aliceKnown(aTable(row('alice@mail.example', true)))
    await replacedBy(bank, 'alice@new.example', false)
    return { bank, code: await bank.code() }
  }

  test('is said again as often as one likes: nothing more is sent, and the code that arrived stays good', async () => {
    const { bank, code } = await waiting()
    await bank.carryOut()
    for (let number = 0; number < 12; number++) {
      bank.clock.advance(40)
      expect((await replacedBy(bank, 'alice@new.example', false)).outcome).toBe('pending')
    }

    expect((await bank.subject()).outbox).toEqual([])
    expect((await bank.countersign.contacts.prove({ ...alice, code })).outcome).toBe('proved')
  })

  test('uses up none of the asks of its person', async () => {
    const { bank } = await waiting()
    for (let number = 0; number < 9; number++) {
      await bank.carryOut()
      await replacedBy(bank, `alice${number}@new.example`, false)
    }
    await bank.carryOut()
    const claimed = await bank.countersign.contacts.claim({ subject, kind: 'email', address: 'alice@work.example' })

    expect((await replacedBy(bank, 'alice10@new.example', false)).outcome).toBe('too-many-changes')
    expect(claimed.outcome).toBe('pending')
  })

  test('ends a change that waits with its event', async () => {
    const bank = await aliceKnown(aTable(row('alice@mail.example', true)))
    await bank.countersign.contacts.claim({ subject, kind: 'email', address: 'alice@work.example' })
    await replacedBy(bank, 'alice@new.example', false)

    expect(await eventsIn(bank)).toContain('contact.change-stopped')
  })
})

describe('what is taken back', () => {
  test('is as it was, in the order that it had, however the changes after it wove through each other', async () => {
    const table = aTable(row('alice@mail.example', true), row('backup@mail.example', true))
    const bank = await aliceKnown(table, { onContactsDiffer: 'follow' })
    const before = await contactsIn(bank)
    const tables = [
      ['e', 'backup'],
      ['e', 'alice'],
      ['f', 'alice'],
      ['alice', 'g'],
      ['d', 'backup'],
      ['alice', 'd'],
    ]
    let first = ''
    for (const [index, names] of tables.entries()) {
      await bank.carryOut()
      table.rows = names.map((name) => row(`${name}@mail.example`, true))
      await bank.countersign.challenges.open({ ...aLookAtNotes, session: `the session ${index} of Alice` })
      first ||= await linkOf(bank, 'contact-changed')
    }
    expect(await contactsIn(bank)).not.toEqual(before)

    await bank.door.notMe.stop(first)

    expect(await contactsIn(bank)).toEqual(before)
  })
})
