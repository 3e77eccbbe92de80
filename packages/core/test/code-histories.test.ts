import { deepEqual, equal, ok } from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { jest } from '@jest/globals'
import fc from 'fast-check'
import type { ShowCodeOutcome } from '../src/index.js'
import type { Bank } from './a-bank.js'

// Thousands of hashes: what argon2id does with them is no matter here, so a quick one stands for it. Whatever imports the core comes
// after it: a module that was loaded before would keep the slow one.
const hashRaw = jest.fn(async (preHash: Buffer, { salt }: { salt: Buffer }) =>
  createHash('sha256').update(preHash).update(salt).digest(),
)
jest.unstable_mockModule('@node-rs/argon2', () => ({ hashRaw }))

const { memoryStore } = await import('@countersign/memory')
const { stillClock } = await import('@countersign/testing')
const { keyRing, newKey, subjectIdOf } = await import('../src/index.js')
const { codeOf, codeStateOf, works } = await import('../src/code/code-state.js')
const { readSecurityCode } = await import('../src/secret/security-code.js')
const { slowHashing } = await import('../src/secret/slow-digest.js')
const { alice, aTransfer, closed, codesOf, fields, withSubjects } = await import('./a-bank.js')
const { aBankWithCodes, aStepUpToReplace, aStepUpToSee, cheapHashing, notThe } = await import('./a-code.js')

afterEach(closed)

const hour = 3_600_000
const day = 24 * hour
const graceDays = 30
const pickupDays = 30
const pickupDaysAfterWait = 7
const validDays = 365
const sessions = [alice.session, 'another session of Alice']

const command = fc.record({
  verb: fc.constantFrom(
    'issue',
    'show',
    'show',
    'done',
    'done',
    'enter',
    'rotate',
    'lose',
    'order',
    'revoke',
    'not me',
    'erase',
    'unlock',
    'answer',
    'answer',
  ),
  process: fc.nat(1),
  session: fc.constantFrom(0, 0, 1),
  /** Which of the codes that were ever seen, the newest first; a wrong one with 3. */
  pick: fc.constantFrom(0, 0, 0, 1, 2, 3),
  /** The commit is lost, or its answer is. */
  crash: fc.constantFrom('never', 'never', 'never', 'never', 'never', 'never', 'before', 'after'),
  waitMinutes: fc.constantFrom(1, 1, 1, 1, 1, 1, 10, 70, 1500, 20 * 1440, 45 * 1440, 366 * 1440),
})
type Command = typeof command extends fc.Arbitrary<infer C> ? C : never

function guesses(verb: 'answer' | 'enter', times: number, like: Command): readonly Command[] {
  return Array<Command>(times).fill({ ...like, verb, pick: 3, crash: 'never', waitMinutes: 1 })
}

/** The three steps to a new code, now and then with a try in another session, and wrong ones before the right one. */
const replacing = fc
  .tuple(
    fc.constantFrom('issue', 'issue', 'rotate', 'rotate', 'lose'),
    fc.constantFrom(0, 0, 0, 1, 2),
    fc.constantFrom(false, false, true),
    command,
    command,
    command,
  )
  .map(([verb, wrong, elsewhere, first, second, third]): readonly Command[] => [
    { ...first, verb: verb as Command['verb'], pick: first.pick > 1 ? first.pick : 0 },
    ...(elsewhere ? [{ ...first, verb: 'show', session: 1, crash: 'never', waitMinutes: 1 } as const] : []),
    { ...second, verb: 'show', waitMinutes: second.pick > 1 ? 1500 : 1 },
    ...guesses('enter', wrong, { ...second, session: 0 }),
    { ...third, verb: third.pick > 1 ? 'done' : 'enter', session: 0, pick: 0, waitMinutes: 1 },
    { ...first, verb: 'answer', crash: 'never', pick: first.pick },
    { ...third, verb: 'answer', pick: second.pick },
  ])

/** Most histories begin with a code that works. */
const begun = fc.constantFrom('code', 'code', 'code', 'nothing').map((what): readonly Command[] => {
  const calm = { process: 0, session: 0, pick: 0, crash: 'never', waitMinutes: 1 } as const
  return what === 'nothing' ? [] : (['issue', 'show', 'enter'] as const).map((verb) => ({ ...calm, verb }))
})

