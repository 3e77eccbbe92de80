import { answerChallenge } from '../src/challenge/answer-challenge.js'
import { askForOwnCode } from '../src/challenge/ask-for.js'
import { activateCode } from '../src/code/activate-code.js'
import { ageCode } from '../src/code/age-code.js'
import { type CodeLife, daysAfter, type WaitingCode } from '../src/code/code-record.js'
import { codeOf, codeStateOf, isReplaceable } from '../src/code/code-state.js'
import { withCode } from '../src/code/code-timer.js'
import { endSooner } from '../src/code/end-sooner.js'
import { issueCode } from '../src/code/issue-code.js'
import type { AskedBy } from '../src/code/next-code.js'
import { comparableCode, expiredCodeOf, ownCodeOf } from '../src/code/own-code.js'
import { hasCode, revokeCode, stopWaitingCode } from '../src/code/revoke-code.js'
import { showCode } from '../src/code/show-code.js'
import { withoutCodeOver } from '../src/code/without-code-over.js'
import type { Effect } from '../src/outbox/effect.js'
import { outboxSize } from '../src/outbox/outbox.js'
import { eraseSubject } from '../src/registration/erase-subject.js'
import { newSubject, type Subject } from '../src/subject/subject.js'
import { subjectIdOf } from '../src/subject/subject-id.js'
import type { Tell } from '../src/subject/tell.js'
import { throttleLimits, withFailure } from '../src/throttle/throttle.js'

const life: CodeLife = { validDays: 365, graceDays: 30 }
/** A schedule by which every code is old enough for the next one. */
const scheduled: CodeLife = { ...life, renewDays: 365 }
const writing = { language: 'en', timeZone: 'UTC' } as const
const mine = 'my session'
const theirs = 'another session'

/** Where a code is in its life, and what was told on the way. Relays carry everything out at once, where they are not down. */
type Stage = Readonly<{ subject: Subject; now: Date; codes: number; told: readonly string[]; relaysAreDown?: true }>

/** What comes of an event: the outcome, and the stage after it. */
type Step = Readonly<{ outcome: string; stage: Stage }>

const empty: Stage = {
  subject: newSubject(subjectIdOf('alice')),
  now: new Date('2026-03-02T12:00:00.000Z'),
  codes: 0,
  told: [],
}

/** Digests are names here: what hashing does is tested elsewhere. */
const digestOf = (id: string) => `digest of ${id}`

function telling(told: string[]): Tell {
  return (subject, { kind }) => {
    told.push(kind)
    return subject
  }
}

function carriedOut(stage: Stage, told: readonly string[], subject = stage.subject): Stage {
  const added = subject.outbox.filter((effect) => !stage.subject.outbox.includes(effect))
  const events = added.flatMap((effect) => (effect.kind === 'audit' ? effect.event.type : []))
  const outbox = stage.relaysAreDown ? subject.outbox : []
  return { ...stage, subject: { ...subject, outbox }, told: [...stage.told, ...events, ...told] }
}

function anEntry(at: Date, number = 0): Effect {
  const common = { id: `an entry ${number}`, due: at, tries: 0, madeAt: at }
  return { ...common, kind: 'call', call: 'endSessions', payload: 'sealed' }
}

/** Relays are down, and so many entries wait in the outbox. */
function crowded(stage: Stage, entries: number): Stage {
  const outbox = Array.from({ length: entries }, (_, number) => anEntry(stage.now, number))
  return { ...stage, subject: { ...stage.subject, outbox }, relaysAreDown: true }
}

/** So many wrong codes were typed somewhere. */
function failed(stage: Stage, times: number): Stage {
  let { throttle } = stage.subject
  for (let time = 0; time < times; time++) throttle = withFailure(throttle, stage.now).throttle
  return { ...stage, subject: { ...stage.subject, throttle } }
}

function issued(stage: Stage, askedBy: AskedBy = 'with-code', delivery: 'pickup' | 'direct' = 'pickup'): Step {
  const told: string[] = []
  const id = `code ${stage.codes + 1}`
  const message = anEntry(stage.now)
  const { subject, outcome } = issueCode(
    stage.subject,
    {
      id,
      askedBy,
      ...(askedBy === 'with-code' && codeOf(stage.subject).held && { askedIn: mine }),
      by: { actor: 'subject' },
      writing,
      ...(delivery === 'direct' && { sent: { digest: digestOf(id), contact: 'a contact', message } }),
      tell: telling(told),
    },
    life,
    stage.now,
  )
  return { outcome: outcome.outcome, stage: { ...carriedOut(stage, told, subject), codes: stage.codes + 1 } }
}

function shown(stage: Stage, session = mine): Step {
  const id = codeOf(stage.subject).waiting?.id ?? 'none'
  const { subject, outcome } = showCode(stage.subject, { id, digest: digestOf(id), session }, life, stage.now)
  return { outcome: outcome.outcome, stage: carriedOut(stage, [], subject) }
}

function activated(
  stage: Stage,
  session: string,
  matches?: boolean,
  id = codeOf(stage.subject).waiting?.id ?? 'none',
): Step {
  const told: string[] = []
  const typed = matches === undefined ? {} : { typed: { id, matches } }
  const { subject, outcome } = activateCode(stage.subject, { session, ...typed, tell: telling(told) }, life, stage.now)
  return { outcome: outcome.outcome, stage: carriedOut(stage, told, subject) }
}

function revoked(stage: Stage, reason = 'person'): Step {
  if (!hasCode(stage.subject)) return { outcome: 'nothing-to-revoke', stage }
  const told: string[] = []
  const ending = { reason, by: { actor: 'subject' }, tell: telling(told) } as const
  return { outcome: 'revoked', stage: carriedOut(stage, told, revokeCode(stage.subject, ending, life, stage.now)) }
}

function stopped(stage: Stage): Step {
  const subject = stopWaitingCode(stage.subject, { actor: 'subject' }, life, stage.now)
  return { outcome: 'stopped', stage: carriedOut(stage, [], subject) }
}

