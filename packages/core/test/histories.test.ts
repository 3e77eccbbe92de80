import { equal, ok } from 'node:assert/strict'
import { memoryStore } from '@countersign/memory'
import { stillClock } from '@countersign/testing'
import fc from 'fast-check'
import { type KeyRing, keyRing, newKey, type Store, type Subject, subjectIdOf } from '../src/index.js'
import { aBank, alice, type Bank, closed, codesOf, fields, otherThan, withSubjects } from './a-bank.js'

afterEach(closed)

const sessions = ['one session', 'another session']
const amounts = ['1.00', '2.00']

/** One thing that somebody does, in one of two processes; several at once make a batch. */
const act = fc.record({
  verb: fc.constantFrom(
    'open',
    'open',
    'answer',
    'answer',
    'right',
    'right',
    'resend',
    'use',
    'use',
    'revoke',
    'cancel',
  ),
  process: fc.nat(1),
  session: fc.nat(1),
  amount: fc.nat(1),
  pick: fc.nat(7),
})
const step = fc.record({
  wait: fc.constantFrom(0, 1, 5, 31, 31, 31, 200, 700, 4000),
  batch: fc.array(act, { minLength: 1, maxLength: 4 }),
})
type Act = typeof act extends fc.Arbitrary<infer A> ? A : never

/** What somebody outside can know, and what must therefore hold. */
class Witness {
  readonly challenges: { id: string; session: string }[] = []
  readonly codes = new Map<string, string[]>()
  readonly passed = new Map<string, number>()
  readonly tokens: { token: string; session: string; amount: string }[] = []
  readonly allowed = new Map<string, number>()
  readonly failures: number[] = []
  readonly sent: { at: number; code: string }[] = []
  readonly answered = new Set<string>()
  readonly verdicts = new Map<string, number>()
}

async function perform(bank: Bank, witness: Witness, { verb, session: s, amount: a, pick }: Act): Promise<void> {
  const session = sessions[s] ?? ''
  const amount = amounts[a] ?? ''
  const request = { subject: alice.subject, session, action: 'transfer.create', bound: { ...fields, amount } } as const
  const { countersign } = bank
  const challenge = witness.challenges.at(-1 - (pick % 2)) ?? witness.challenges.at(-1)
  if (verb === 'open') {
    const outcome = await countersign.challenges.open(request)
    if (outcome.outcome === 'opened' && !witness.challenges.some(({ id }) => id === outcome.challenge.id))
      witness.challenges.push({ id: outcome.challenge.id, session })
  } else if (verb === 'answer' || verb === 'right') {
    if (!challenge) return
    const codes = witness.codes.get(challenge.id) ?? []
    const right = codes.at(-1) ?? '00000000'
    const code = verb === 'right' ? right : (codes.at(-2 - (pick % 3)) ?? otherThan(right, 1 + (pick % 9)))
    const outcome = await countersign.challenges.answer({
      subject: alice.subject,
      session: challenge.session,
      challengeId: challenge.id,
      code,
    })
    if (outcome.outcome === 'passed') {
      witness.passed.set(challenge.id, (witness.passed.get(challenge.id) ?? 0) + 1)
      witness.answered.add(code)
      witness.tokens.push({ token: outcome.elevation.token, session: challenge.session, amount })
    }
    if (outcome.outcome === 'wrong' || outcome.outcome === 'earlier-code') {
      witness.failures.push(bank.clock.now().getTime())
      witness.verdicts.set(challenge.id, (witness.verdicts.get(challenge.id) ?? 0) + 1)
    }
  } else if (verb === 'resend') {
    if (challenge)
      await countersign.challenges.resend({
        subject: alice.subject,
        session: challenge.session,
        challengeId: challenge.id,
      })
  } else if (verb === 'use') {
    const held = witness.tokens.at(-1 - (pick % 2))
    if (!held) return
    for (const tried of amounts) {
      const outcome = await countersign.authorize({
        ...request,
        session: held.session,
        bound: { ...fields, amount: tried },
        elevations: [held.token],
      })
      if (outcome.outcome === 'allow')
        witness.allowed.set(outcome.stepUp.id, (witness.allowed.get(outcome.stepUp.id) ?? 0) + 1)
    }
  } else if (verb === 'revoke') {
    await countersign.elevations.revoke({ subject: alice.subject, session: pick < 7 ? 'a third session' : session })
  } else if (challenge) {
    await countersign.challenges.cancel({
      subject: alice.subject,
      session: challenge.session,
      challengeId: challenge.id,
    })
  }
}

