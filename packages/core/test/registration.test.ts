import { afterEach, describe, expect, test } from '@jest/globals'

import { openCall } from '../src/countersign/notices.js'
import { type KnownContact, subjectIdOf } from '../src/index.js'
import { aBank, alice, type Bank, closed, otherThan, payloadsOf, tokenIn } from './a-bank.js'

import { aBankWithCodes, anActiveCode, cheapHashing } from './a-code.js'

afterEach(closed)

const nobodyYet = { contactsOf: () => [] } as const
const named = { subject: alice.subject, kind: 'email' } as const

/** Claims an address and proves it by the code of its message. */
async function proved({ countersign, code, carryOut }: Bank, address: string): Promise<string> {
  await countersign.contacts.claim({ ...named, address })
  const { outcome } = await countersign.contacts.prove({ ...alice, code: await code() })
  await carryOut()
  return outcome
}

/** Hands the waiting events to the log and empties the outbox, as a relay would. */
async function logged(bank: Bank): Promise<void> {
  const { outbox } = await bank.subject()
  await bank.store.audit.append(outbox.flatMap((effect) => (effect.kind === 'audit' ? [effect.event] : [])))
  await bank.carryOut()
}

async function addresses({ countersign }: Bank): Promise<readonly string[]> {
  const exported = await countersign.subjects.export({ subject: alice.subject })
  return exported.outcome === 'found' ? exported.data.contacts.map(({ address }) => address) : []
}

function unproved(address: string): KnownContact {
  return { kind: 'email', address, proved: false }
}

async function idOf({ countersign }: Bank, masked: string): Promise<string> {
  const listed = await countersign.contacts.list({ subject: alice.subject })
  return (listed.outcome === 'found' && listed.contacts.find((one) => one.masked === masked)?.id) || ''
}

/** What the application's table is told. */
async function callsOf(bank: Bank): Promise<readonly unknown[]> {
  const { outbox } = await bank.subject()
  return outbox.flatMap((effect) =>
    effect.kind === 'call' ? [openCall(bank.keys, subjectIdOf(alice.subject), effect)] : [],
  )
}

