import { availableParallelism } from 'node:os'
import { jest } from '@jest/globals'
import type { Store, Subject } from '../src/index.js'

// What a hash costs does not matter here, how many there are does. Each takes a turn of the event loop, so that a line
// forms. Whatever imports the core comes after it: a module that was loaded before would keep the slow one.
let atOnce = 0
let mostAtOnce = 0
const hashRaw = jest.fn(async (preHash: Buffer) => {
  atOnce++
  mostAtOnce = Math.max(mostAtOnce, atOnce)
  await new Promise(setImmediate)
  atOnce--
  return preHash
})
jest.unstable_mockModule('@node-rs/argon2', () => ({ hashRaw }))

const { memoryStore } = await import('@countersign/memory')
const { stillClock } = await import('@countersign/testing')
const { keyRing, newKey } = await import('../src/index.js')
const { alice, aTransfer, closed, opened, withSubjects } = await import('./a-bank.js')
const { aBankWithCodes, anActiveCode, notThe } = await import('./a-code.js')

afterEach(closed)

const byOwnCode = { ...aTransfer, factor: 'security-code' } as const

/** A question for the code that works, on a store that loses its next commits, each after `meanwhile` happened to the person. */
async function aContendedQuestion(losses: number, meanwhile = (subject: Subject) => subject) {
  const clock = stillClock()
  const store: Store = memoryStore({ clock })
  let left = 0
  const contended = withSubjects(store, {
    async commit(subject, revision) {
      if (left === 0) return store.subjects.commit(subject, revision)
      left -= 1
      const found = await store.subjects.load(subject.id)
      if (found.subject) await store.subjects.commit(meanwhile(found.subject), found.revision)
      return false
    },
  })
  const bank = await aBankWithCodes({ clock, store: contended, keys: keyRing(newKey()) })
  const code = await anActiveCode(bank)
  const { id: challengeId } = opened(await bank.countersign.challenges.open(byOwnCode))
  left = losses
  hashRaw.mockClear()
  return () => bank.countersign.challenges.answer({ ...alice, challengeId, code })
}

/** The same person, whose digest has got another salt. */
function saltedAnew(subject: Subject): Subject {
  const held = subject.code?.held
  if (!held?.digest) throw new Error('There is no digest.')
  const [version, memory, passes, , hash] = held.digest.split('.')
  const digest = [version, memory, passes, Buffer.alloc(16).toString('base64url'), hash].join('.')
  return { ...subject, code: { ...subject.code, held: { ...held, digest } } }
}

describe('a guess of a security code', () => {
  test('costs a hash while tries are left, and none after: two hundred at once cost five', async () => {
    const bank = await aBankWithCodes()
    const code = notThe(await anActiveCode(bank))
    const { id: challengeId } = opened(await bank.countersign.challenges.open(byOwnCode))
    hashRaw.mockClear()
    const answers = Array.from({ length: 200 }, () =>
      bank.countersign.challenges.answer({ ...alice, challengeId, code }),
    )
    await Promise.all(answers)

    expect(hashRaw).toHaveBeenCalledTimes(5)
  })

  test('is hashed once, however often its decision loses a race', async () => {
    const answer = await aContendedQuestion(3)

    expect(await answer()).toMatchObject({ outcome: 'passed' })
    expect(hashRaw).toHaveBeenCalledTimes(1)
  })

  test('is hashed again where the salt has changed meanwhile', async () => {
    const answer = await aContendedQuestion(1, saltedAnew)
    await answer()

    expect(hashRaw).toHaveBeenCalledTimes(2)
  })

  test('of a form that no code has costs no hash', async () => {
    const bank = await aBankWithCodes()
    await anActiveCode(bank)
    const { id: challengeId } = opened(await bank.countersign.challenges.open(byOwnCode))
    hashRaw.mockClear()

    expect(await bank.countersign.challenges.answer({ ...alice, challengeId, code: 'a guess' })).toEqual({
      outcome: 'malformed',
    })
    expect(hashRaw).not.toHaveBeenCalled()
  })
})

describe('many people who answer at once', () => {
  const people = Array.from({ length: 60 }, (_, number) => `person ${number}`)
  const running = Math.max(1, Math.min(availableParallelism() - 1, 3))

  async function answered() {
    const bank = await aBankWithCodes({ securityCode: { delivery: 'direct' } })
    const ready: { subject: string; session: string; challengeId: string; code: string }[] = []
    for (const subject of people) {
      const session = `the session of ${subject}`
      await bank.countersign.codes.issue({ subject })
      const code = await bank.code(subject)
      await bank.countersign.codes.activate({ subject, session, code })
      const asked = await bank.countersign.challenges.open({ ...byOwnCode, subject, session })
      ready.push({ subject, session, challengeId: opened(asked).id, code })
    }
    mostAtOnce = 0
    const outcomes = await Promise.all(ready.map((one) => bank.countersign.challenges.answer(one)))
    return { bank, outcomes }
  }

  test('have fewer hashes run at a time than there are cores', async () => {
    await answered()

    expect(mostAtOnce).toBe(running)
  })

  test('wait in a line that has an end: twelve for each that runs, all others are told to come again', async () => {
    const { bank, outcomes } = await answered()
    const refused = outcomes.filter(({ outcome }) => outcome === 'unavailable')

    expect(refused).toHaveLength(people.length - 13 * running)
    expect(refused[0]).toEqual({ outcome: 'unavailable', retryAfterSeconds: 2 })
    expect(outcomes.filter(({ outcome }) => outcome === 'passed')).toHaveLength(13 * running)
    expect(bank.lines.filter(({ fields }) => fields.code === 'ERR_COUNTERSIGN_BUSY')).toHaveLength(refused.length)
  })
})