/** Looks at the document, learns what a mailbox would have received, and empties the outbox like a relay. */
async function look(store: Store, keys: KeyRing, witness: Witness, now: Date): Promise<Subject | undefined> {
  const { subject, revision } = await store.subjects.load(subjectIdOf(alice.subject))
  if (!subject) return undefined
  ok(subject.outbox.length <= 64)
  for (const effect of subject.outbox) {
    if (effect.kind !== 'message' || !effect.challenge) continue
    const [code = ''] = codesOf(keys, { ...subject, outbox: [effect] })
    witness.sent.push({ at: effect.madeAt.getTime(), code })
    witness.codes.set(effect.challenge, [...(witness.codes.get(effect.challenge) ?? []), code])
  }
  ok(now >= (subject.revocation.at as Date) || subject.revocation.at === undefined)
  await store.subjects.commit({ ...subject, outbox: [] }, revision)
  return subject
}

/** The store with pauses where another process may come between; which ones says the seed. */
function withPauses(store: Store, seed: number): Store {
  let state = seed
  async function pause(): Promise<void> {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    for (let turn = (state >>> 16) % 4; turn > 0; turn--) await new Promise((resolve) => setImmediate(resolve))
  }
  return withSubjects(store, {
    async load(id) {
      const loaded = await store.subjects.load(id)
      await pause()
      return loaded
    },
    async commit(subject, revision) {
      await pause()
      const done = await store.subjects.commit(subject, revision)
      await pause()
      return done
    },
  })
}

function within(times: readonly number[], now: number, seconds: number): number {
  return times.filter((at) => at > now - seconds * 1000).length
}

test('over any history of two sessions in two processes, no promise is broken', async () => {
  const keys = keyRing(newKey())
  const reached = { passed: 0, allowed: 0, failures: 0 }
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), fc.nat(), async (steps, seed) => {
      const clock = stillClock()
      const store = memoryStore({ clock })
      const slow = withPauses(store, seed)
      const banks = [await aBank({ clock, store: slow, keys }), await aBank({ clock, store: slow, keys })]
      const witness = new Witness()
      for (const { wait, batch } of steps) {
        clock.advance(wait)
        const doing = batch.map((one) => perform(banks[one.process] as Bank, witness, one))
        await Promise.all(doing)
        const subject = await look(store, keys, witness, clock.now())
        if (!subject) continue

        const now = clock.now().getTime()
        ok(
          [...witness.passed.values()].every((times) => times === 1),
          'a challenge passed twice',
        )
        ok(
          [...witness.allowed.values()].every((times) => times === 1),
          'a one-shot was used twice',
        )
        ok(
          [...witness.verdicts.values()].every((times) => times <= 5),
          'a challenge gave more than five verdicts',
        )
        ok(within(witness.failures, now, 3600) <= 10, 'more than ten failures in an hour')
        ok(within(witness.failures, now, 86_400) <= 30, 'more than thirty failures in a day')
        equal(subject.throttle.failures.length, within(witness.failures, now, 86_400), 'a failure was not counted')

        const nuisance = witness.sent.filter(({ code }) => !witness.answered.has(code)).map(({ at }) => at)
        ok(within(nuisance, now, 600) <= 3, 'too many messages in ten minutes')
        ok(within(nuisance, now, 3600) <= 5, 'too many messages in an hour')

        const gaps = nuisance.slice(1).map((at, index) => at - (nuisance[index] ?? 0))
        ok(
          gaps.every((gap) => gap >= 30_000),
          'two messages came too close together',
        )

        const live = subject.challenges.filter(({ closed: end, expiresAt }) => !end && expiresAt.getTime() > now)
        ok(live.length <= 3, 'more than three live challenges')
        const asked = live.map(({ session, action, binding }) => `${session} ${action} ${binding}`)
        equal(new Set(asked).size, asked.length, 'one question lives twice')
        ok(subject.challenges.length <= 11, 'challenges grow')
        ok(subject.elevations.length <= 16 && subject.timers.length <= 4, 'a list grows')
      }
      reached.passed += witness.passed.size
      reached.allowed += witness.allowed.size
      reached.failures += witness.failures.length
      await closed()
    }),
    { numRuns: 60 },
  )
  // Histories in which nothing happens would prove nothing.
  ok(reached.passed > 20 && reached.allowed > 10 && reached.failures > 40, JSON.stringify(reached))
}, 60_000)