describe('an address that somebody says is his', () => {
  test('is no contact before its proof', async () => {
    const bank = await aBank(nobodyYet)

    expect(await bank.countersign.contacts.claim({ ...named, address: 'a@mail.example' })).toMatchObject({
      outcome: 'pending',
      masked: 'a***@m***.example',
    })
    expect(await addresses(bank)).toEqual([])
  })

  test('is one once the code of its message was typed', async () => {
    const bank = await aBank(nobodyYet)

    expect(await proved(bank, 'a@mail.example')).toBe('proved')
    expect(await addresses(bank)).toEqual(['a@mail.example'])
  })

  test('that was mistyped is corrected, and the proof before it is void', async () => {
    const bank = await aBank(nobodyYet)
    await bank.countersign.contacts.claim({ ...named, address: 'wrong@mail.example' })
    const before = await bank.code()
    await bank.countersign.contacts.correct({ subject: alice.subject, address: 'right@mail.example' })

    expect(await bank.countersign.contacts.prove({ ...alice, code: before })).toMatchObject({ outcome: 'wrong' })
    expect(await bank.countersign.contacts.prove({ ...alice, code: await bank.code() })).toMatchObject({
      outcome: 'proved',
    })
    expect(await addresses(bank)).toEqual(['right@mail.example'])
  })

  test('that waits behind a step-up is not swapped for another without one', async () => {
    const bank = await aBank(nobodyYet)
    await proved(bank, 'a@mail.example')
    await bank.countersign.contacts.change({ ...named, address: 'b@mail.example' })

    expect(await bank.countersign.contacts.correct({ subject: alice.subject, address: 'evil@mail.example' })).toEqual({
      outcome: 'nothing-waiting',
    })
  })

  test('and stands in the application’s table is sent its proof without being typed again', async () => {
    const bank = await aBank({ contactsOf: () => [{ kind: 'email', address: 'a@mail.example', proved: false }] })
    const listed = await bank.countersign.contacts.list({ subject: alice.subject })
    const [contact] = listed.outcome === 'found' ? listed.contacts : []
    const toContact = { subject: alice.subject, contact: contact?.id ?? '' }

    expect(await bank.countersign.contacts.sendProof(toContact)).toMatchObject({ masked: 'a***@m***.example' })
    expect(await bank.countersign.contacts.prove({ ...alice, code: await bank.code() })).toMatchObject({
      outcome: 'proved',
    })
    expect(await addresses(bank)).toEqual(['a@mail.example'])
    expect(await bank.countersign.contacts.sendProof(toContact)).toEqual({ outcome: 'unknown-contact' })
    expect(await bank.countersign.contacts.sendProof({ ...toContact, contact: 'another' })).toEqual({
      outcome: 'unknown-contact',
    })
  })

  test('is sent its proof once more with a new code, and the one before it is void', async () => {
    const bank = await aBank(nobodyYet)
    await proved(bank, 'a@mail.example')
    await bank.countersign.contacts.change({ ...named, address: 'b@mail.example' })
    const before = await bank.code()
    bank.clock.advance(31)

    expect(await bank.countersign.contacts.resendProof({ subject: alice.subject })).toMatchObject({
      outcome: 'pending',
      masked: 'b***@m***.example',
    })

    const code = await bank.code()
    expect(await bank.countersign.contacts.prove({ ...alice, code: before })).toMatchObject({ outcome: 'wrong' })
    expect(await bank.countersign.contacts.prove({ ...alice, code })).toMatchObject({ outcome: 'proved' })
    expect(await addresses(bank)).toEqual(['b@mail.example'])
    expect(await bank.countersign.contacts.resendProof({ subject: alice.subject })).toEqual({
      outcome: 'nothing-waiting',
    })
  })

  test('can be given up: neither its code nor its link proves anything any more, and the record says who did', async () => {
    const bank = await aBank(nobodyYet)
    await bank.countersign.contacts.claim({ ...named, address: 'a@mail.example' })
    const code = await bank.code()
    const token = tokenIn(payloadsOf(bank.keys, await bank.subject())[0]?.proofUrl)

    expect(await bank.countersign.contacts.withdraw({ subject: alice.subject })).toEqual({ outcome: 'withdrawn' })

    expect(await bank.countersign.contacts.prove({ ...alice, code })).toEqual({ outcome: 'nothing-waiting' })
    expect(await bank.door.proofs.accept(token)).toEqual({ outcome: 'not-found' })
    expect(await bank.countersign.contacts.withdraw({ subject: alice.subject })).toEqual({ outcome: 'nothing-waiting' })
    const found = await bank.countersign.subjects.activity({ subject: alice.subject })
    expect(found.outcome === 'found' && found.events.at(-1)).toMatchObject({
      type: 'contact.change-stopped',
      reason: 'withdrawn',
      actor: 'subject',
    })
  })

  test('takes five codes that are wrong, and then its link only', async () => {
    const bank = await aBank(nobodyYet)
    await bank.countersign.contacts.claim({ ...named, address: 'a@mail.example' })
    const code = await bank.code()
    const wrong = `${code.slice(0, -1)}${code.endsWith('0') ? '1' : '0'}`
    const tries = []
    for (let number = 0; number < 6; number++)
      tries.push((await bank.countersign.contacts.prove({ ...alice, code: wrong })).outcome)

    expect(tries).toEqual(['wrong', 'wrong', 'wrong', 'wrong', 'wrong', 'used-up'])
  })

  test('is sent its proof also beside another one that nobody has proved', async () => {
    const bank = await aBank({ contactsOf: () => [unproved('a@mail.example'), unproved('b@mail.example')] })
    const contact = await idOf(bank, 'b***@m***.example')

    expect(await bank.countersign.contacts.sendProof({ subject: alice.subject, contact })).toMatchObject({
      outcome: 'pending',
    })
  })

  test('is not taken beside one of the person that nobody has proved', async () => {
    const bank = await aBank({ contactsOf: () => [{ kind: 'email', address: 'victim@mail.example', proved: false }] })

    expect(await bank.countersign.contacts.claim({ ...named, address: 'evil@mail.example' })).toEqual({
      outcome: 'prove-first',
    })
  })
})