/** Somebody guesses, until codes pause or nearly so; something comes, and then the right one, at once or later. */
const guessing = fc
  .tuple(
    fc.constantFrom('answer', 'answer', 'enter'),
    fc.integer({ min: 7, max: 12 }),
    fc.constantFrom('answer', 'done', 'revoke', 'not me', 'erase', 'unlock'),
    command,
    command,
  )
  .map(([verb, times, next, like, last]): readonly Command[] => [
    ...guesses(verb as 'answer' | 'enter', times, like),
    { ...like, verb: next as Command['verb'] },
    { ...last, verb: 'answer', pick: 0 },
  ])

/** What comes at once: anything, the three steps to a new code, each of which may crash, or guesses. */
const stretch = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(command) },
  { weight: 2, arbitrary: guessing },
  { weight: 3, arbitrary: replacing },
)

type Held = { code: string; expiresAt: number; revoked: boolean }
type Waiting = {
  expiresAt: number
  /** From when it may be picked up; none until its person has asked. */
  from?: number
  waits?: boolean
  direct?: boolean
  /** The one session where it is shown and begins to work: the code before it was typed there. */
  askedIn?: string
  code?: string
  shown?: { session: string; until: number }
}
type AskedBy = 'with-code' | 'without-code' | 'administrator'

/** What should be so: a few lines that say it plainly. */
class Model {
  held: Held | undefined
  waiting: Waiting | undefined
  failures: number[] = []
  locks: { at: number; until: number }[] = []
  consecutive = 0
  asked: number[] = []
  readonly seen: string[] = []

  constructor(readonly direct: boolean) {}

  working(now: number): string | undefined {
    return this.held && !this.held.revoked && this.held.expiresAt > now ? this.held.code : undefined
  }

  inGrace(now: number): string | undefined {
    const { held } = this
    if (!held || held.revoked || held.expiresAt > now) return undefined
    return held.expiresAt + graceDays * day > now ? held.code : undefined
  }

  forget(now: number): void {
    if (this.waiting && this.waiting.expiresAt <= now) this.waiting = undefined
    if (this.waiting?.shown && this.waiting.shown.until <= now) {
      delete this.waiting.shown
      delete this.waiting.code
    }
    this.asked = this.asked.filter((at) => at > now - day)
    this.failures = this.failures.filter((at) => at > now - day)
    this.locks = this.locks.filter(({ at }) => at > now - day)
  }

  /** Ten wrong ones in an hour, thirty in a day, or a lock that still runs. */
  isLocked(now: number): boolean {
    return this.pausesUntil(now) > now || (this.locks.at(-1)?.until ?? 0) > now
  }

  pausesUntil(now: number): number {
    const hourFull = this.failures.filter((at) => at > now - hour).length >= 10
    const dayFull = this.failures.length >= 30
    return Math.max(
      hourFull ? (this.failures.at(-10) ?? 0) + hour : 0,
      dayFull ? (this.failures.at(-30) ?? 0) + day : 0,
    )
  }

  /** Nothing but a right code ends the count, nothing but time the rest; the first lock takes 15 minutes, each further one twice as long. */
  fail(now: number): void {
    this.forget(now)
    this.failures = [...this.failures, now].slice(-30)
    this.consecutive += 1
    const until = this.pausesUntil(now)
    const pause = Math.min(day, 900_000 * 2 ** this.locks.length)
    if (until > now) this.locks.push({ at: now, until: Math.max(until, now + pause) })
  }

  succeed(): void {
    this.consecutive = 0
  }

  /** By an administrator, who gives no wrong code back. */
  unlock(): void {
    this.consecutive = 0
    this.locks = []
  }

  erase(): void {
    this.held = undefined
    this.waiting = undefined
    this.asked = []
  }

  state(now: number): string {
    const { held } = this
    if (this.working(now)) return (held?.expiresAt ?? 0) <= now + 14 * day ? 'expiring' : 'active'
    if (this.waiting) return 'issued'
    if (!held) return 'none'
    return held.revoked ? 'revoked' : 'expired'
  }

  /** Whether somebody without the code may ask for another one now: four times in a day, and as often as he likes in its day. */
  mayAsk(by: AskedBy, now: number): boolean {
    return this.goesOn(by, now) || this.waitingFor(by, now).waits !== true || this.asked.length < 4
  }

  /** Its day goes on, whoever asks; a session alone makes nothing void that was shown, or asked for with the code before it. */
  goesOn(by: AskedBy, now: number): boolean {
    const { waiting } = this
    if (!waiting || (by === 'with-code' && this.working(now))) return false
    return waiting.waits === true || (by === 'without-code' && (waiting.askedIn ?? waiting.shown) !== undefined)
  }

