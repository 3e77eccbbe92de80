import type { Actor, AuditFact, SubjectEvent } from '../audit/audit-event.js'
import type { Origin } from '../delivery/message.js'
import type { Effect } from '../outbox/effect.js'
import type { Subject } from './subject.js'

/** What a decision makes of a subject: a new one to commit, or none, and what came of it. */
export type Transition<O> = Readonly<{ subject?: Subject; outcome: O }>

/** Nothing is written. */
export function unchanged<O>(outcome: O): Transition<O> {
  return { outcome }
}

/** This is to be committed; the outcome is told only after that. */
export function changed<O>(subject: Subject, outcome: O): Transition<O> {
  return { subject, outcome }
}

/** Who caused an event and, where one asked, in which session (a digest) and from where. */
export type By = Readonly<{ actor: Actor; session?: string; origin?: Origin }>

/** The subject with one more event for the audit log, in the same commit as what it tells of. */
export function record(subject: Subject, now: Date, by: By, fact: AuditFact): Subject {
  const number = subject.events + 1
  const event: SubjectEvent = { ...fact, ...by, id: `${subject.id}#${number}`, at: now, subject: subject.id }
  return withEffects(
    { ...subject, events: number },
    { kind: 'audit', id: event.id, due: now, tries: 0, madeAt: now, event },
  )
}

/** The subject with more effects to carry out. */
export function withEffects(subject: Subject, ...effects: readonly Effect[]): Subject {
  return { ...subject, outbox: [...subject.outbox, ...effects] }
}
