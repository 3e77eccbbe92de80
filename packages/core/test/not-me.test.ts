import { outboxSize } from '../src/outbox/outbox.js'
import { aBank, aLookAtNotes, alice, aTransfer, type Bank, closed, opened, payloadsOf, tokenIn } from './a-bank.js'
import { aBankWithCodes, anActiveCode } from './a-code.js'

afterEach(closed)

const day = 86_400

async function answered(bank: Bank, challengeId: string) {
  const answer = await bank.countersign.challenges.answer({ ...alice, challengeId, code: await bank.code() })
  if (answer.outcome !== 'passed') throw new Error(`The answer was ${answer.outcome}.`)
  return answer.elevation
}

/** A transfer whose code was answered, with the link of its message. */
async function answeredTransfer(bank: Bank) {
  const { id } = opened(await bank.countersign.challenges.open(aTransfer))
  const token = await bank.notMeToken()
  bank.clock.advance(1)
  return { token, elevation: await answered(bank, id) }
}

/** Hands the waiting events to the log, as a relay would. */
async function appended(bank: Bank): Promise<void> {
  const { outbox } = await bank.subject()
  await bank.store.audit.append(outbox.flatMap((effect) => (effect.kind === 'audit' ? [effect.event] : [])))
  await bank.carryOut()
}

const twoProved = ['alice@mail.example', 'alice@work.example'].map((address) => ({
  kind: 'email' as const,
  address,
  proved: true,
}))

/** What somebody does in Alice's name, and its last message tells her. */
function actsOf({ countersign: { contacts, codes }, subject }: Bank) {
  return {
    'a change of contact': async () => {
      await contacts.change({ subject: 'alice', kind: 'email', address: 'eve@evil.example' })
    },
    'a removal': async () => {
      const [, second] = (await subject()).contacts
      await contacts.remove({ subject: 'alice', contact: second?.id ?? '' })
    },
    'a security code in its day': async () => {
      await codes.rotate({ subject: 'alice' })
    },
  }
}

/** Events that the log has not taken, as many as there is room for. */
async function withFullOutbox({ store, subject: read, clock }: Bank): Promise<void> {
  const { id } = await read()
  const { subject, revision } = await store.subjects.load(id)
  if (!subject) throw new Error('Nothing was written about Alice yet.')
  const now = clock.now()
  const outbox = Array.from({ length: outboxSize.cap }, (_, index) => ({
    kind: 'audit' as const,
    id: `filler ${index}`,
    due: now,
    tries: 0,
    madeAt: now,
    event: {
      type: 'subject.erased',
      by: 'nobody',
      actor: 'application',
      id: `${index}`,
      at: now,
      subject: id,
    } as const,
  }))
  await store.subjects.commit({ ...subject, outbox }, revision)
}