describe('an address of a sign-up that was mistyped', () => {
  const corrected = { subject: alice.subject, address: 'alice@mail.example' }

  function aSignUp(contactsOf = () => [unproved('alise@mial.example')]) {
    return aBank({ contactsOf, contactChanged: () => undefined })
  }

  async function corrects(bank: Bank) {
    const { outcome } = await bank.countersign.contacts.correct(corrected)
    return [outcome, (await bank.countersign.contacts.prove({ ...alice, code: await bank.code() })).outcome]
  }

  test('gives way to the right one upon its proof, and the application is told with both', async () => {
    const bank = await aSignUp()
    const contact = await idOf(bank, 'a***@m***.example')
    await bank.countersign.contacts.sendProof({ subject: alice.subject, contact })

    expect(await corrects(bank)).toEqual(['pending', 'proved'])
    expect(await addresses(bank)).toEqual(['alice@mail.example'])
    expect(await callsOf(bank)).toContainEqual({
      kind: 'email',
      address: 'alice@mail.example',
      was: 'alise@mial.example',
      proved: true,
    })
  })

  test('is corrected before anything was sent to it, where it is the only one', async () => {
    const bank = await aSignUp()

    expect(await corrects(bank)).toEqual(['pending', 'proved'])
    expect(await addresses(bank)).toEqual(['alice@mail.example'])
  })

  test('stands until then', async () => {
    const bank = await aSignUp()
    await bank.countersign.contacts.correct(corrected)

    expect(await addresses(bank)).toEqual(['alise@mial.example'])
    expect(await bank.countersign.contacts.list({ subject: alice.subject })).toMatchObject({
      contacts: [{ masked: 'a***@m***.example', proved: false }],
      pending: { replaces: await idOf(bank, 'a***@m***.example') },
    })
  })

  test('is corrected a second time', async () => {
    const bank = await aSignUp()
    await bank.countersign.contacts.correct({ ...corrected, address: 'wrong@again.example' })

    expect(await corrects(bank)).toEqual(['pending', 'proved'])
    expect(await addresses(bank)).toEqual(['alice@mail.example'])
  })

  test('and that is said to be right after all is only proved', async () => {
    const bank = await aSignUp(() => [unproved('alice@mail.example')])

    expect(await corrects(bank)).toEqual(['pending', 'proved'])
    expect(await callsOf(bank)).toContainEqual({ kind: 'email', address: 'alice@mail.example', proved: true })
  })

  test('is not corrected where there are two and none waits, or once one is proved', async () => {
    const two = await aSignUp(() => [unproved('alise@mial.example'), unproved('b@mail.example')])
    const proved = await aBank()

    expect(await two.countersign.contacts.correct(corrected)).toEqual({ outcome: 'nothing-waiting' })
    expect(await proved.countersign.contacts.correct({ ...corrected, address: 'b@mail.example' })).toEqual({
      outcome: 'nothing-waiting',
    })
  })
})