  issue(by: AskedBy, now: number): void {
    if (this.goesOn(by, now)) return
    this.waiting = this.waitingFor(by, now)
    if (this.waiting.waits) this.asked.push(now)
  }

  /** The first is there at once, as is one for who shows the one before it; all others a day later. */
  waitingFor(by: AskedBy, now: number): Waiting {
    const { direct } = this
    if (!this.held) return { from: now, expiresAt: now + (direct ? 1 : pickupDays) * day, direct }
    if (this.working(now) && by === 'with-code')
      return { from: now, expiresAt: now + day, direct, askedIn: alice.session }
    if (this.working(now) && by === 'administrator') return { expiresAt: now + pickupDays * day }
    return { from: now + day, expiresAt: now + (1 + pickupDaysAfterWait) * day, waits: true }
  }

  ready(session: string, now: number): boolean {
    const { from, askedIn = session } = this.waiting ?? {}
    return from !== undefined && from <= now && askedIn === session
  }

  sent(code: string): void {
    if (this.waiting) this.waiting.code = code
    this.seen.push(code)
  }

  show(code: string | undefined, session: string, now: number): void {
    if (!this.waiting) return
    if (code) this.seen.push(code)
    // Of a code that nobody has seen, nobody can say which one it is.
    this.waiting.code = code ?? 'a code that nobody saw'
    this.waiting.shown = { session, until: Math.min(now + day, this.waiting.expiresAt) }
  }

  activate(now: number): void {
    if (!this.waiting?.code) return
    this.held = { code: this.waiting.code, expiresAt: now + validDays * day, revoked: false }
    this.waiting = undefined
  }

  revoke(): void {
    if (this.held) this.held.revoked = true
    this.waiting = undefined
  }
}

type World = Readonly<{ banks: readonly Bank[]; model: Model; arm(crash: Command['crash']): void }>

const reached = {
  activated: 0,
  passed: 0,
  rejected: 0,
  crashed: 0,
  replaced: 0,
  expired: 0,
  early: 0,
  waited: 0,
  locked: 0,
  locks: 0,
  elsewhere: 0,
  erased: 0,
}

/** Asks for a code, in one of the ways there are; `undefined` where the code that works was not typed. */
async function asking({ model }: World, bank: Bank, { verb }: Command, typed: string) {
  const { codes } = bank.countersign
  const { subject } = alice
  if (verb === 'issue') return () => codes.issue({ subject })
  if (verb === 'lose') return () => codes.rotate({ subject })
  if (verb === 'order') return () => codes.rotate({ subject, by: 'clerk 7' })
  const stepUp = await aStepUpToReplace(bank, typed).catch(() => undefined)
  if (stepUp) model.succeed()
  return stepUp && (() => codes.rotate({ subject, stepUp }))
}

const askedBy = (verb: Command['verb']): AskedBy =>
  verb === 'rotate' ? 'with-code' : verb === 'order' ? 'administrator' : 'without-code'

