import { openCall } from '../src/countersign/notices.js'
import { subjectIdOf } from '../src/index.js'
import { aBank, aLookAtNotes, alice, type Bank, closed, opened, payloadsOf } from './a-bank.js'
import { aBankWithCodes, anActiveCode, cheapHashing, notThe } from './a-code.js'

afterEach(closed)

const subject = alice.subject
const waiting = { subject, session: 'a session of whoever registered the address first' } as const

/** An account whose address nobody has proved: somebody waits in a session of it, with a question, an identity and a code of his own. */
async function squatted(given: Parameters<typeof aBank>[0] = {}): Promise<Bank> {
  const bank = await aBankWithCodes({
    contactsOf: () => [{ kind: 'email', address: 'a@mail.example', proved: false }],
    ...given,
    securityCode: { delivery: 'pickup', hashing: cheapHashing },
  })
  const { countersign, clock } = bank
  await countersign.identities.record({
    subject,
    method: 'a selfie',
    level: 'low',
    checkedAt: clock.now(),
    evidence: 'C01X00T47',
    by: 'clerk 7',
  })
  await countersign.challenges.open({ ...waiting, action: 'notes.open' })
  return bank
}

/** The owner reads his mailbox and types the code of its message in his own session. */
async function provesIt({ countersign, code, carryOut, clock }: Bank): Promise<string> {
  await carryOut()
  clock.advance(31)
  const listed = await countersign.contacts.list({ subject })
  const contact = listed.outcome === 'found' ? (listed.contacts[0]?.id ?? '') : ''
  await countersign.contacts.sendProof({ subject, contact })
  const { outcome } = await countersign.contacts.prove({ ...alice, code: await code() })
  return outcome
}

describe('the first proof of an address', () => {
  test('closes what others had asked for', async () => {
    const bank = await squatted()
    expect(await provesIt(bank)).toBe('proved')
    const { challenges } = await bank.subject()

    expect(challenges.map(({ closed: end }) => end?.why)).toEqual(['revoked'])
  })

  test('takes the identity that was recorded before it', async () => {
    const bank = await squatted()
    const before = await bank.countersign.identities.read({ subject })
    await provesIt(bank)

    expect(before).toMatchObject({ outcome: 'found', identity: { level: 'low' } })
    expect(await bank.countersign.identities.read({ subject })).toEqual({ outcome: 'found' })
  })

  test('leaves an event of the identity that it took', async () => {
    const bank = await squatted()
    await provesIt(bank)

    expect(await eventsIn(bank)).toContainEqual(
      expect.objectContaining({ type: 'identity.voided', method: 'a selfie', level: 'low', reason: 'first-proof' }),
    )
  })

  test.each([
    ['corrected', 'correct'],
    ['put in its place by a change', 'change'],
  ] as const)('voids as much where the address was %s', async (_, verb) => {
    const bank = await squatted()
    await bank.countersign.contacts[verb]({ subject, kind: 'email', address: 'owner@mail.example' })

    expect((await bank.countersign.contacts.prove({ ...alice, code: await bank.code() })).outcome).toBe('proved')
    const { challenges, identity, contacts } = await bank.subject()
    expect([challenges.map(({ closed: end }) => end?.why), identity]).toEqual([['revoked'], undefined])
    expect(contacts.map(({ masked }) => masked)).toEqual(['o***@m***.example'])
  })

  test('asks the application to end every session but its own', async () => {
    const bank = await squatted({ endSessions: async () => {} })
    await provesIt(bank)
    const { id, outbox } = await bank.subject()
    const calls = outbox.flatMap((effect) =>
      effect.kind === 'call' && effect.call === 'endSessions' ? openCall(bank.keys, id, effect) : [],
    )

    expect(calls).toEqual([expect.objectContaining({ reason: 'first-proof', except: expect.any(String) })])
  })

  test('happens once: a second address ends nothing of the kind', async () => {
    const bank = await squatted()
    await provesIt(bank)
    await bank.carryOut()
    const { id } = opened(await bank.countersign.challenges.open({ ...waiting, action: 'notes.open' }))
    await bank.carryOut()
    bank.clock.advance(31)
    await bank.countersign.contacts.claim({ subject, kind: 'email', address: 'b@mail.example' })
    await bank.countersign.contacts.prove({ ...alice, code: await bank.code() })
    const { contacts } = await bank.subject()

    expect(contacts).toHaveLength(2)
    expect((await bank.subject()).identity).toBeUndefined()
    expect(await bank.countersign.challenges.read({ ...waiting, challengeId: id })).toMatchObject({ outcome: 'found' })
  })
})

