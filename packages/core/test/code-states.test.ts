import { activateCode } from '../src/code/activate-code.js'
import { ageCode } from '../src/code/age-code.js'
import type { CodeLife, WaitingCode } from '../src/code/code-record.js'
import { codeOf, codeStateOf, isReplaceable } from '../src/code/code-state.js'
import { issueCode } from '../src/code/issue-code.js'
import type { AskedBy } from '../src/code/next-code.js'
import { comparableCode, expiredCodeOf, ownCodeOf } from '../src/code/own-code.js'
import { hasCode, revokeCode, stopWaitingCode } from '../src/code/revoke-code.js'
import { showCode } from '../src/code/show-code.js'
import { newSubject, type Subject } from '../src/subject/subject.js'
import { subjectIdOf } from '../src/subject/subject-id.js'
import type { Tell } from '../src/subject/tell.js'

const life: CodeLife = { validDays: 365, graceDays: 30 }
const writing = { language: 'en', timeZone: 'UTC' } as const
const mine = 'my session'
const theirs = 'another session'

/** Where a code is in its life, and what was told on the way. Relays carry everything out at once. */
type Stage = Readonly<{ subject: Subject; now: Date; codes: number; told: readonly string[] }>

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
  const events = subject.outbox.flatMap((effect) => (effect.kind === 'audit' ? effect.event.type : []))
  return { ...stage, subject: { ...subject, outbox: [] }, told: [...stage.told, ...events, ...told] }
}

function issued(stage: Stage, askedBy: AskedBy = 'with-code', delivery: 'pickup' | 'direct' = 'pickup'): Step {
  const told: string[] = []
  const id = `code ${stage.codes + 1}`
  const message = {
    kind: 'audit',
    id: 'a message',
    due: stage.now,
    tries: 0,
    madeAt: stage.now,
    event: { type: 'code.wrong-entry', actor: 'subject', id: '1', at: stage.now, subject: stage.subject.id },
  } as const
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

function activated(stage: Stage, session: string, matches?: boolean): Step {
  const told: string[] = []
  const id = codeOf(stage.subject).waiting?.id ?? 'none'
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

/** Time goes on, and the timers come back one by one, as with a relay. */
function later(stage: Stage, days: number): Step {
  const end = new Date(stage.now.getTime() + days * 86_400_000)
  let at = stage
  for (;;) {
    const due = at.subject.timers.find(({ kind }) => kind === 'code')?.due
    if (!due || due > end) return { outcome: 'later', stage: { ...at, now: end } }
    const told: string[] = []
    const ageing = { life, newCodeId: () => 'a code of the schedule', tellIn: () => telling(told) }
    const subject = ageCode(at.subject, ageing, due)
    at = carriedOut({ ...at, now: due }, told, subject)
  }
}

const active = () => activated(shown(issued(empty).stage).stage, mine).stage
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
  replacing: () => issued(active()).stage,
  'replacing and shown': () => shown(issued(active()).stage).stage,
  'replacing by message': () => issued(active(), 'with-code', 'direct').stage,
  'to be replaced, says an administrator': () => issued(active(), 'administrator').stage,
  'lost, in its day': () => lost(active()),
  'lost, after its day': () => later(lost(active()), 1).stage,
  'lost and shown': () => shown(later(lost(active()), 1).stage).stage,
  superseded: () => activated(shown(issued(active()).stage).stage, mine).stage,
  'expired in grace': () => later(active(), 366).stage,
  'expired in grace and shown': () => shown(later(lost(later(active(), 366).stage), 1).stage).stage,
  'expired for good': () => later(active(), 396).stage,
  revoked: () => revoked(active()).stage,
  'revoked and issued': () => lost(revoked(active()).stage),
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
  'it is revoked': (stage) => revoked(stage),
  '"this was not me" is said': (stage) => revoked(stage, 'not-me'),
  'the waiting one is stopped': (stage) => stopped(stage),
  'a day passes': (stage) => later(stage, 1),
  'thirty days pass': (stage) => later(stage, 30),
  'a year passes': (stage) => later(stage, 365),
  'a year and its grace pass': (stage) => later(stage, 395),
} satisfies Record<string, (stage: Stage) => Step>

type Event = keyof typeof events

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

/** What is seen after each event, `outcome: state`. */
const table: Record<State, Record<Event, string>> = {
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
  },
}

const stateNames = Object.keys(states) as State[]
const eventNames = Object.keys(events) as Event[]

describe.each(stateNames)('a code that is %s', (state) => {
  test.each(eventNames)('knows what comes when %s', (event) => {
    const { outcome, stage } = events[event](states[state]())

    expect(`${outcome}: ${seen(stage)}`).toBe(table[state][event])
  })

  test.each(eventNames)('is usable when %s only as far as it works', (event) => {
    const { subject, now } = events[event](states[state]()).stage
    const usable = ownCodeOf(subject, () => true, now) !== undefined

    expect(usable).toBe(['active', 'expiring'].includes(codeStateOf(codeOf(subject), now)))
    expect(usable && expiredCodeOf(subject, now) !== undefined).toBe(false)
  })

  test.each(eventNames)('has one timer at most when %s, and none in the past', (event) => {
    const { subject, now } = events[event](states[state]()).stage
    const due = subject.timers.flatMap((timer) => (timer.kind === 'code' ? timer.due : []))

    expect(due.length).toBeLessThanOrEqual(1)
    expect(due.filter((at) => at <= now)).toEqual([])
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

  test('when a code is revoked is that it was', () => {
    expect(toldOf(revoked(quiet(active())))).toEqual(['code.revoked', 'elevations.revoked', 'code-revoked'])
  })
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