describe('asks for the proof of an address', () => {
  const numbered = (number: number) => ({ ...named, address: `stranger${number}@far.example` })

  /** A person who has asked ten times today, each time for another address. */
  async function asked(given: Parameters<typeof aBank>[0], verb: 'claim' | 'change' | 'correct'): Promise<Bank> {
    const bank = await aBank(given)
    for (let number = 0; number < 10; number++) {
      const { outcome } = await bank.countersign.contacts[verb](numbered(number))
      if (outcome !== 'pending') throw new Error(`The ask ${number} was ${outcome}.`)
      await bank.carryOut()
    }
    return bank
  }

  test.each([
    ['claim', 'nobodyYet'],
    ['correct', 'signedUp'],
    ['change', 'known'],
  ] as const)('are ten a day, by %s', async (verb, who) => {
    const tables = {
      nobodyYet: [],
      signedUp: [unproved('a@mail.example')],
      known: [{ ...unproved('a@mail.example'), proved: true }],
    }
    const bank = await asked({ contactsOf: () => tables[who] }, verb)

    expect(await bank.countersign.contacts[verb](numbered(10))).toEqual({ outcome: 'too-many-changes' })
    expect(payloadsOf(bank.keys, await bank.subject())).toEqual([])
    bank.clock.advance(86_400)
    expect(await bank.countersign.contacts[verb](numbered(10))).toMatchObject({ outcome: 'pending' })
  })

  test('by who holds a session alone use up none of those that are confirmed', async () => {
    const bank = await aBank(nobodyYet)
    await proved(bank, 'a@mail.example')
    await bank.countersign.contacts.claim(numbered(0))
    for (let number = 0; number < 12; number++) {
      bank.clock.advance(601)
      await bank.carryOut()
      await bank.countersign.contacts.resendProof({ subject: alice.subject })
    }
    await bank.countersign.contacts.withdraw({ subject: alice.subject })

    expect((await bank.countersign.contacts.claim(numbered(1))).outcome).toBe('pending')
  })

  test('keep the day that the link of the first one has', async () => {
    const bank = await aBank(nobodyYet)
    await proved(bank, 'a@mail.example')
    await bank.countersign.contacts.claim(numbered(0))
    const proof = tokenIn(payloadsOf(bank.keys, await bank.subject()).at(-1)?.proofUrl)
    bank.clock.advance(80_000)
    await bank.countersign.contacts.resendProof({ subject: alice.subject })
    bank.clock.advance(6_401)

    expect(await bank.door.proofs.accept(proof)).toEqual({ outcome: 'not-found' })
  })

  test('take nothing from the notices of the day', async () => {
    const bank = await aBankWithCodes()
    for (let number = 0; number < 10; number++) {
      await bank.countersign.contacts.change(numbered(number))
      await bank.carryOut()
    }
    await bank.countersign.codes.issue({ subject: alice.subject })
    const { outbox } = await bank.subject()

    expect(outbox.flatMap((effect) => (effect.kind === 'message' ? effect.message : []))).toEqual(['code-ready'])
  })
})

