import type { Effect, MessageEffect } from '../outbox/effect.js'
import { fits } from '../outbox/outbox.js'
import type { Subject } from '../subject/subject.js'
import { record } from '../subject/transition.js'
import type { Carried, Result } from './results.js'

/** How long an effect waits after so many tries, in seconds: doubling from 1, at most 30 for a message with a code, 300 for the rest. */
export function backOffSeconds(tries: number, cap: number): number {
  return Math.min(cap, 2 ** Math.min(tries, 16))
}

const setAsideAfter = 3_600_000

/** What a round of the relay makes of a subject: appended events and finished effects are gone, the others wait. */
export function settle(subject: Subject, round: Round, now: Date): Subject {
  const appended = new Set(round.appended)
  const withoutEvents = { ...subject, outbox: subject.outbox.filter(({ id }) => !appended.has(id)) }
  const delayed = round.notAppended.reduce<Subject>(
    (one, id) => replace(one, id, (effect) => later(effect, 300, now)),
    withoutEvents,
  )
  return round.carried.reduce<Subject>((one, carried) => settleOne(one, carried, now), delayed)
}

/** What one round did: events that the log has, events that it did not take, and what became of the rest. */
export type Round = Readonly<{
  appended: readonly string[]
  notAppended: readonly string[]
  carried: readonly Carried[]
}>

function settleOne(subject: Subject, { effect, result }: Carried, now: Date): Subject {
  if (!subject.outbox.some(({ id }) => id === effect.id)) return subject
  if (result.outcome === 'again') {
    const admitted = result.admitted && { admitted: true as const }
    return replace(subject, effect.id, (one) => ({
      ...later(one, one.kind === 'message' ? 30 : 300, now),
      ...admitted,
    }))
  }
  if (result.outcome === 'unopenable') return unopenable(subject, effect, now)

  const without = { ...subject, outbox: subject.outbox.filter(({ id }) => id !== effect.id) }
  return effect.kind === 'message' ? told(without, effect, result, now) : without
}

function told(
  subject: Subject,
  { id, message, masked }: MessageEffect,
  result: Exclude<Result, { outcome: 'again' | 'unopenable' }>,
  now: Date,
): Subject {
  const about = { message: id, about: message, destination: masked }
  const by = { actor: 'system' } as const
  if (result.outcome === 'done') return record(subject, now, by, { type: 'message.sent', ...about })
  return record(subject, now, by, {
    type: result.outcome === 'failed' ? 'message.failed' : 'message.dropped',
    ...about,
    reason: result.reason,
  })
}

/** Another process may hold its key; after an hour it is kept, reported, and tried no more. */
function unopenable(subject: Subject, { id, madeAt }: Effect, now: Date): Subject {
  if (now.getTime() - madeAt.getTime() < setAsideAfter || !fits(subject.outbox, 1, 'kept'))
    return replace(subject, id, (effect) => later(effect, 300, now))
  const aside = replace(subject, id, (effect) => ({ ...effect, setAside: true }))
  return record(aside, now, { actor: 'system' }, { type: 'outbox.set-aside', effect: id, reason: 'no key opens it' })
}

function later(effect: Effect, capSeconds: number, now: Date): Effect {
  const wait = backOffSeconds(effect.tries, capSeconds) * 1000
  return { ...effect, tries: effect.tries + 1, due: new Date(now.getTime() + wait) }
}

function replace(subject: Subject, id: string, by: (effect: Effect) => Effect): Subject {
  return { ...subject, outbox: subject.outbox.map((effect) => (effect.id === id ? by(effect) : effect)) }
}