/** Somebody asks for the code, and this one is typed. */
function answered(stage: Stage, typed: (subject: Subject) => string): Step {
  const { subject: before, now } = stage
  const asked = ownCodeOf(before, () => true, now) ?? expiredCodeOf(before, now)
  if (!asked) return { outcome: 'factor-not-available', stage }
  const told: string[] = []
  const question = {
    id: 'a question',
    action: 'notes.open',
    session: mine,
    binding: 'a binding',
    mode: 'window',
    level: 'code',
    elevationSeconds: 300,
    proved: [],
    earlier: [],
    attemptsLeft: 5,
    openedAt: now,
    shown: 'what is shown',
  } as const
  const { subject, outcome } = answerChallenge(
    askForOwnCode(before, question, asked).subject,
    {
      challengeId: question.id,
      session: mine,
      judge({ ownCode }) {
        const held = comparableCode(before, ownCode)
        if (held?.digest !== typed(before)) return { is: 'wrong' }
        return ownCodeOf(before, () => true, now) ? { is: 'right' } : { is: 'code-expired', expiredAt: held.expiresAt }
      },
      elevationId: 'an elevation',
      levelOf: () => 'code',
      next: () => undefined,
      afterProof: (one) => one,
      tell: telling(told),
    },
    now,
  )
  return { outcome: outcome.outcome, stage: carriedOut(stage, told, subject) }
}

/** An administrator wants the code replaced within a week; its reminder is due at once. */
function endedSooner(stage: Stage): Step {
  const sooner = issued({ ...stage, subject: endSooner(stage.subject, 7, life, stage.now) }, 'administrator')
  return { ...sooner, stage: sooner.outcome === 'full' ? stage : later(sooner.stage, 0).stage }
}

function withoutContact(stage: Stage): Step {
  return { outcome: 'removed', stage: carriedOut(stage, [], withoutCodeOver(stage.subject, 'a contact')) }
}

function erased(stage: Stage): Step {
  const { subject, outcome } = eraseSubject(stage.subject, { by: 'clerk 7', calls: [] }, stage.now)
  return { outcome: outcome.outcome, stage: carriedOut(stage, [], subject) }
}

/** Time goes on, and the timers come back one by one, as with a relay; where nothing can be done they stay. */
function later(stage: Stage, days: number, within = life): Step {
  const end = new Date(stage.now.getTime() + days * 86_400_000)
  let at = stage
  for (;;) {
    const due = at.subject.timers.find(({ kind }) => kind === 'code')?.due
    if (!due || due > end) break
    const now = new Date(Math.max(due.getTime(), at.now.getTime()))
    const told: string[] = []
    const ageing = { life: within, newCodeId: () => 'a code of the schedule', tellIn: () => telling(told) }
    const subject = ageCode(at.subject, ageing, now)
    if (subject === at.subject) break
    at = carriedOut({ ...at, now }, told, subject)
    if (at.subject.timers.some(({ kind, due: next }) => kind === 'code' && next <= due))
      throw new Error('The timer of the code stands still.')
  }
  return { outcome: 'later', stage: { ...at, now: end } }
}

/** The application begins to renew codes on schedule. */
function onSchedule(stage: Stage): Step {
  const { subject } = stage
  return later({ ...stage, subject: withCode(subject, codeOf(subject), scheduled) }, 0, scheduled)
}

const active = (): Stage => activated(shown(issued(empty).stage).stage, mine).stage
const lost = (stage: Stage) => issued(stage, 'without-code').stage
const quiet = (stage: Stage): Stage => ({ ...stage, told: [] })

/** How a code comes into each state. */
const states = {
  none: () => empty,
  issued: () => issued(empty).stage,
  'issued by message': () => issued(empty, 'with-code', 'direct').stage,
  shown: () => shown(issued(empty).stage).stage,
  'shown and forgotten': () => later(shown(issued(empty).stage).stage, 1).stage,
  active,
  expiring: () => later(active(), 360).stage,
  'expiring, and one waits': () => issued(later(active(), 360).stage).stage,
  replacing: () => issued(active()).stage,
  'replacing and shown': () => shown(issued(active()).stage).stage,
  'replacing by message': () => issued(active(), 'with-code', 'direct').stage,
  'to be replaced, says an administrator': () => issued(active(), 'administrator').stage,
  'to be replaced, says the schedule': () => onSchedule(active()).stage,
  'lost, in its day': () => lost(active()),
  'lost, after its day': () => later(lost(active()), 1).stage,
  'lost and shown': () => shown(later(lost(active()), 1).stage).stage,
  superseded: () => activated(shown(issued(active()).stage).stage, mine).stage,
  'expired in grace': () => later(active(), 366).stage,
  'expired in grace and shown': () => shown(later(lost(later(active(), 366).stage), 1).stage).stage,
  'expired for good': () => later(active(), 396).stage,
  revoked: () => revoked(active()).stage,
  'revoked and issued': () => lost(revoked(active()).stage),
  'active, and one try is left': () => failed(active(), 9),
  'active, and locked': () => failed(active(), 10),
  'active, and locked before': () => later(failed(active(), 10), 0.5).stage,
  'active, and the outbox is full': () => crowded(active(), outboxSize.cap),
  'shown, and one try is left': () => failed(shown(issued(empty).stage).stage, 9),
  'shown, and locked': () => failed(shown(issued(empty).stage).stage, 10),
  'shown, and locked before': () => later(failed(shown(issued(empty).stage).stage, 10), 0.5).stage,
  'replacing by message, and locked': () => failed(issued(active(), 'with-code', 'direct').stage, 10),
  'replacing and shown, and the outbox has the kept places': () =>
    crowded(shown(issued(active()).stage).stage, outboxSize.cap - outboxSize.kept),
  'replacing and shown, and the outbox is full': () => crowded(shown(issued(active()).stage).stage, outboxSize.cap),
} satisfies Record<string, () => Stage>

type State = keyof typeof states