describe('an address that waits', () => {
  const toNew = { ...named, address: 'b@mail.example' }

  test('and is asked for again at once keeps the code that arrived; nothing more is sent, and the answer is alike', async () => {
    const bank = await aBank(nobodyYet)
    const first = await bank.countersign.contacts.claim(toNew)
    const code = await bank.code()
    await bank.carryOut()
    bank.clock.advance(29)

    expect(await bank.countersign.contacts.claim(toNew)).toEqual(first)
    expect(payloadsOf(bank.keys, await bank.subject())).toEqual([])
    expect(await bank.countersign.contacts.prove({ ...alice, code })).toMatchObject({ outcome: 'proved' })
  })

  test('and is asked for again later is sent a new code; the link that arrived goes on working', async () => {
    const bank = await aBank(nobodyYet)
    await bank.countersign.contacts.claim(toNew)
    const [message] = payloadsOf(bank.keys, await bank.subject())
    await bank.carryOut()
    bank.clock.advance(31)
    await bank.countersign.contacts.claim(toNew)

    expect(await bank.code()).not.toBe(message?.code)
    expect(await bank.door.proofs.accept(tokenIn(message?.proofUrl))).toMatchObject({ outcome: 'proved' })
  })

  test('is written to three times in ten minutes, and its contacts are told once', async () => {
    const bank = await aBank()
    const sent: string[] = []
    for (let number = 0; number < 6; number++) {
      await bank.countersign.contacts.change(toNew)
      const { outbox } = await bank.subject()
      sent.push(...outbox.flatMap((effect) => (effect.kind === 'message' ? effect.message : [])))
      await bank.carryOut()
      bank.clock.advance(31)
    }

    expect(sent).toEqual(['contact-proof', 'contact-change-asked', 'contact-proof', 'contact-proof'])
  })

  test('says until when its code can be typed, how often, and when it is over', async () => {
    const bank = await aBank(nobodyYet)
    await bank.countersign.contacts.claim(toNew)
    const pending = async () => {
      const listed = await bank.countersign.contacts.list({ subject: alice.subject })
      return listed.outcome === 'found' ? listed.pending : undefined
    }
    const codeUntil = new Date(bank.clock.now().getTime() + 600_000)
    expect(await pending()).toMatchObject({ codeUntil, attemptsLeft: 5 })
    expect((await pending())?.codeOver).toBeUndefined()

    bank.clock.advance(600)
    expect((await pending())?.codeOver).toBe('code-expired')
  })

  test('says that its code is used up', async () => {
    const bank = await aBank(nobodyYet)
    await bank.countersign.contacts.claim(toNew)
    const code = otherThan(await bank.code())
    for (let number = 0; number < 5; number++) await bank.countersign.contacts.prove({ ...alice, code })

    expect(await bank.countersign.contacts.list({ subject: alice.subject })).toMatchObject({
      pending: { attemptsLeft: 0, codeOver: 'used-up' },
    })
  })

  test('behind a step-up is not voided by a proof that anybody in the session may ask for', async () => {
    const bank = await aBank({
      contactsOf: () => [{ ...unproved('a@mail.example'), proved: true }, unproved('old@mail.example')],
    })
    await bank.countersign.contacts.claim(toNew)
    const code = await bank.code()
    await bank.carryOut()
    const contact = await idOf(bank, 'o***@m***.example')

    expect(await bank.countersign.contacts.sendProof({ subject: alice.subject, contact })).toEqual({
      outcome: 'prove-first',
    })
    expect(await bank.countersign.contacts.prove({ ...alice, code })).toMatchObject({ outcome: 'proved' })
    expect(await bank.countersign.contacts.sendProof({ subject: alice.subject, contact })).toMatchObject({
      outcome: 'pending',
    })
  })
})

describe('a proof by a link', () => {
  test('is told in the language and with the place of who followed it', async () => {
    const bank = await aBank()
    await bank.countersign.contacts.claim({ ...named, address: 'b@mail.example' })
    const [message] = payloadsOf(bank.keys, await bank.subject())
    await bank.carryOut()
    const asking = { language: 'de', timeZone: 'Europe/Zurich', origin: { place: 'Basel' } } as const
    await bank.door.proofs.accept(tokenIn(message?.proofUrl), asking)
    const subject = await bank.subject()

    expect(subject.outbox.filter(({ kind }) => kind === 'message')).toMatchObject([
      { message: 'contact-added', language: 'de', timeZone: 'Europe/Zurich' },
    ])
    expect(payloadsOf(bank.keys, subject)).toMatchObject([{ origin: { place: 'Basel' } }])
  })
})