describe('the "this was not me" link', () => {
  test('says what it is about', async () => {
    const bank = await aBank()
    await bank.countersign.challenges.open(aTransfer)

    expect(await bank.door.notMe.read(await bank.notMeToken())).toEqual({
      outcome: 'found',
      subject: 'alice',
      askedAt: bank.clock.now(),
      action: 'transfer.create',
      endsSessions: false,
    })
  })

  test('of a code that was opened again leads to the challenge that lives', async () => {
    const bank = await aBank()
    const { id } = opened(await bank.countersign.challenges.open(aTransfer))
    bank.clock.advance(31)
    await bank.countersign.challenges.open(aTransfer)
    const token = await bank.notMeToken()
    bank.clock.advance(1)
    const { token: elevation } = await answered(bank, id)
    await bank.countersign.authorize({ ...aTransfer, elevations: [elevation] })

    expect(await bank.door.notMe.stop(token)).toEqual({ outcome: 'already-confirmed', confirmedAt: bank.clock.now() })
  })

  test('of a code that was sent again leads to the challenge that lives', async () => {
    const bank = await aBank()
    const { id } = opened(await bank.countersign.challenges.open(aTransfer))
    bank.clock.advance(31)
    await bank.countersign.challenges.resend({ ...alice, challengeId: id })

    expect(await bank.door.notMe.read(await bank.notMeToken())).toMatchObject({ action: 'transfer.create' })
  })

  test('tells a day later when it was carried out, although the document has forgotten it', async () => {
    const bank = await aBank()
    const { token, elevation } = await answeredTransfer(bank)
    await bank.countersign.authorize({ ...aTransfer, elevations: [elevation.token] })
    const confirmedAt = bank.clock.now()
    await appended(bank)
    bank.clock.advance(day)
    await bank.countersign.challenges.open(aTransfer)
    await appended(bank)

    expect(await bank.door.notMe.stop(token)).toEqual({ outcome: 'already-confirmed', confirmedAt })
  })

  test('says a day later that it stopped what nobody had confirmed', async () => {
    const bank = await aBank()
    await bank.countersign.challenges.open(aTransfer)
    const token = await bank.notMeToken()
    await appended(bank)
    bank.clock.advance(day)

    expect(await bank.door.notMe.stop(token)).toEqual({ outcome: 'stopped' })
  })

  test('stops once: what is done after it is not ended by the same link', async () => {
    const bank = await aBank()
    await bank.countersign.challenges.open(aTransfer)
    const token = await bank.notMeToken()
    bank.clock.advance(60)
    await bank.door.notMe.stop(token)
    bank.clock.advance(60)
    const { token: elevation } = await bank.confirmed()

    await bank.door.notMe.stop(token)

    expect((await bank.countersign.authorize({ ...aTransfer, elevations: [elevation] })).outcome).toBe('allow')
  })

  test('ends questions that were asked before it, so that a stolen session opens nothing with them', async () => {
    const bank = await aBank()
    const asked = await bank.countersign.authorize(aTransfer)
    const askedAt = asked.outcome === 'code-needed' ? asked.askedAt : undefined
    await bank.countersign.challenges.open(aLookAtNotes)
    const token = await bank.notMeToken()
    bank.clock.advance(60)

    await bank.door.notMe.stop(token)

    expect(await bank.countersign.challenges.open({ ...aTransfer, ...(askedAt && { askedAt }) })).toEqual({
      outcome: 'used-up',
    })
  })

  test('in the message to an unproved address stops the change and ends nothing of the person', async () => {
    const bank = await aBank()
    await bank.countersign.contacts.change({ subject: alice.subject, kind: 'email', address: 'new@mail.example' })
    const [proof] = payloadsOf(bank.keys, await bank.subject())
    await bank.carryOut()
    bank.clock.advance(60)
    const { token: elevation } = await bank.confirmed()

    await bank.door.notMe.stop(tokenIn(proof?.notMeUrl))

    expect((await bank.subject()).contactChange).toBeUndefined()
    expect((await bank.countersign.authorize({ ...aTransfer, elevations: [elevation] })).outcome).toBe('allow')
  })

  test('said a second time of what was answered and not spent says "stopped" again', async () => {
    const bank = await aBank()
    const { token } = await answeredTransfer(bank)
    await bank.door.notMe.stop(token)

    expect(await bank.door.notMe.stop(token)).toEqual({ outcome: 'stopped' })
    expect(await bank.door.notMe.read(token)).toMatchObject({ stoppedAt: bank.clock.now() })
    expect(await bank.door.notMe.read(token)).not.toHaveProperty('confirmedAt')
  })

  test('said a second time of what was spent says when it was confirmed, again', async () => {
    const bank = await aBank()
    const { token, elevation } = await answeredTransfer(bank)
    const confirmedAt = bank.clock.now()
    await bank.countersign.authorize({ ...aTransfer, elevations: [elevation.token] })
    await bank.door.notMe.stop(token)
    bank.clock.advance(60)

    expect(await bank.door.notMe.stop(token)).toEqual({ outcome: 'already-confirmed', confirmedAt })
  })

  test('says a day later that nothing was carried out of what was answered and never spent', async () => {
    const bank = await aBank()
    const { token } = await answeredTransfer(bank)
    await appended(bank)
    bank.clock.advance(day)

    expect(await bank.door.notMe.stop(token)).toEqual({ outcome: 'stopped' })
  })

  test('says that it was stopped once it was', async () => {
    const bank = await aBank()
    await bank.countersign.challenges.open(aTransfer)
    const token = await bank.notMeToken()
    await bank.door.notMe.stop(token)

    expect(await bank.door.notMe.read(token)).toMatchObject({ stoppedAt: bank.clock.now() })
  })

  test('changes nothing when it is looked at', async () => {
    const bank = await aBank()
    await bank.countersign.challenges.open(aTransfer)
    const before = await bank.subject()
    await bank.door.notMe.read(await bank.notMeToken())

    expect(await bank.subject()).toEqual(before)
  })

  test('takes back what was answered and not spent', async () => {
    const bank = await aBank()
    const { token, elevation } = await answeredTransfer(bank)

    expect(await bank.door.notMe.stop(token)).toEqual({ outcome: 'stopped' })
    expect(await bank.countersign.authorize({ ...aTransfer, elevations: [elevation.token] })).toMatchObject({
      outcome: 'code-needed',
    })
  })

  test('says when it was confirmed once it was carried out, and ends the rest all the same', async () => {
    const bank = await aBank()
    const { token, elevation } = await answeredTransfer(bank)
    const confirmedAt = bank.clock.now()
    await bank.countersign.authorize({ ...aTransfer, elevations: [elevation.token] })
    bank.clock.advance(31)
    const notes = await bank.confirmed(aLookAtNotes)

    expect(await bank.door.notMe.stop(token)).toEqual({ outcome: 'already-confirmed', confirmedAt })
    expect(await bank.countersign.authorize({ ...aLookAtNotes, elevations: [notes.token] })).toMatchObject({
      outcome: 'code-needed',
    })
  })

  test('ends the elevations of every session', async () => {
    const bank = await aBank()
    const notes = await bank.confirmed(aLookAtNotes)
    const elsewhere = { ...aTransfer, session: 'another session' }
    bank.clock.advance(31)
    await bank.countersign.challenges.open(elsewhere)
    await bank.door.notMe.stop(await bank.notMeToken())

    expect((await bank.countersign.authorize({ ...aLookAtNotes, elevations: [notes.token] })).outcome).toBe(
      'code-needed',
    )
  })

  test('asks the application to end its sessions, where it can', async () => {
    const bank = await aBank({ endSessions: () => undefined })
    await bank.countersign.challenges.open(aTransfer)
    await bank.door.notMe.stop(await bank.notMeToken())

    expect((await bank.subject()).outbox).toContainEqual(expect.objectContaining({ kind: 'call', call: 'endSessions' }))
  })

  test('stops the change of contact that it is about', async () => {
    const bank = await aBank()
    await bank.countersign.contacts.change({ subject: 'alice', kind: 'email', address: 'eve@evil.example' })
    await bank.door.notMe.stop(await bank.notMeToken())

    expect((await bank.subject()).contactChange).toBeUndefined()
  })

  test.each(['a change of contact', 'a removal', 'a security code in its day'] as const)(
    'stops %s although the outbox has no room',
    async (what) => {
      const bank = await aBankWithCodes({ endSessions: () => undefined, contactsOf: () => twoProved })
      await anActiveCode(bank)
      await actsOf(bank)[what]()
      const token = await bank.notMeToken()
      await withFullOutbox(bank)
      bank.clock.advance(60)
      await bank.door.notMe.stop(token)
      const { contacts, contactChange, code, outbox } = await bank.subject()

      expect(contacts).toHaveLength(2)
      expect({ contactChange, waiting: code?.waiting }).toEqual({})
      expect(outbox).toContainEqual(expect.objectContaining({ kind: 'call', call: 'endSessions' }))
    },
  )

  test('works for who has an id as long as any, none of its letters ASCII', async () => {
    const bank = await aBank()
    const subject = '\u{1D306}'.repeat(128)
    await bank.countersign.challenges.open({ ...aTransfer, subject })
    const token = await bank.notMeToken(subject)

    expect(await bank.door.notMe.read(token)).toMatchObject({ outcome: 'found', subject })
  })

  test('from before an erasure writes nothing about who was erased', async () => {
    const bank = await aBank({ endSessions: () => undefined })
    await bank.countersign.challenges.open(aTransfer)
    const token = await bank.notMeToken()
    await bank.countersign.subjects.erase({ subject: 'alice', by: 'the data protection officer' })
    await bank.carryOut()
    const before = await bank.subject()

    expect(await bank.door.notMe.stop(token)).toEqual({ outcome: 'stopped' })
    expect(await bank.subject()).toEqual(before)
  })

  test('works for seven days', async () => {
    const bank = await aBank()
    await bank.countersign.challenges.open(aTransfer)
    const token = await bank.notMeToken()
    bank.clock.advance(7 * day)

    expect((await bank.door.notMe.read(token)).outcome).toBe('found')
    bank.clock.advance(1)
    expect((await bank.door.notMe.read(token)).outcome).toBe('not-found')
    expect((await bank.door.notMe.stop(token)).outcome).toBe('not-found')
  })

  test('that proves a contact is no link to stop something, nor the other way round', async () => {
    const bank = await aBank()
    await bank.countersign.contacts.change({ subject: 'alice', kind: 'email', address: 'alice@new.example' })
    const payloads = payloadsOf(bank.keys, await bank.subject())
    const proof = tokenIn(payloads.find(({ proofUrl }) => proofUrl)?.proofUrl)

    expect((await bank.door.notMe.read(proof)).outcome).toBe('not-found')
    expect((await bank.door.proofs.read(await bank.notMeToken())).outcome).toBe('not-found')
  })

  test.each([
    ['nothing', ''],
    ['a word', 'token'],
    ['a token of nobody', `aaaa.${'A'.repeat(120)}`],
    ['a megabyte', 'A'.repeat(1_000_000)],
    ['dots', '....'],
  ])('that holds %s is not found', async (_, token) => {
    const { door } = await aBank()

    expect((await door.notMe.read(token)).outcome).toBe('not-found')
    expect((await door.notMe.stop(token)).outcome).toBe('not-found')
    expect((await door.proofs.read(token)).outcome).toBe('not-found')
    expect((await door.proofs.accept(token)).outcome).toBe('not-found')
  })
})