/** Runs one command and what the model says of it; a crash `after` has happened, a crash `before` has not. */
async function perform(world: World, given: Command, amount: number): Promise<void> {
  const { model, banks, arm } = world
  const bank = banks[given.process] as Bank
  const { codes, challenges } = bank.countersign
  const whom = { subject: alice.subject, session: sessions[given.session] ?? '' }
  const now = bank.clock.now().getTime()
  model.forget(now)
  const code = given.pick === 3 ? undefined : model.seen.at(-1 - given.pick)
  const typed = code ?? notThe(model.seen.at(-1) ?? 'ABCDEFGH12')
  const happens = given.crash !== 'before'

  async function crashing<O extends { outcome: string }>(
    expected: string,
    call: () => Promise<O>,
  ): Promise<O | undefined> {
    arm(given.crash)
    const outcome = await call()
    arm('never')
    if (outcome.outcome === 'unavailable') {
      ok(given.crash !== 'never', `${given.verb} is unavailable without a crash`)
      reached.crashed++
      return undefined
    }
    if (outcome.outcome === 'too-many-messages' && model.direct) return outcome
    equal(outcome.outcome, expected, given.verb)
    return outcome
  }
  const isLocked = model.isLocked(now)
  const activate = () => {
    if (model.working(now)) reached.replaced++
    model.activate(now)
    reached.activated++
  }
  const wrong = () => {
    const locks = model.locks.length
    model.fail(now)
    if (model.locks.length > locks) reached.locks++
  }

  switch (given.verb) {
    case 'issue':
    case 'lose':
    case 'order':
    case 'rotate': {
      if (given.verb === 'rotate' && typed !== model.working(now)) return
      const call = await asking(world, bank, given, typed)
      if (!call) return
      const by = askedBy(given.verb)
      const possible =
        given.verb === 'issue'
          ? model.working(now) === undefined
          : (model.working(now) ?? model.inGrace(now)) !== undefined
      const refusal = given.verb === 'issue' ? 'has-one' : 'nothing-to-replace'
      const allowed = possible && model.mayAsk(by, now)
      const expected = !possible ? refusal : allowed ? 'issued' : 'too-many-changes'
      const outcome = await crashing<{ outcome: string }>(expected, call)
      if (!allowed || !happens || outcome?.outcome === 'too-many-messages') return
      const before = model.waiting
      model.issue(by, now)
      if (model.waiting !== before && model.waiting?.direct) model.sent((await bank.code()).replaceAll('-', ''))
      return
    }
    case 'show': {
      const stepUp = await aStepUpToSee(bank).catch(() => undefined)
      ok(!stepUp || !isLocked, 'a code by e-mail during a pause')
      if (!stepUp) return
      model.succeed()
      const waits = model.waiting !== undefined && !model.waiting.direct
      const possible = waits && model.ready(whom.session, now)
      const expected = possible ? 'shown' : waits ? 'not-ready' : 'nothing-waiting'
      const outcome = await crashing<ShowCodeOutcome>(expected, () => codes.show({ ...whom, stepUp }))
      if (waits && !possible) reached[model.ready(alice.session, now) ? 'elsewhere' : 'early']++
      if (!possible || !happens) return
      if (model.waiting?.waits) reached.waited++
      model.show(outcome?.outcome === 'shown' ? outcome.code.reveal() : undefined, whom.session, now)
      return
    }
    case 'done': {
      const isMade = model.waiting?.code !== undefined && model.ready(whom.session, now)
      const possible = isMade && !isLocked && model.waiting?.shown?.session === whom.session
      const expected = possible ? 'activated' : isMade && isLocked ? 'locked' : 'nothing-waiting'
      await crashing(expected, () => codes.activate(whom))
      if (expected === 'locked') reached.locked++
      if (!possible || !happens) return
      activate()
      return
    }
    case 'enter': {
      const isMade = model.waiting?.code !== undefined && model.ready(whom.session, now)
      const verdict = model.waiting?.code === typed ? 'activated' : 'wrong'
      const expected = !isMade ? 'nothing-waiting' : isLocked ? 'locked' : verdict
      await crashing(expected, () => codes.activate({ ...whom, code: typed }))
      if (expected === 'locked') reached.locked++
      if (!happens) return
      if (expected === 'wrong') wrong()
      if (expected !== 'activated') return
      activate()
      model.succeed()
      return
    }
    case 'not me': {
      const about = { ...aTransfer, bound: { ...fields, amount: `${amount}.00` }, factor: 'email-code' }
      if ((await challenges.open(about)).outcome !== 'opened') return
      const token = await bank.notMeToken()
      await crashing('stopped', () => bank.door.notMe.stop(token))
      if (happens) model.revoke()
      return
    }
    case 'erase': {
      await crashing('erased', () => bank.countersign.subjects.erase({ subject: alice.subject, by: 'clerk 7' }))
      if (happens && model.failures.length > 0) reached.erased++
      if (happens) model.erase()
      return
    }
    case 'unlock': {
      await crashing('unlocked', () => bank.countersign.subjects.unlock({ subject: alice.subject, by: 'clerk 7' }))
      if (happens) model.unlock()
      return
    }
    case 'revoke': {
      const possible = model.waiting !== undefined || (model.held !== undefined && !model.held.revoked)
      await crashing(possible ? 'revoked' : 'nothing-to-revoke', () => codes.revoke({ subject: alice.subject }))
      if (possible && happens) model.revoke()
      return
    }
    default: {
      const opening = await challenges.open({
        ...aTransfer,
        ...whom,
        bound: { ...fields, amount: `${amount}.00` },
        factor: 'security-code',
      })
      if (isLocked) {
        equal(opening.outcome, 'locked')
        reached.locked++
        return
      }
      const comparable = model.working(now) ?? model.inGrace(now)
      equal(opening.outcome, comparable === undefined ? 'factor-not-available' : 'opened')
      if (opening.outcome !== 'opened') return
      const expected = typed === model.working(now) ? 'passed' : typed === model.inGrace(now) ? 'code-expired' : 'wrong'
      const outcome = await crashing(expected, () =>
        challenges.answer({ ...whom, challengeId: opening.challenge.id, code: typed }),
      )
      if (outcome?.outcome === 'passed') reached.passed++
      if (outcome?.outcome === 'wrong') reached.rejected++
      if (outcome?.outcome === 'code-expired') reached.expired++
      if (!happens) return
      if (expected === 'passed') model.succeed()
      else wrong()
    }
  }
}