describe('a change of contacts', () => {
  test('to an address that is another proved contact is refused, as is adding it', async () => {
    const bank = await aBank(nobodyYet)
    await proved(bank, 'a@mail.example')
    await proved(bank, 'b@mail.example')
    const replaces = await idOf(bank, 'a***@m***.example')
    const toOther = { ...named, address: 'b@mail.example' }

    expect(await bank.countersign.contacts.change({ ...toOther, replaces })).toEqual({ outcome: 'already-there' })
    expect(await bank.countersign.contacts.claim(toOther)).toEqual({ outcome: 'already-there' })
    expect(await addresses(bank)).toEqual(['a@mail.example', 'b@mail.example'])
  })

  test('to an address that stood there unproved leaves it unproved when it is taken back', async () => {
    const bank = await aBank({
      contactsOf: () => [{ ...unproved('a@mail.example'), proved: true }, unproved('b@mail.example')],
    })
    const replaces = await idOf(bank, 'a***@m***.example')
    await bank.countersign.contacts.change({ ...named, address: 'b@mail.example', replaces })
    await bank.countersign.contacts.prove({ ...alice, code: await bank.code() })
    expect(await addresses(bank)).toEqual(['b@mail.example'])

    await bank.door.notMe.stop(await bank.notMeToken())

    expect((await bank.subject()).contacts).toMatchObject([
      { masked: 'a***@m***.example' },
      { masked: 'b***@m***.example' },
    ])
    expect((await bank.subject()).contacts.map(({ provedAt }) => provedAt !== undefined)).toEqual([true, false])
  })

  test('by the proof of one that stood there unproved beside another is taken back: it is unproved again', async () => {
    const bank = await aBank({
      contactsOf: () => [{ ...unproved('a@mail.example'), proved: true }, unproved('b@mail.example')],
    })
    const contact = await idOf(bank, 'b***@m***.example')
    await bank.countersign.contacts.sendProof({ subject: alice.subject, contact })
    await bank.countersign.contacts.prove({ ...alice, code: await bank.code() })

    await bank.door.notMe.stop(await bank.notMeToken())

    const { contacts } = await bank.subject()
    expect(contacts.map(({ provedAt }) => provedAt !== undefined)).toEqual([true, false])
  })

  test('gives an address that is removed and added no messages back', async () => {
    const bank = await aBank(nobodyYet)
    await proved(bank, 'a@mail.example')
    await proved(bank, 'b@mail.example')
    const contact = await idOf(bank, 'b***@m***.example')
    const open = () => bank.countersign.challenges.open({ ...alice, action: 'notes.open', factor: contact })
    for (let number = 0; number < 3; number++) {
      await open()
      await bank.carryOut()
      bank.clock.advance(31)
    }
    await bank.countersign.contacts.remove({ subject: alice.subject, contact })
    await bank.carryOut()
    await proved(bank, 'b@mail.example')

    expect((await open()).outcome).toBe('too-many-messages')
  })

  test('is taken back by the link of its notice within a day', async () => {
    const bank = await aBank(nobodyYet)
    await proved(bank, 'a@mail.example')
    await bank.countersign.contacts.change({ ...named, address: 'b@mail.example' })
    await bank.countersign.contacts.prove({ ...alice, code: payloadsOf(bank.keys, await bank.subject())[0]?.code })
    const token = await bank.notMeToken()
    await bank.carryOut()

    await bank.door.notMe.stop(token)

    expect(await addresses(bank)).toEqual(['a@mail.example'])
  })

  test('that was taken back is told as taken back, also to who says so again, and a day later', async () => {
    const bank = await aBank(nobodyYet)
    await proved(bank, 'a@mail.example')
    await bank.countersign.contacts.change({ ...named, address: 'b@mail.example' })
    await bank.countersign.contacts.prove({ ...alice, code: payloadsOf(bank.keys, await bank.subject())[0]?.code })
    const token = await bank.notMeToken()
    await logged(bank)
    const stoppedAt = bank.clock.now()

    expect(await bank.door.notMe.stop(token)).toEqual({ outcome: 'stopped' })
    expect(await bank.door.notMe.stop(token)).toEqual({ outcome: 'stopped' })
    await logged(bank)
    bank.clock.advance(86_401)
    expect(await bank.door.notMe.stop(token)).toEqual({ outcome: 'stopped' })
    expect(await bank.door.notMe.read(token)).toMatchObject({ stoppedAt, takenBack: true })
  })

  test('that went with an earlier one is told as taken back', async () => {
    const bank = await aBank(nobodyYet)
    await proved(bank, 'a@mail.example')
    const tokens: string[] = []
    for (const address of ['b@mail.example', 'c@mail.example']) {
      await bank.countersign.contacts.change({ ...named, address })
      await bank.countersign.contacts.prove({ ...alice, code: payloadsOf(bank.keys, await bank.subject())[0]?.code })
      tokens.push(await bank.notMeToken())
      await logged(bank)
    }
    const [first = '', second = ''] = tokens

    await bank.door.notMe.stop(first)

    expect(await bank.door.notMe.read(second)).toMatchObject({ takenBack: true })
    expect(await bank.door.notMe.stop(second)).toEqual({ outcome: 'stopped' })
    expect(await addresses(bank)).toEqual(['a@mail.example'])
  })

  test('that nobody took back is told as carried out, once its day is over', async () => {
    const bank = await aBank(nobodyYet)
    await proved(bank, 'a@mail.example')
    await bank.countersign.contacts.change({ ...named, address: 'b@mail.example' })
    await bank.countersign.contacts.prove({ ...alice, code: payloadsOf(bank.keys, await bank.subject())[0]?.code })
    const token = await bank.notMeToken()
    await logged(bank)
    const confirmedAt = bank.clock.now()
    bank.clock.advance(86_401)

    expect(await bank.door.notMe.stop(token)).toEqual({ outcome: 'already-confirmed', confirmedAt })
  })

  test('stays after that day', async () => {
    const bank = await aBank(nobodyYet)
    await proved(bank, 'a@mail.example')
    await bank.countersign.contacts.change({ ...named, address: 'b@mail.example' })
    await bank.countersign.contacts.prove({ ...alice, code: payloadsOf(bank.keys, await bank.subject())[0]?.code })
    const token = await bank.notMeToken()
    await bank.carryOut()
    bank.clock.advance(86_401)

    await bank.door.notMe.stop(token)

    expect(await addresses(bank)).toEqual(['b@mail.example'])
  })

  test('that waits ends with any "this was not me"', async () => {
    const bank = await aBank(nobodyYet)
    await proved(bank, 'a@mail.example')
    await bank.countersign.challenges.open({ ...alice, action: 'notes.open' })
    const token = await bank.notMeToken()
    await bank.countersign.contacts.claim({ ...named, address: 'evil@mail.example' })

    await bank.door.notMe.stop(token)

    expect((await bank.subject()).contactChange).toBeUndefined()
  })

  test('leaves the last contact', async () => {
    const bank = await aBank(nobodyYet)
    await proved(bank, 'a@mail.example')
    const [contact] = (await bank.subject()).contacts

    expect(await bank.countersign.contacts.remove({ subject: alice.subject, contact: contact?.id ?? '' })).toEqual({
      outcome: 'last-contact',
    })
  })

  test('is not confirmed over an address of the same day, where there is another way', async () => {
    const bank = await aBankWithCodes()
    await anActiveCode(bank)
    await proved(bank, 'thief@mail.example')
    const [contact] = (await bank.subject()).contacts
    const removal = { ...alice, action: 'countersign.contact.remove', bound: { contact: contact?.id ?? '' } } as const
    const ways = async () => {
      const asked = await bank.countersign.authorize(removal)
      return asked.outcome === 'code-needed' ? asked.factors.map(({ kind, destination }) => destination ?? kind) : []
    }

    expect(await ways()).toEqual(['security-code'])
    bank.clock.advance(86_400)
    expect(await ways()).toEqual(['t***@m***.example', 'security-code'])
  })

  test('is confirmed over an address of the same day where nothing else is left', async () => {
    const bank = await aBank(nobodyYet)
    await proved(bank, 'a@mail.example')
    const [contact] = (await bank.subject()).contacts
    const removal = { ...alice, action: 'countersign.contact.remove', bound: { contact: contact?.id ?? '' } } as const

    expect((await bank.countersign.authorize(removal)).outcome).toBe('code-needed')
  })

  test('made by the application is told once, and said again changes nothing', async () => {
    const bank = await aBank(nobodyYet)
    await proved(bank, 'a@mail.example')
    const replacing = { ...named, address: 'b@mail.example', proved: true, by: 'the profile page' }

    expect(await bank.countersign.contacts.replace(replacing)).toEqual({ outcome: 'replaced' })
    expect(await bank.countersign.contacts.replace(replacing)).toEqual({ outcome: 'unchanged' })
  })
})

