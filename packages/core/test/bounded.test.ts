import { ok } from 'node:assert/strict'
import fc from 'fast-check'
import { challengeLimits } from '../src/challenge/challenge.js'
import { elevationsCap } from '../src/elevation/elevation.js'
import type { Subject } from '../src/index.js'
import { aBank, aLookAtNotes, alice, aTransfer, type Bank, closed, fields, opened, otherThan } from './a-bank.js'

afterEach(closed)

const challengesCap = challengeLimits.liveBySubject + challengeLimits.closedCap

/** Bytes of the document as MongoDB keeps it, at least: a time takes 8 bytes there and 26 here. */
function bytesOf(subject: Subject): number {
  return Buffer.byteLength(JSON.stringify(subject))
}

/** What no list may ever hold more of. */
function isBounded({
  challenges,
  elevations,
  contacts,
  contactsAskedFor,
  throttle,
  notices,
  timers,
  ...rest
}: Subject) {
  const { revocation, outbox } = rest
  ok(challenges.length <= challengesCap, `${challenges.length} challenges`)
  ok(
    challenges.every(({ earlier }) => earlier.length <= 3),
    'earlier codes',
  )
  ok(elevations.length <= elevationsCap, `${elevations.length} elevations`)
  ok(contacts.length <= 10, `${contacts.length} contacts`)
  ok(
    contacts.every(({ sent }) => sent.length <= 15),
    'messages of a contact',
  )
  ok(contactsAskedFor.length <= 8, `${contactsAskedFor.length} sessions asked for`)
  ok(throttle.failures.length <= 30 && throttle.locks.length <= 8, 'failures and locks')
  ok(notices.length <= 10, `${notices.length} notices`)
  ok(timers.length <= 4, `${timers.length} timers`)
  ok(revocation.sessions.length <= 8, `${revocation.sessions.length} ended sessions`)
  ok(outbox.length <= 64, `${outbox.length} entries`)
}

/** One day of somebody who pays bills, mistypes, forgets and signs out. */
async function day(bank: Bank, number: number): Promise<number> {
  const { countersign, clock } = bank
  const session = `the session of day ${number}`
  let largest = 0
  for (let act = 0; act < 6; act++) {
    const request = { ...aTransfer, session, bound: { ...fields, amount: `${number}.0${act}` } }
    const asked = await (act === 5
      ? countersign.challenges.open({ ...aLookAtNotes, session })
      : countersign.challenges.open(request))
    if (asked.outcome === 'opened') {
      const whom = { subject: 'alice', session, challengeId: asked.challenge.id }
      const code = await bank.code()
      if (act % 2 === number % 2) await countersign.challenges.answer({ ...whom, code: otherThan(code) })
      const answered = act === 3 ? undefined : await countersign.challenges.answer({ ...whom, code })
      if (answered?.outcome === 'passed')
        await countersign.authorize({ ...request, elevations: [answered.elevation.token] })
    }
    largest = Math.max(largest, bytesOf(await bank.subject()))
    await bank.carryOut()
    clock.advance(1200 + 37 * act)
  }
  await countersign.elevations.revoke({ subject: 'alice', session })
  await bank.carryOut()
  clock.advance(86_400 - 6 * 1300)
  return largest
}

test('a year of daily use leaves a document of less than 8 KB, and it was never larger than 16', async () => {
  const bank = await aBank()
  let largest = 0
  for (let number = 0; number < 365; number++) largest = Math.max(largest, await day(bank, number))

  expect(bytesOf(await bank.subject())).toBeLessThan(8192)
  expect(largest).toBeLessThan(16_384)
}, 30_000)

const act = fc.record({
  verb: fc.constantFrom('open', 'resend', 'wrong', 'right', 'cancel', 'use', 'sign out', 'end', 'change', 'look'),
  pick: fc.nat(20),
  wait: fc.constantFrom(0, 1, 31, 31, 200, 900),
})

test('whatever somebody does, no list of the document grows beyond its cap', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 60, maxLength: 120 }), async (acts) => {
      const contacts = Array.from({ length: 12 }, (_, number) => `alice${number}@mail.example`)
      const bank = await aBank({
        contactsOf: () => contacts.map((address) => ({ kind: 'email', address, proved: true })),
      })
      const { countersign, clock } = bank
      let session = 'session 0'
      let last = ''
      let token = ''
      const factors = async () =>
        (await countersign.contacts.list({ subject: 'alice' })) as { contacts?: { id: string }[] }
      for (const { verb, pick, wait } of acts) {
        clock.advance(wait)
        const whom = { subject: 'alice', session, challengeId: last }
        const factor = (await factors()).contacts?.[pick % 10]?.id ?? ''
        const request = { ...aTransfer, session, bound: { ...fields, amount: `${pick}.00` } }
        if (verb === 'open') {
          const asked = await countersign.challenges.open({ ...request, factor })
          if (asked.outcome === 'opened') last = opened(asked).id
        }
        if (verb === 'resend') await countersign.challenges.resend({ ...whom, factor })
        if (verb === 'wrong') await countersign.challenges.answer({ ...whom, code: `0000000${pick % 10}` })
        if (verb === 'right' && last) {
          const answered = await countersign.challenges.answer({ ...whom, code: await bank.code() })
          if (answered.outcome === 'passed') token = answered.elevation.token
        }
        if (verb === 'cancel') await countersign.challenges.cancel(whom)
        if (verb === 'use') await countersign.authorize({ ...request, elevations: [token] })
        if (verb === 'sign out') {
          await countersign.elevations.revoke({ subject: 'alice', session })
          session = `session ${pick} ${clock.now().getTime()}`
        }
        if (verb === 'end') await countersign.elevations.revoke({ subject: 'alice' })
        if (verb === 'change')
          await countersign.contacts.change({ subject: 'alice', kind: 'email', address: `alice${pick}@new.example` })
        const { subject } = await bank.store.subjects.load('default/alice' as Subject['id'])
        if (subject) isBounded(subject)
        if (pick < 12) await bank.carryOut()
      }
      await closed()
    }),
    { numRuns: 25 },
  )
}, 60_000)

test('sessions that open what they can and sign out leave at most the live and the remembered challenges', async () => {
  const addresses = Array.from({ length: 10 }, (_, number) => `alice${number}@mail.example`)
  const bank = await aBank({
    contactsOf: () => addresses.map((address) => ({ kind: 'email', address, proved: true })),
  })
  const listed = await bank.countersign.contacts.list(alice)
  const factors = listed.outcome === 'found' ? listed.contacts.map(({ id }) => id) : []
  let most = 0
  for (let number = 0; number < 10; number++) {
    const session = `session ${number}`
    for (const amount of ['1.00', '2.00', '3.00']) {
      const factor = factors.at((number * 3 + Number(amount[0])) % 10) ?? ''
      await bank.countersign.challenges.open({ ...aTransfer, session, factor, bound: { ...fields, amount } })
      await bank.carryOut()
    }
    await bank.countersign.elevations.revoke({ subject: 'alice', session })
    await bank.carryOut()
    most = Math.max(most, (await bank.subject()).challenges.length)
    bank.clock.advance(31)
  }

  expect(most).toBeLessThanOrEqual(challengesCap)
})

test('a session that is looked at and asks for nothing leaves no document', async () => {
  const bank = await aBank()
  await bank.countersign.authorize(aTransfer)
  await bank.countersign.preview(aTransfer)
  await bank.countersign.challenges.read({ ...alice, challengeId: 'c' })
  await bank.countersign.contacts.list(alice)

  await expect(bank.subject()).rejects.toThrow('no document')
})