/** Looks at the document: which of the codes that were ever seen work, and what was counted. */
async function look(
  { banks, model }: World,
  matches: (code: string, held: { id: string; digest: string }) => Promise<boolean>,
) {
  const bank = banks[0] as Bank
  const { subject } = await bank.store.subjects.load(subjectIdOf(alice.subject))
  if (!subject) return
  const now = bank.clock.now()
  model.forget(now.getTime())
  const { held } = codeOf(subject)
  const working: string[] = []
  if (held?.digest && works(held, now))
    for (const code of new Set(model.seen))
      if (await matches(code, { id: held.id, digest: held.digest })) working.push(code)
  const expected = model.working(now.getTime())

  deepEqual(working, expected === undefined || !model.seen.includes(expected) ? [] : [expected], 'codes that work')
  equal(codeStateOf(codeOf(subject), now), model.state(now.getTime()))
  const counted = subject.throttle.failures.filter((at) => at.getTime() > now.getTime() - day)
  equal(counted.length, model.failures.length, 'failures that are counted')
  equal(subject.throttle.consecutive, model.consecutive, 'failures since a right answer')
  const locks = subject.throttle.locks.filter(({ at }) => at.getTime() > now.getTime() - day)
  deepEqual(
    locks.map(({ until }) => until.getTime()),
    model.locks.map(({ until }) => until),
    'locks of the day',
  )
  ok(subject.timers.filter(({ kind }) => kind === 'code').length <= 1, 'two timers')
  ok(held?.digest === undefined || held.ended?.why !== 'revoked', 'a digest of a revoked code')
  equal(JSON.stringify(codesOf(bank.keys, { ...subject, outbox: [] })), '[]')
}

test('over any history of a security code in two processes, one works or none, and each as it should', async () => {
  const keys = keyRing(newKey())
  const hashing = slowHashing(keys, cheapHashing)
  const matches = async (code: string, { id, digest }: { id: string; digest: string }) => {
    const read = readSecurityCode(code, { alphabet: 'letters-and-digits', length: 10 })
    return read !== undefined && hashing.matches(digest, { subject: subjectIdOf(alice.subject), id }, read)
  }
  await fc.assert(
    fc.asyncProperty(
      begun,
      fc.array(stretch, { minLength: 2, maxLength: 4, size: 'max' }),
      fc.boolean(),
      async (beginning, stretches, direct) => {
        const clock = stillClock()
        const store = memoryStore({ clock })
        let armed: Command['crash'] = 'never'
        const fragile = withSubjects(store, {
          async commit(subject, revision) {
            const crash = armed
            armed = 'never'
            if (crash === 'before') throw new Error('The process ends.')
            const done = await store.subjects.commit(subject, revision)
            if (crash === 'after') throw new Error('The process ends.')
            return done
          },
        })
        const given = {
          clock,
          store: fragile,
          keys,
          securityCode: { delivery: direct ? ('direct' as const) : ('pickup' as const) },
        }
        const world: World = {
          banks: [await aBankWithCodes(given), await aBankWithCodes(given)],
          model: new Model(direct),
          arm(crash) {
            armed = crash
          },
        }
        for (const [index, one] of [...beginning, ...stretches.flat()].entries()) {
          clock.advance(one.waitMinutes * 60)
          await perform(world, one, index + 1)
          await world.banks[0]?.carryOut().catch(() => undefined)
          await look(world, matches)
        }
        await closed()
      },
    ),
    { numRuns: 500, endOnFailure: true },
  )
  ok(hashRaw.mock.calls.length > 500, 'the quick hash was not used')
  // Histories in which nothing happens would prove nothing.
  ok(
    Object.values(reached).every((times) => times > 0),
    JSON.stringify(reached),
  )
}, 240_000)