describe('a security code', () => {
  test('is issued when everything that the policy asks for is proved', async () => {
    const bank = await aBankWithCodes({ registration: { contacts: 1, identity: 'substantial' } })
    const before = await bank.countersign.codes.issue({ subject: alice.subject })
    await bank.countersign.identities.record({
      subject: alice.subject,
      method: 'passport at the counter',
      level: 'high',
      checkedAt: bank.clock.now(),
      evidence: 'C01X00T47',
      by: 'clerk 7',
    })

    expect(before).toEqual({ outcome: 'proofs-missing', missing: [{ what: 'identity', level: 'substantial' }] })
    expect((await bank.countersign.codes.issue({ subject: alice.subject })).outcome).toBe('issued')
    expect(JSON.stringify(await bank.subject())).not.toContain('C01X00T47')
  })

  test('that was sent has the limits of every code in a message', async () => {
    const bank = await aBankWithCodes({ securityCode: { delivery: 'direct', hashing: cheapHashing } })
    await bank.countersign.codes.issue({ subject: alice.subject })

    expect(await bank.countersign.codes.issue({ subject: alice.subject })).toMatchObject({
      outcome: 'too-many-messages',
    })
  })

  test('that was sent to a mailbox does not raise the session that this mailbox opened', async () => {
    const bank = await aBankWithCodes({ securityCode: { delivery: 'direct', hashing: cheapHashing } })
    await bank.countersign.codes.issue({ subject: alice.subject })
    await bank.countersign.codes.activate({ ...alice, code: await bank.code() })
    const openedBy = { kind: 'email', address: 'alice@mail.example' } as const
    const opened = await bank.countersign.challenges.open({
      ...alice,
      openedBy,
      action: 'notes.open',
      factor: 'security-code',
    })

    expect(opened.outcome).toBe('factor-not-available')
  })
})