async function eventsIn(bank: Bank): Promise<readonly unknown[]> {
  return (await bank.subject()).outbox.flatMap((effect) => (effect.kind === 'audit' ? [effect.event] : []))
}

/** What the application's own table says, and a new session that asks it. */
async function atTheNextSession(onContactsDiffer: 'keep' | 'follow', address: string, proved = true) {
  let table = { kind: 'email', address: 'old@mail.example', proved: true } as const as {
    kind: 'email'
    address: string
    proved: boolean
  }
  const bank = await aBank({ contactsOf: () => [table], onContactsDiffer })
  const token = (await bank.confirmed(aLookAtNotes)).token
  await bank.carryOut()
  bank.clock.advance(31)
  table = { kind: 'email', address, proved }
  await bank.countersign.challenges.open({ ...aLookAtNotes, session: 'the next session of Alice' })
  const listed = await bank.countersign.contacts.list({ subject })
  const masked = listed.outcome === 'found' ? listed.contacts.map((one) => one.masked) : []
  return { bank, token, masked }
}

describe('an address that the application’s table has and we do not', () => {
  test('changes nothing by default, and is an event', async () => {
    const { bank, token, masked } = await atTheNextSession('keep', 'new@mail.example')

    expect(masked).toEqual(['o***@m***.example'])
    expect(await bank.countersign.authorize({ ...aLookAtNotes, elevations: [token] })).toMatchObject({
      outcome: 'allow',
    })
    expect(JSON.stringify((await bank.subject()).outbox)).toContain('contact.differs')
  })

  test('takes the place of ours where we follow: elevations end, and the old address is told', async () => {
    const { bank, token, masked } = await atTheNextSession('follow', 'new@mail.example')
    const { outbox } = await bank.subject()

    expect(masked).toEqual(['n***@m***.example'])
    expect(await bank.countersign.authorize({ ...aLookAtNotes, elevations: [token] })).not.toMatchObject({
      outcome: 'allow',
    })
    expect(outbox.flatMap((effect) => (effect.kind === 'message' ? [effect.masked] : []))).toContain(
      'o***@m***.example',
    )
  })

  test('is not taken for the same address with its proof taken back', async () => {
    const { masked, bank } = await atTheNextSession('follow', 'old@mail.example', false)
    const listed = await bank.countersign.contacts.list({ subject })

    expect(masked).toEqual(['o***@m***.example'])
    expect(listed).toMatchObject({ contacts: [{ proved: true }] })
  })
})