/** Everything that may come to a code. */
const events = {
  'one is issued': (stage) => issued(stage),
  'one is issued by message': (stage) => issued(stage, 'with-code', 'direct'),
  'one is issued without the code': (stage) => issued(stage, 'without-code'),
  'an administrator issues one': (stage) => issued(stage, 'administrator'),
  'it is shown': (stage) => shown(stage),
  'it is shown in another session': (stage) => shown(stage, theirs),
  'its session says done': (stage) => activated(stage, mine),
  'another session says done': (stage) => activated(stage, theirs),
  'the right code is entered': (stage) => activated(stage, mine, true),
  'the right code is entered in another session': (stage) => activated(stage, theirs, true),
  'a wrong code is entered': (stage) => activated(stage, mine, false),
  'what was right for another one is entered': (stage) => activated(stage, mine, true, 'code 0'),
  'it is given as an answer': (stage) => answered(stage, ({ code }) => code?.held?.digest ?? 'none'),
  'the one before it is given as an answer': (stage) => answered(stage, oneBefore),
  'the waiting one is given as an answer': (stage) => answered(stage, ({ code }) => digestOf(code?.waiting?.id ?? '')),
  'a wrong one is given as an answer': (stage) => answered(stage, () => 'another digest'),
  'an administrator ends it in a week': endedSooner,
  'the schedule comes to it': onSchedule,
  'the contact that it went to is removed': withoutContact,
  'its person is erased': erased,
  'it is revoked': (stage) => revoked(stage),
  '"this was not me" is said': (stage) => revoked(stage, 'not-me'),
  'the waiting one is stopped': (stage) => stopped(stage),
  'a day passes': (stage) => later(stage, 1),
  'thirty days pass': (stage) => later(stage, 30),
  'a year passes': (stage) => later(stage, 365),
  'a year and its grace pass': (stage) => later(stage, 395),
} satisfies Record<string, (stage: Stage) => Step>

type Event = keyof typeof events

function oneBefore({ code }: Subject): string {
  const [, number = 0] = code?.held?.id.split(' ') ?? []
  return digestOf(`code ${Number(number) - 1}`)
}

/** The state as its person sees it, and whether one waits beside: `+` to be made, `*` made, `-` in its day, `?` to be asked for first. */
function seen({ subject, now }: Stage): string {
  const { waiting } = codeOf(subject)
  const mark = waiting && waiting.expiresAt > now ? markOf(waiting, now) : ''
  return `${codeStateOf(codeOf(subject), now)}${mark}`
}

function markOf(waiting: WaitingCode, now: Date): string {
  if (!waiting.from) return ' ?'
  if (waiting.from > now) return ' -'
  return waiting.digest ? ' *' : ' +'
}

const nothing = 'nothing-waiting'

type Besides = Readonly<{
  /** What comes of the code that works or has expired as an answer; where it is compared at all, every other one is wrong. */
  answer?: 'passed' | 'code-expired' | 'locked' | 'full'
  /** What comes of a waiting code's entry with the result of another comparison. */
  entered?: 'wrong' | 'locked' | 'full'
  /** What is seen after the schedule came. */
  scheduled?: string
  /** What comes of the end in a week. */
  sooner: string
  /** What is seen where the contact went that one may have been sent to. */
  contactGone?: string
}>

/** What comes to a code beside its issue, showing, entry and end, from what is seen of it. */
function besides(state: string, { answer, entered, scheduled = state, sooner, contactGone = state }: Besides) {
  const given = answer ?? 'factor-not-available'
  const other = given === 'passed' || given === 'code-expired' ? 'wrong' : given
  return {
    'what was right for another one is entered': `${entered ?? nothing}: ${state}`,
    'it is given as an answer': `${given}: ${state}`,
    'the one before it is given as an answer': `${other}: ${state}`,
    'the waiting one is given as an answer': `${other}: ${state}`,
    'a wrong one is given as an answer': `${other}: ${state}`,
    'an administrator ends it in a week': sooner,
    'the schedule comes to it': `later: ${scheduled}`,
    'the contact that it went to is removed': `removed: ${contactGone}`,
    'its person is erased': 'erased: none',
  }
}