describe('a person who is erased', () => {
  test('leaves no address and no code', async () => {
    const bank = await aBankWithCodes()
    await anActiveCode(bank)

    await bank.countersign.subjects.erase({ subject: alice.subject, by: 'the data protection officer' })

    const { contacts, code, challenges, elevations } = await bank.subject()
    expect([contacts, code, challenges, elevations]).toEqual([[], undefined, [], []])
  })

  test('gets no tries back', async () => {
    const bank = await aBankWithCodes()
    await bank.countersign.contacts.claim({ ...named, address: 'b@mail.example' })
    await bank.countersign.contacts.prove({ ...alice, code: '00000000' })
    const { failures } = (await bank.subject()).throttle

    await bank.countersign.subjects.erase({ subject: alice.subject, by: 'the data protection officer' })

    expect((await bank.subject()).throttle.failures).toEqual(failures)
  })
})

test('a session alone writes ten times a day to an address that nobody proved, however often it gives up what waits', async () => {
  const bank = await aBank({
    contactsOf: () => [{ ...unproved('a@mail.example'), proved: true }, unproved('b@mail.example')],
  })
  const contact = await idOf(bank, 'b***@m***.example')
  const outcomes: string[] = []
  for (let number = 0; number < 11; number++) {
    outcomes.push((await bank.countersign.contacts.sendProof({ subject: alice.subject, contact })).outcome)
    await bank.countersign.contacts.withdraw({ subject: alice.subject })
    await bank.carryOut()
  }

  expect(outcomes).toEqual([...Array.from({ length: 10 }, () => 'pending'), 'too-many-changes'])
  expect((await bank.countersign.contacts.claim({ ...named, address: 'c@mail.example' })).outcome).toBe('pending')
})
