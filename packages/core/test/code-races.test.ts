import { deepEqual, equal, ok } from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { jest } from '@jest/globals'
import fc from 'fast-check'
import type { Bank } from './a-bank.js'

// What argon2id does is no matter here, so a quick hash stands for it. Whatever imports the core comes after it: a module
// that was loaded before would keep the slow one.
const hashRaw = jest.fn(async (preHash: Buffer, { salt }: { salt: Buffer }) =>
  createHash('sha256').update(preHash).update(salt).digest(),
)
jest.unstable_mockModule('@node-rs/argon2', () => ({ hashRaw }))

const { memoryStore } = await import('@countersign/memory')
const { stillClock } = await import('@countersign/testing')
const { keyRing, newKey } = await import('../src/index.js')
const { alice, aTransfer, closed, fields, opened, withSubjects } = await import('./a-bank.js')
const { aBankWithCodes, anActiveCode, notThe, pickedUp, rotated } = await import('./a-code.js')

afterEach(closed)

type Codes = Readonly<{ old: string; fresh: string }>
type Asked = Codes & Readonly<{ challengeId: string }>

/** What may come at once while one code works and the next one waits, shown. */
const commands = {
  'says that it is kept': ({ countersign: { codes } }) => codes.activate(alice),
  'types the next one': ({ countersign: { codes } }, { fresh }) => codes.activate({ ...alice, code: fresh }),
  'types a wrong one': ({ countersign: { codes } }, { fresh }) => codes.activate({ ...alice, code: notThe(fresh) }),
  'answers with the one that works': (bank, { old, challengeId }) => answer(bank, challengeId, old),
  'answers with the next one': (bank, { fresh, challengeId }) => answer(bank, challengeId, fresh),
  'answers with a wrong one': (bank, { old, challengeId }) => answer(bank, challengeId, notThe(old)),
  'revokes it': ({ countersign: { codes } }) => codes.revoke({ subject: alice.subject }),
  'says that it is lost': ({ countersign: { codes } }) => codes.rotate({ subject: alice.subject }),
  'wants a first one': ({ countersign: { codes } }) => codes.issue({ subject: alice.subject }),
} satisfies Record<string, (bank: Bank, asked: Asked) => Promise<{ outcome: string }>>

type Verb = keyof typeof commands

function answer({ countersign }: Bank, challengeId: string, code: string) {
  return countersign.challenges.answer({ ...alice, challengeId, code })
}

const reached = { conflicts: 0, passed: 0, activated: 0, revoked: 0, wrong: 0 }

/** Two processes on one store whose loads and commits come in the order that `during` is given. */
async function twoBanks() {
  const clock = stillClock()
  const store = memoryStore({ clock })
  let order: fc.Scheduler | undefined
  const ordered = withSubjects(store, {
    async load(id) {
      const found = await store.subjects.load(id)
      await order?.schedule(Promise.resolve(), 'load')
      return found
    },
    async commit(subject, revision) {
      await order?.schedule(Promise.resolve(), 'commit')
      const done = await store.subjects.commit(subject, revision)
      if (!done) reached.conflicts++
      return done
    },
  })
  const given = { clock, store: ordered, keys: keyRing(newKey()) }
  const banks = [await aBankWithCodes(given), await aBankWithCodes(given)] as const
  async function during<T>(scheduler: fc.Scheduler, work: () => Promise<T>): Promise<T> {
    order = scheduler
    const done = await scheduler.waitFor(work())
    order = undefined
    return done
  }
  return { banks, clock, during }
}

/** One code works, the next one was shown, and a question for the one that works is open. */
async function aReplacement(bank: Bank): Promise<Asked> {
  const old = await anActiveCode(bank)
  bank.clock.advance(60)
  await rotated(bank, old)
  bank.clock.advance(60)
  const fresh = await pickedUp(bank)
  await bank.carryOut()
  const { id } = opened(await bank.countersign.challenges.open({ ...aTransfer, factor: 'security-code' }))
  return { old, fresh, challengeId: id }
}

/** Which of the two codes confirms something now. */
async function working(bank: Bank, { old, fresh }: Codes): Promise<string[]> {
  const found: string[] = []
  for (const [name, code] of Object.entries({ old, fresh })) {
    bank.clock.advance(60)
    const bound = { ...fields, amount: `${found.length + 1}.${name === 'old' ? '10' : '20'}` }
    const asked = await bank.countersign.challenges.open({ ...aTransfer, bound, factor: 'security-code' })
    if (asked.outcome !== 'opened') continue
    const { outcome } = await answer(bank, asked.challenge.id, code)
    if (outcome === 'passed') found.push(name)
  }
  return found
}

test('whatever two processes do at once, one code works or none, each wrong one is counted, and one right one passes', async () => {
  const verbs = fc.array(fc.constantFrom(...(Object.keys(commands) as Verb[])), { minLength: 2, maxLength: 4 })
  await fc.assert(
    fc.asyncProperty(verbs, fc.scheduler(), async (chosen, scheduler) => {
      const { banks, during } = await twoBanks()
      const [one] = banks
      const asked = await aReplacement(one)
      const told = await during(scheduler, () =>
        Promise.all(
          chosen.map(async (verb, index) => {
            const { outcome } = await commands[verb](banks[index % 2 ? 1 : 0], asked)
            return { verb, outcome: outcome as string }
          }),
        ),
      )
      await one.carryOut()

      const as = JSON.stringify(told)
      const times = (outcome: string) => told.filter((one) => one.outcome === outcome).length
      const { throttle } = await one.subject()
      equal(times('unavailable'), 0, as)
      equal(throttle.failures.length, times('wrong'), as)
      ok(times('passed') <= 1 && times('activated') <= 1, as)
      // What is made ready between two revocations is ended by the second.
      const madeReady = chosen.some((verb) => verb === 'wants a first one' || verb === 'says that it is lost')
      ok(times('revoked') <= (madeReady ? chosen.length : 1), as)
      ok(!told.some(({ verb, outcome }) => verb === 'answers with the next one' && outcome === 'passed'), as)
      deepEqual(await working(one, asked), times('revoked') ? [] : times('activated') ? ['fresh'] : ['old'], as)
      for (const what of ['passed', 'activated', 'revoked', 'wrong'] as const) reached[what] += times(what)
      await closed()
    }),
    { numRuns: 300, endOnFailure: true },
  )
  ok(hashRaw.mock.calls.length > 300, 'the quick hash was not used')
  // Processes that never meet would prove nothing.
  ok(
    Object.values(reached).every((times) => times > 10),
    JSON.stringify(reached),
  )
}, 120_000)