/** What is seen after each event, `outcome: state`, of a code that nobody typed wrongly while relays run. */
const calm = {
  none: {
    'one is issued': 'issued: issued +',
    'one is issued by message': 'issued: issued *',
    'one is issued without the code': 'issued: issued +',
    'an administrator issues one': 'issued: issued +',
    'it is shown': `${nothing}: none`,
    'it is shown in another session': `${nothing}: none`,
    'its session says done': `${nothing}: none`,
    'another session says done': `${nothing}: none`,
    'the right code is entered': `${nothing}: none`,
    'the right code is entered in another session': `${nothing}: none`,
    'a wrong code is entered': `${nothing}: none`,
    'it is revoked': 'nothing-to-revoke: none',
    '"this was not me" is said': 'nothing-to-revoke: none',
    'the waiting one is stopped': 'stopped: none',
    'a day passes': 'later: none',
    'thirty days pass': 'later: none',
    'a year passes': 'later: none',
    'a year and its grace pass': 'later: none',
    ...besides('none', { sooner: 'issued: issued +' }),
  },
  issued: {
    'one is issued': 'issued: issued +',
    'one is issued by message': 'issued: issued *',
    'one is issued without the code': 'issued: issued +',
    'an administrator issues one': 'issued: issued +',
    'it is shown': 'shown: issued *',
    'it is shown in another session': 'shown: issued *',
    'its session says done': `${nothing}: issued +`,
    'another session says done': `${nothing}: issued +`,
    'the right code is entered': `${nothing}: issued +`,
    'the right code is entered in another session': `${nothing}: issued +`,
    'a wrong code is entered': `${nothing}: issued +`,
    'it is revoked': 'revoked: none',
    '"this was not me" is said': 'revoked: none',
    'the waiting one is stopped': 'stopped: none',
    'a day passes': 'later: issued +',
    'thirty days pass': 'later: none',
    'a year passes': 'later: none',
    'a year and its grace pass': 'later: none',
    ...besides('issued +', { sooner: 'issued: issued +' }),
  },
  'issued by message': {
    'one is issued': 'issued: issued +',
    'one is issued by message': 'issued: issued *',
    'one is issued without the code': 'issued: issued +',
    'an administrator issues one': 'issued: issued +',
    'it is shown': `${nothing}: issued *`,
    'it is shown in another session': `${nothing}: issued *`,
    'its session says done': `${nothing}: issued *`,
    'another session says done': `${nothing}: issued *`,
    'the right code is entered': 'activated: active',
    'the right code is entered in another session': 'activated: active',
    'a wrong code is entered': 'wrong: issued *',
    'it is revoked': 'revoked: none',
    '"this was not me" is said': 'revoked: none',
    'the waiting one is stopped': 'stopped: none',
    'a day passes': 'later: none',
    'thirty days pass': 'later: none',
    'a year passes': 'later: none',
    'a year and its grace pass': 'later: none',
    ...besides('issued *', { entered: 'wrong', sooner: 'issued: issued +', contactGone: 'none' }),
  },
  shown: {
    'one is issued': 'issued: issued +',
    'one is issued by message': 'issued: issued *',
    'one is issued without the code': 'issued: issued *',
    'an administrator issues one': 'issued: issued +',
    'it is shown': 'shown: issued *',
    'it is shown in another session': 'shown: issued *',
    'its session says done': 'activated: active',
    'another session says done': `${nothing}: issued *`,
    'the right code is entered': 'activated: active',
    'the right code is entered in another session': 'activated: active',
    'a wrong code is entered': 'wrong: issued *',
    'it is revoked': 'revoked: none',
    '"this was not me" is said': 'revoked: none',
    'the waiting one is stopped': 'stopped: none',
    'a day passes': 'later: issued +',
    'thirty days pass': 'later: none',
    'a year passes': 'later: none',
    'a year and its grace pass': 'later: none',
    ...besides('issued *', { entered: 'wrong', sooner: 'issued: issued +' }),
  },
  'shown and forgotten': {
    'one is issued': 'issued: issued +',
    'one is issued by message': 'issued: issued *',
    'one is issued without the code': 'issued: issued +',
    'an administrator issues one': 'issued: issued +',
    'it is shown': 'shown: issued *',
    'it is shown in another session': 'shown: issued *',
    'its session says done': `${nothing}: issued +`,
    'another session says done': `${nothing}: issued +`,
    'the right code is entered': `${nothing}: issued +`,
    'the right code is entered in another session': `${nothing}: issued +`,
    'a wrong code is entered': `${nothing}: issued +`,
    'it is revoked': 'revoked: none',
    '"this was not me" is said': 'revoked: none',
    'the waiting one is stopped': 'stopped: none',
    'a day passes': 'later: issued +',
    'thirty days pass': 'later: none',
    'a year passes': 'later: none',
    'a year and its grace pass': 'later: none',
    ...besides('issued +', { sooner: 'issued: issued +' }),
  },
  active: {
    'one is issued': 'issued: active +',
    'one is issued by message': 'issued: active *',
    'one is issued without the code': 'issued: active -',
    'an administrator issues one': 'issued: active ?',
    'it is shown': `${nothing}: active`,
    'it is shown in another session': `${nothing}: active`,
    'its session says done': `${nothing}: active`,
    'another session says done': `${nothing}: active`,
    'the right code is entered': `${nothing}: active`,
    'the right code is entered in another session': `${nothing}: active`,
    'a wrong code is entered': `${nothing}: active`,
    'it is revoked': 'revoked: revoked',
    '"this was not me" is said': 'revoked: revoked',
    'the waiting one is stopped': 'stopped: active',
    'a day passes': 'later: active',
    'thirty days pass': 'later: active',
    'a year passes': 'later: expired',
    'a year and its grace pass': 'later: expired',
    ...besides('active', { answer: 'passed', scheduled: 'active ?', sooner: 'issued: expiring ?' }),
  },
  expiring: {
    'one is issued': 'issued: expiring +',
    'one is issued by message': 'issued: expiring *',
    'one is issued without the code': 'issued: expiring -',
    'an administrator issues one': 'issued: expiring ?',
    'it is shown': `${nothing}: expiring`,
    'it is shown in another session': `${nothing}: expiring`,
    'its session says done': `${nothing}: expiring`,
    'another session says done': `${nothing}: expiring`,
    'the right code is entered': `${nothing}: expiring`,
    'the right code is entered in another session': `${nothing}: expiring`,
    'a wrong code is entered': `${nothing}: expiring`,
    'it is revoked': 'revoked: revoked',
    '"this was not me" is said': 'revoked: revoked',
    'the waiting one is stopped': 'stopped: expiring',
    'a day passes': 'later: expiring',
    'thirty days pass': 'later: expired',
    'a year passes': 'later: expired',
    'a year and its grace pass': 'later: expired',
    ...besides('expiring', { answer: 'passed', scheduled: 'expiring ?', sooner: 'issued: expiring ?' }),
  },
  replacing: {
    'one is issued': 'issued: active +',
    'one is issued by message': 'issued: active *',
    'one is issued without the code': 'issued: active +',
    'an administrator issues one': 'issued: active ?',
    'it is shown': 'shown: active *',
    'it is shown in another session': 'not-ready: active +',
    'its session says done': `${nothing}: active +`,
    'another session says done': `${nothing}: active +`,
    'the right code is entered': `${nothing}: active +`,
    'the right code is entered in another session': `${nothing}: active +`,
    'a wrong code is entered': `${nothing}: active +`,
    'it is revoked': 'revoked: revoked',
    '"this was not me" is said': 'revoked: revoked',
    'the waiting one is stopped': 'stopped: active',
    'a day passes': 'later: active',
    'thirty days pass': 'later: active',
    'a year passes': 'later: expired',
    'a year and its grace pass': 'later: expired',
    ...besides('active +', { answer: 'passed', sooner: 'issued: expiring ?' }),
  },
  'replacing and shown': {
    'one is issued': 'issued: active +',
    'one is issued by message': 'issued: active *',
    'one is issued without the code': 'issued: active *',
    'an administrator issues one': 'issued: active ?',
    'it is shown': 'shown: active *',
    'it is shown in another session': 'not-ready: active *',
    'its session says done': 'activated: active',
    'another session says done': `${nothing}: active *`,
    'the right code is entered': 'activated: active',
    'the right code is entered in another session': `${nothing}: active *`,
    'a wrong code is entered': 'wrong: active *',
    'it is revoked': 'revoked: revoked',
    '"this was not me" is said': 'revoked: revoked',
    'the waiting one is stopped': 'stopped: active',
    'a day passes': 'later: active',
    'thirty days pass': 'later: active',
    'a year passes': 'later: expired',
    'a year and its grace pass': 'later: expired',
    ...besides('active *', { answer: 'passed', entered: 'wrong', sooner: 'issued: expiring ?' }),
  },
  'replacing by message': {
    'one is issued': 'issued: active +',
    'one is issued by message': 'issued: active *',
    'one is issued without the code': 'issued: active *',
    'an administrator issues one': 'issued: active ?',
    'it is shown': `${nothing}: active *`,
    'it is shown in another session': `${nothing}: active *`,
    'its session says done': `${nothing}: active *`,
    'another session says done': `${nothing}: active *`,
    'the right code is entered': 'activated: active',
    'the right code is entered in another session': `${nothing}: active *`,
    'a wrong code is entered': 'wrong: active *',
    'it is revoked': 'revoked: revoked',
    '"this was not me" is said': 'revoked: revoked',
    'the waiting one is stopped': 'stopped: active',
    'a day passes': 'later: active',
    'thirty days pass': 'later: active',
    'a year passes': 'later: expired',
    'a year and its grace pass': 'later: expired',
    ...besides('active *', { answer: 'passed', entered: 'wrong', sooner: 'issued: expiring ?', contactGone: 'active' }),
  },
  'to be replaced, says an administrator': {
    'one is issued': 'issued: active +',
    'one is issued by message': 'issued: active *',
    'one is issued without the code': 'issued: active -',
    'an administrator issues one': 'issued: active ?',
    'it is shown': 'not-ready: active ?',
    'it is shown in another session': 'not-ready: active ?',
    'its session says done': `${nothing}: active ?`,
    'another session says done': `${nothing}: active ?`,
    'the right code is entered': `${nothing}: active ?`,
    'the right code is entered in another session': `${nothing}: active ?`,
    'a wrong code is entered': `${nothing}: active ?`,
    'it is revoked': 'revoked: revoked',
    '"this was not me" is said': 'revoked: revoked',
    'the waiting one is stopped': 'stopped: active',
    'a day passes': 'later: active ?',
    'thirty days pass': 'later: active',
    'a year passes': 'later: expired',
    'a year and its grace pass': 'later: expired',
    ...besides('active ?', { answer: 'passed', sooner: 'issued: expiring ?' }),
  },
  'lost, in its day': {
    'one is issued': 'issued: active +',
    'one is issued by message': 'issued: active *',
    'one is issued without the code': 'issued: active -',
    'an administrator issues one': 'issued: active -',
    'it is shown': 'not-ready: active -',
    'it is shown in another session': 'not-ready: active -',
    'its session says done': `${nothing}: active -`,
    'another session says done': `${nothing}: active -`,
    'the right code is entered': `${nothing}: active -`,
    'the right code is entered in another session': `${nothing}: active -`,
    'a wrong code is entered': `${nothing}: active -`,
    'it is revoked': 'revoked: revoked',
    '"this was not me" is said': 'revoked: revoked',
    'the waiting one is stopped': 'stopped: active',
    'a day passes': 'later: active +',
    'thirty days pass': 'later: active',
    'a year passes': 'later: expired',
    'a year and its grace pass': 'later: expired',
    ...besides('active -', { answer: 'passed', sooner: 'issued: expiring -' }),
  },
  'lost, after its day': {
    'one is issued': 'issued: active +',
    'one is issued by message': 'issued: active *',
    'one is issued without the code': 'issued: active +',
    'an administrator issues one': 'issued: active +',
    'it is shown': 'shown: active *',
    'it is shown in another session': 'shown: active *',
    'its session says done': `${nothing}: active +`,
    'another session says done': `${nothing}: active +`,
    'the right code is entered': `${nothing}: active +`,
    'the right code is entered in another session': `${nothing}: active +`,
    'a wrong code is entered': `${nothing}: active +`,
    'it is revoked': 'revoked: revoked',
    '"this was not me" is said': 'revoked: revoked',
    'the waiting one is stopped': 'stopped: active',
    'a day passes': 'later: active +',
    'thirty days pass': 'later: active',
    'a year passes': 'later: expired',
    'a year and its grace pass': 'later: expired',
    ...besides('active +', { answer: 'passed', sooner: 'issued: expiring +' }),
  },
  'lost and shown': {
    'one is issued': 'issued: active +',
    'one is issued by message': 'issued: active *',
    'one is issued without the code': 'issued: active *',
    'an administrator issues one': 'issued: active *',
    'it is shown': 'shown: active *',
    'it is shown in another session': 'shown: active *',
    'its session says done': 'activated: active',
    'another session says done': `${nothing}: active *`,
    'the right code is entered': 'activated: active',
    'the right code is entered in another session': 'activated: active',
    'a wrong code is entered': 'wrong: active *',
    'it is revoked': 'revoked: revoked',
    '"this was not me" is said': 'revoked: revoked',
    'the waiting one is stopped': 'stopped: active',
    'a day passes': 'later: active +',
    'thirty days pass': 'later: active',
    'a year passes': 'later: expired',
    'a year and its grace pass': 'later: expired',
    ...besides('active *', { answer: 'passed', entered: 'wrong', sooner: 'issued: expiring *' }),
  },
  superseded: {
    'one is issued': 'issued: active +',
    'one is issued by message': 'issued: active *',
    'one is issued without the code': 'issued: active -',
    'an administrator issues one': 'issued: active ?',
    'it is shown': `${nothing}: active`,
    'it is shown in another session': `${nothing}: active`,
    'its session says done': `${nothing}: active`,
    'another session says done': `${nothing}: active`,
    'the right code is entered': `${nothing}: active`,
    'the right code is entered in another session': `${nothing}: active`,
    'a wrong code is entered': `${nothing}: active`,
    'it is revoked': 'revoked: revoked',
    '"this was not me" is said': 'revoked: revoked',
    'the waiting one is stopped': 'stopped: active',
    'a day passes': 'later: active',
    'thirty days pass': 'later: active',
    'a year passes': 'later: expired',
    'a year and its grace pass': 'later: expired',
    ...besides('active', { answer: 'passed', scheduled: 'active ?', sooner: 'issued: expiring ?' }),
  },
  'expired in grace': {
    'one is issued': 'issued: issued -',
    'one is issued by message': 'issued: issued -',
    'one is issued without the code': 'issued: issued -',
    'an administrator issues one': 'issued: issued -',
    'it is shown': `${nothing}: expired`,
    'it is shown in another session': `${nothing}: expired`,
    'its session says done': `${nothing}: expired`,
    'another session says done': `${nothing}: expired`,
    'the right code is entered': `${nothing}: expired`,
    'the right code is entered in another session': `${nothing}: expired`,
    'a wrong code is entered': `${nothing}: expired`,
    'it is revoked': 'revoked: revoked',
    '"this was not me" is said': 'revoked: revoked',
    'the waiting one is stopped': 'stopped: expired',
    'a day passes': 'later: expired',
    'thirty days pass': 'later: expired',
    'a year passes': 'later: expired',
    'a year and its grace pass': 'later: expired',
    ...besides('expired', { answer: 'code-expired', sooner: 'issued: issued -' }),
  },
  'expired in grace and shown': {
    'one is issued': 'issued: issued *',
    'one is issued by message': 'issued: issued *',
    'one is issued without the code': 'issued: issued *',
    'an administrator issues one': 'issued: issued *',
    'it is shown': 'shown: issued *',
    'it is shown in another session': 'shown: issued *',
    'its session says done': 'activated: active',
    'another session says done': `${nothing}: issued *`,
    'the right code is entered': 'activated: active',
    'the right code is entered in another session': 'activated: active',
    'a wrong code is entered': 'wrong: issued *',
    'it is revoked': 'revoked: revoked',
    '"this was not me" is said': 'revoked: revoked',
    'the waiting one is stopped': 'stopped: expired',
    'a day passes': 'later: issued +',
    'thirty days pass': 'later: expired',
    'a year passes': 'later: expired',
    'a year and its grace pass': 'later: expired',
    ...besides('issued *', { answer: 'code-expired', entered: 'wrong', sooner: 'issued: issued *' }),
  },
  'expired for good': {
    'one is issued': 'issued: issued -',
    'one is issued by message': 'issued: issued -',
    'one is issued without the code': 'issued: issued -',
    'an administrator issues one': 'issued: issued -',
    'it is shown': `${nothing}: expired`,
    'it is shown in another session': `${nothing}: expired`,
    'its session says done': `${nothing}: expired`,
    'another session says done': `${nothing}: expired`,
    'the right code is entered': `${nothing}: expired`,
    'the right code is entered in another session': `${nothing}: expired`,
    'a wrong code is entered': `${nothing}: expired`,
    'it is revoked': 'revoked: revoked',
    '"this was not me" is said': 'revoked: revoked',
    'the waiting one is stopped': 'stopped: expired',
    'a day passes': 'later: expired',
    'thirty days pass': 'later: expired',
    'a year passes': 'later: expired',
    'a year and its grace pass': 'later: expired',
    ...besides('expired', { sooner: 'issued: issued -' }),
  },
  revoked: {
    'one is issued': 'issued: issued -',
    'one is issued by message': 'issued: issued -',
    'one is issued without the code': 'issued: issued -',
    'an administrator issues one': 'issued: issued -',
    'it is shown': `${nothing}: revoked`,
    'it is shown in another session': `${nothing}: revoked`,
    'its session says done': `${nothing}: revoked`,
    'another session says done': `${nothing}: revoked`,
    'the right code is entered': `${nothing}: revoked`,
    'the right code is entered in another session': `${nothing}: revoked`,
    'a wrong code is entered': `${nothing}: revoked`,
    'it is revoked': 'nothing-to-revoke: revoked',
    '"this was not me" is said': 'nothing-to-revoke: revoked',
    'the waiting one is stopped': 'stopped: revoked',
    'a day passes': 'later: revoked',
    'thirty days pass': 'later: revoked',
    'a year passes': 'later: revoked',
    'a year and its grace pass': 'later: revoked',
    ...besides('revoked', { sooner: 'issued: issued -' }),
  },
  'revoked and issued': {
    'one is issued': 'issued: issued -',
    'one is issued by message': 'issued: issued -',
    'one is issued without the code': 'issued: issued -',
    'an administrator issues one': 'issued: issued -',
    'it is shown': 'not-ready: issued -',
    'it is shown in another session': 'not-ready: issued -',
    'its session says done': `${nothing}: issued -`,
    'another session says done': `${nothing}: issued -`,
    'the right code is entered': `${nothing}: issued -`,
    'the right code is entered in another session': `${nothing}: issued -`,
    'a wrong code is entered': `${nothing}: issued -`,
    'it is revoked': 'revoked: revoked',
    '"this was not me" is said': 'revoked: revoked',
    'the waiting one is stopped': 'stopped: revoked',
    'a day passes': 'later: issued +',
    'thirty days pass': 'later: revoked',
    'a year passes': 'later: revoked',
    'a year and its grace pass': 'later: revoked',
    ...besides('issued -', { sooner: 'issued: issued -' }),
  },
  'expiring, and one waits': {
    'one is issued': 'issued: expiring +',
    'one is issued by message': 'issued: expiring *',
    'one is issued without the code': 'issued: expiring +',
    'an administrator issues one': 'issued: expiring ?',
    'it is shown': 'shown: expiring *',
    'it is shown in another session': 'not-ready: expiring +',
    'its session says done': `${nothing}: expiring +`,
    'another session says done': `${nothing}: expiring +`,
    'the right code is entered': `${nothing}: expiring +`,
    'the right code is entered in another session': `${nothing}: expiring +`,
    'a wrong code is entered': `${nothing}: expiring +`,
    'it is revoked': 'revoked: revoked',
    '"this was not me" is said': 'revoked: revoked',
    'the waiting one is stopped': 'stopped: expiring',
    'a day passes': 'later: expiring',
    'thirty days pass': 'later: expired',
    'a year passes': 'later: expired',
    'a year and its grace pass': 'later: expired',
    ...besides('expiring +', { answer: 'passed', sooner: 'issued: expiring ?' }),
  },
  'to be replaced, says the schedule': {
    'one is issued': 'issued: active +',
    'one is issued by message': 'issued: active *',
    'one is issued without the code': 'issued: active -',
    'an administrator issues one': 'issued: active ?',
    'it is shown': 'not-ready: active ?',
    'it is shown in another session': 'not-ready: active ?',
    'its session says done': `${nothing}: active ?`,
    'another session says done': `${nothing}: active ?`,
    'the right code is entered': `${nothing}: active ?`,
    'the right code is entered in another session': `${nothing}: active ?`,
    'a wrong code is entered': `${nothing}: active ?`,
    'it is revoked': 'revoked: revoked',
    '"this was not me" is said': 'revoked: revoked',
    'the waiting one is stopped': 'stopped: active',
    'a day passes': 'later: active ?',
    'thirty days pass': 'later: active',
    'a year passes': 'later: expired',
    'a year and its grace pass': 'later: expired',
    ...besides('active ?', { answer: 'passed', sooner: 'issued: expiring ?' }),
  },
} satisfies Partial<Record<State, Record<Event, string>>>