describe('a person’s copy', () => {
  test('has addresses in full, the state of the code, the identity without its evidence, and what happened', async () => {
    const bank = await aBankWithCodes()
    const code = await anActiveCode(bank)
    await bank.countersign.identities.record({
      subject,
      method: 'passport at the counter',
      level: 'substantial',
      checkedAt: bank.clock.now(),
      evidence: 'C01X00T47',
      by: 'clerk 7',
    })
    const exported = await bank.countersign.subjects.export({ subject })

    expect(exported).toMatchObject({
      outcome: 'found',
      data: {
        subject: 'alice',
        contacts: [{ kind: 'email', address: 'alice@mail.example', proved: true }],
        identity: { method: 'passport at the counter', level: 'substantial', by: 'clerk 7' },
        securityCode: { state: 'active', expiresAt: expect.any(Date) },
      },
    })
    const text = JSON.stringify(exported)
    for (const secret of [code, code.replace('-', ''), 'C01X00T47', 'digest', 'answer'])
      expect(text).not.toContain(secret)
  })

  test('has the address that waits and those that can be brought back, in full and until when', async () => {
    const rows = ['alice@mail.example', 'alice@work.example']
    const bank = await aBank({ contactsOf: () => rows.map((address) => ({ kind: 'email', address, proved: true })) })
    await bank.confirmed()
    const { contacts } = await bank.subject()
    await bank.countersign.contacts.remove({ subject, contact: contacts[1]?.id ?? '' })
    await bank.countersign.contacts.claim({ subject, kind: 'email', address: 'waiting@mail.example' })
    const until = new Date(bank.clock.now().getTime() + 86_400_000)

    expect(await bank.countersign.subjects.export({ subject })).toMatchObject({
      data: {
        pending: { kind: 'email', address: 'waiting@mail.example', until },
        removed: [{ kind: 'email', address: 'alice@work.example', until }],
      },
    })
  })

  test('says how many events it leaves out', async () => {
    const bank = await aBank()
    await bank.confirmed()
    const [event] = (await bank.subject()).outbox.flatMap((effect) => (effect.kind === 'audit' ? [effect.event] : []))
    if (!event) throw new Error('There is no event.')
    const many = Array.from({ length: 1100 }, (_, index) => ({ ...event, id: `default/alice#${index + 1}` }))
    await bank.store.audit.append(many)
    const { subject: found, revision } = await bank.store.subjects.load(subjectIdOf(subject))
    if (found) await bank.store.subjects.commit({ ...found, outbox: [], events: 1100 }, revision)

    expect(await bank.countersign.subjects.export({ subject })).toMatchObject({ data: { eventsLeftOut: 100 } })
  })

  test('is JSON as it stands, and of nobody where nobody is known', async () => {
    const bank = await aBank()
    const exported = await bank.countersign.subjects.export({ subject: 'nobody' })

    expect(exported).toMatchObject({
      outcome: 'found',
      data: { subject: 'nobody', contacts: [], securityCode: { state: 'none' }, events: [] },
    })
  })
})

describe('what stays of a person who is erased is as the guide says', () => {
  async function erased() {
    const bank = await aBankWithCodes({ endSessions: async () => {} })
    await anActiveCode(bank)
    const { token } = await bank.confirmed(aLookAtNotes)
    await bank.countersign.contacts.claim({ subject, kind: 'email', address: 'b@mail.example' })
    const before = await bank.subject()
    await bank.countersign.subjects.erase({ subject, by: 'the data protection officer' })
    return { bank, token, before, after: await bank.subject() }
  }

  test('contacts, waiting proofs, code, identity, questions and messages are gone', async () => {
    const { after } = await erased()
    const { contacts, contactChange, contactUndos, code, identity, challenges, notices, timers, outbox } = after

    expect({ contacts, contactChange, contactUndos, code, identity, challenges, notices, timers }).toEqual({
      contacts: [],
      contactChange: undefined,
      contactUndos: undefined,
      code: undefined,
      identity: undefined,
      challenges: [],
      notices: [],
      timers: [],
    })
    expect(outbox.filter(({ kind }) => kind === 'message')).toEqual([])
  })

  test('failures stay for a day and then go by themselves', async () => {
    const bank = await aBankWithCodes()
    const { id: challengeId } = opened(await bank.countersign.challenges.open(aLookAtNotes))
    await bank.countersign.challenges.answer({ ...alice, challengeId, code: notThe(await bank.code()) })
    await bank.countersign.subjects.erase({ subject, by: 'the data protection officer' })
    const { throttle, timers } = await bank.subject()

    expect(throttle.failures).toHaveLength(1)
    expect(timers.map(({ due }) => due)).toEqual([new Date(bank.clock.now().getTime() + 86_400_000)])
    bank.clock.advance(86_400)
    await bank.countersign.elevations.revoke({ ...alice, session: 'a look' })
    expect(await bank.subject()).toMatchObject({ throttle: { failures: [] }, timers: [] })
  })

  test('an old elevation is dead', async () => {
    const { bank, token } = await erased()

    expect(await bank.countersign.authorize({ ...aLookAtNotes, elevations: [token] })).not.toMatchObject({
      outcome: 'allow',
    })
  })

  test('the epoch rises, and the events go on behind the last number', async () => {
    const { before, after } = await erased()

    expect(after.revocation.epoch).toBeGreaterThan(before.revocation.epoch)
    expect(after.events).toBeGreaterThan(before.events)
    expect(JSON.stringify(after.outbox)).toContain('subject.erased')
  })

  test('no address is left in the document, not even sealed', async () => {
    const { bank, after } = await erased()

    expect(payloadsOf(bank.keys, after)).toEqual([])
    expect(JSON.stringify(after)).not.toMatch(/"address":/)
  })
})