/** What is refused where the outbox has room for nothing; what ends something never is. */
const refused = (state: string, outcome: 'locked' | 'full') => ({
  'its session says done': `${outcome}: ${state}`,
  'the right code is entered': `${outcome}: ${state}`,
  'a wrong code is entered': `${outcome}: ${state}`,
})

const notIssued = (state: string) => ({
  'one is issued': `full: ${state}`,
  'one is issued by message': `full: ${state}`,
  'one is issued without the code': `full: ${state}`,
  'an administrator issues one': `full: ${state}`,
  'the schedule comes to it': `later: ${state}`,
})

/** The same after wrong codes and with a full outbox: what a pause and a want of room refuse, and nothing else. */
const table: Record<State, Record<Event, string>> = {
  ...calm,
  'active, and one try is left': calm.active,
  'active, and locked': {
    ...calm.active,
    ...besides('active', { answer: 'locked', scheduled: 'active ?', sooner: 'issued: expiring ?' }),
  },
  'active, and locked before': calm.active,
  'active, and the outbox is full': {
    ...calm.active,
    ...besides('active', { answer: 'full', sooner: 'full: active' }),
    ...notIssued('active'),
  },
  'shown, and one try is left': calm.shown,
  'shown, and locked': {
    ...calm.shown,
    ...refused('issued *', 'locked'),
    'the right code is entered in another session': 'locked: issued *',
    'another session says done': 'locked: issued *',
    ...besides('issued *', { entered: 'locked', sooner: 'issued: issued +' }),
  },
  'shown, and locked before': { ...calm.shown, 'a day passes': 'later: issued +' },
  'replacing by message, and locked': {
    ...calm['replacing by message'],
    ...refused('active *', 'locked'),
    ...besides('active *', {
      answer: 'locked',
      entered: 'locked',
      sooner: 'issued: expiring ?',
      contactGone: 'active',
    }),
  },
  'replacing and shown, and the outbox has the kept places': {
    ...calm['replacing and shown'],
    ...besides('active *', { answer: 'passed', entered: 'wrong', sooner: 'full: active *' }),
    ...notIssued('active *'),
    'one is issued without the code': 'issued: active *',
    'it is shown': 'full: active *',
  },
  'replacing and shown, and the outbox is full': {
    ...calm['replacing and shown'],
    ...refused('active *', 'full'),
    ...besides('active *', { answer: 'full', entered: 'full', sooner: 'full: active *' }),
    ...notIssued('active *'),
    'one is issued without the code': 'issued: active *',
    'it is shown': 'full: active *',
  },
}

const stateNames = Object.keys(states) as State[]
const eventNames = Object.keys(events) as Event[]

/** What each event makes of a code in that state. */
function stepsFrom(state: State): readonly (readonly [Event, Step])[] {
  return eventNames.map((event) => [event, events[event](states[state]())])
}

/** Usable as far as it works, and then not also over. */
function isUsableAsItWorks({ subject, now }: Stage): boolean {
  const usable = ownCodeOf(subject, () => true, now) !== undefined
  const works = ['active', 'expiring'].includes(codeStateOf(codeOf(subject), now))
  return usable === works && !(usable && expiredCodeOf(subject, now) !== undefined)
}

/** One timer at most; one whose time has come only where nobody carries anything out. */
function hasItsTimer({ subject, now, relaysAreDown }: Stage): boolean {
  const due = subject.timers.flatMap((timer) => (timer.kind === 'code' ? timer.due : []))
  return due.length <= 1 && (relaysAreDown || due.every((at) => at > now))
}

/** The budget after a step: nothing comes back but what a right code gives, and a wrong one costs one. */
function budgetAfter({ subject: { throttle } }: Stage, event: Event, { outcome, stage }: Step) {
  const { failures, locks, consecutive } = throttle
  const cost = ['wrong', 'code-expired'].includes(outcome) ? 1 : 0
  const isLast = cost === 1 && failures.length + 1 === throttleLimits.perHour
  const wasTyped = outcome === 'passed' || (outcome === 'activated' && event.includes('entered'))
  const after = stage.subject.throttle
  return {
    failures: [...failures, ...after.failures.slice(failures.length).slice(0, cost)],
    failed: failures.length + cost,
    locks: [...locks, ...after.locks.slice(locks.length).slice(0, isLast ? 1 : 0)],
    locked: locks.length + (isLast ? 1 : 0),
    consecutive: wasTyped ? 0 : consecutive + cost,
  }
}

function budgetOf({ subject: { throttle } }: Stage) {
  const { failures, locks, consecutive } = throttle
  return { failures, failed: failures.length, locks, locked: locks.length, consecutive }
}

describe.each(stateNames)('a code that is %s', (state) => {
  test('knows what comes of every event', () => {
    const seenAfter = stepsFrom(state).map(([event, { outcome, stage }]) => [event, `${outcome}: ${seen(stage)}`])

    expect(Object.fromEntries(seenAfter)).toEqual(table[state])
  })

  test('is usable after every event only as far as it works', () => {
    expect(stepsFrom(state).filter(([, { stage }]) => !isUsableAsItWorks(stage))).toEqual([])
  })

  test('has one timer at most after every event, and none in the past', () => {
    expect(stepsFrom(state).filter(([, { stage }]) => !hasItsTimer(stage))).toEqual([])
  })

  test('gives no try back after any event, and a wrong one costs one', () => {
    const before = states[state]()
    const steps = stepsFrom(state)

    expect(steps.map(([event, { stage }]) => [event, budgetOf(stage)])).toEqual(
      steps.map(([event, step]) => [event, budgetAfter(before, event, step)]),
    )
  })
})

describe('what is told', () => {
  const toldOf = (step: Step) => step.stage.told

  test('when a code is made ready is that it is there', () => {
    expect(toldOf(issued(empty))).toEqual(['code.issued', 'code-ready'])
  })

  test('when a first code works is that it does', () => {
    expect(toldOf(activated(quiet(states.shown()), mine))).toEqual(['code.activated', 'code-activated'])
  })

  test('when a code takes the place of another is that it did', () => {
    expect(toldOf(activated(quiet(states['replacing and shown']()), mine))).toEqual([
      'code.activated',
      'code.superseded',
      'elevations.revoked',
      'code-rotated',
    ])
  })

  test('when a code takes the place of one that was revoked is that it was asked for, that it is ready, and that it works', () => {
    const asked = quiet(issued(quiet(revoked(active()).stage), 'without-code').stage)
    const again = activated(shown(later(asked, 1).stage).stage, mine)

    expect(toldOf(issued(quiet(revoked(active()).stage), 'without-code'))).toEqual(['code.asked', 'code-asked'])
    expect(toldOf(again)).toEqual(['code-ready', 'code.shown', 'code.activated', 'code-activated'])
  })

  test('when one is asked for again in its day is nothing: the day goes on', () => {
    expect(toldOf(issued(quiet(states['lost, in its day']()), 'without-code'))).toEqual([])
  })

  test('when a first code is revoked that never worked is nothing but the event', () => {
    expect(toldOf(revoked(quiet(states.issued())))).toEqual(['code.revoked', 'elevations.revoked'])
  })

  test('when one in its day is revoked is that it was', () => {
    expect(toldOf(revoked(quiet(states['revoked and issued']())))).toContain('code-revoked')
  })

  test('over a year and its grace is each reminder once, its end once, and nothing after', () => {
    expect(toldOf(later(quiet(active()), 800))).toEqual([
      ...['code.reminded', 'code-expiring', 'code.reminded', 'code-expiring', 'code.reminded', 'code-expiring'],
      ...['code.expired', 'code-expired'],
    ])
  })

  test('when nobody took a code is nothing but the event', () => {
    expect(toldOf(later(quiet(states.issued()), 30))).toEqual(['code.lapsed'])
  })

  test('when the schedule comes is that a new one is ready', () => {
    expect(toldOf(onSchedule(quiet(active())))).toEqual(['code.issued', 'code-ready'])
  })

  test('when an administrator ends one in a week is that a new one is ready, and the nearest reminder alone', () => {
    expect(toldOf(endedSooner(quiet(active())))).toEqual([
      'code.issued',
      'code-ready',
      'code.reminded',
      'code-expiring',
    ])
  })

  test('when it was ended sooner is its end, to the day, and no more often', () => {
    const after = (days: number) => toldOf(later(quiet(endedSooner(active()).stage), days))

    expect(after(6)).toEqual(['code.reminded', 'code-expiring'])
    expect(after(7)).toEqual(['code.reminded', 'code-expiring', 'code.expired', 'code-expired'])
  })

  test('when a code was sent is that it was issued, and to the contacts that it did not go to that it is there', () => {
    expect(toldOf(issued(empty, 'with-code', 'direct'))).toEqual(['code.issued', 'code-ready'])
  })

  test('when a wrong one is entered is the event', () => {
    expect(toldOf(activated(quiet(states.shown()), mine, false))).toEqual(['code.wrong-entry'])
  })

  test.each<[State, (stage: Stage) => Step, string]>([
    ['shown, and one try is left', (stage) => activated(stage, mine, false), 'code.wrong-entry'],
    ['active, and one try is left', events['a wrong one is given as an answer'], 'challenge.wrong-answer'],
  ])('when the last try is wrong is the lock, and what it ends: %s', (state, event, wrong) => {
    expect(toldOf(event(quiet(states[state]())))).toEqual([wrong, 'throttle.locked', 'elevations.revoked', 'locked'])
  })

  test.each<[State, Event]>([
    ['shown, and locked', 'the right code is entered'],
    ['shown, and locked', 'its session says done'],
    ['active, and locked', 'it is given as an answer'],
    ['active, and the outbox is full', 'the schedule comes to it'],
    ['active, and the outbox is full', 'an administrator ends it in a week'],
    ['active, and the outbox is full', 'a year passes'],
    ['replacing and shown, and the outbox is full', 'the right code is entered'],
    ['replacing and shown, and the outbox is full', 'a wrong code is entered'],
    ['replacing by message', 'the contact that it went to is removed'],
  ])('is nothing where it is %s and %s', (state, event) => {
    expect(toldOf(events[event](quiet(states[state]())))).toEqual([])
  })

  test('when a waiting one is stopped is the event', () => {
    expect(toldOf(stopped(quiet(states['lost, in its day']())))).toEqual(['code.stopped'])
  })

  test('when its person is erased is that, and that everything ended', () => {
    expect(toldOf(erased(quiet(active())))).toEqual(['subject.erased', 'elevations.revoked'])
  })

  test('when a code is revoked is that it was', () => {
    expect(toldOf(revoked(quiet(active())))).toEqual(['code.revoked', 'elevations.revoked', 'code-revoked'])
  })
})

test('a code that an administrator ends in a week ends then, and one that ends sooner anyway as it would', () => {
  const endOf = ({ subject }: Stage) => codeOf(subject).held?.expiresAt
  const long = active()
  const short = states.expiring()

  expect(endOf(endedSooner(long).stage)).toEqual(daysAfter(long.now, 7))
  expect(endOf(endedSooner(short).stage)).toEqual(endOf(short))
})

describe('a digest', () => {
  const digestIn = ({ subject }: Stage) => comparableCode(subject)?.digest

  test.each<State>(['revoked', 'revoked and issued', 'expired for good', 'none', 'shown'])(
    'is not kept to compare with where the code is %s',
    (state) => {
      expect(digestIn(states[state]())).toBeUndefined()
    },
  )

  test('of a shown code that nobody confirmed goes after a day', () => {
    expect(codeOf(states['shown and forgotten']().subject).waiting).not.toHaveProperty('digest')
  })

  test('of a code in its grace stays to tell who has it', () => {
    expect(expiredCodeOf(states['expired in grace']().subject, states['expired in grace']().now)).toBeDefined()
  })

  test('is the new one at once when a code takes the place of another', () => {
    expect(digestIn(states.superseded())).toBe(digestOf('code 2'))
  })
})

describe('a code can be replaced as one that its person has', () => {
  test.each<[State, boolean]>([
    ['none', false],
    ['issued', false],
    ['active', true],
    ['expiring', true],
    ['expired in grace', true],
    ['expired for good', false],
    ['revoked', false],
  ])('where it is %s: %s', (state, expected) => {
    const { subject, now } = states[state]()

    expect(isReplaceable(codeOf(subject), life, now)).toBe(expected)
  })
})

describe('the event of a revocation', () => {
  const namedIn = (stage: Stage) => {
    const ending = { reason: 'person', by: { actor: 'subject' }, tell: telling([]) } as const
    return revokeCode(stage.subject, ending, life, stage.now).outbox.flatMap((effect) =>
      effect.kind === 'audit' && effect.event.type === 'code.revoked' ? effect.event.code : [],
    )
  }

  test('names the code that worked', () => {
    expect(namedIn(states.active())).toEqual(['code 1'])
  })

  test('names the code that waited where the one before it had been revoked already', () => {
    expect(namedIn(states['revoked and issued']())).toEqual(['code 2'])
  })
})
