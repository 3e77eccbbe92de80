import { randomInt } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { StoreUnavailable } from '../errors.js'
import { nextDue } from '../outbox/outbox.js'
import { inTime } from './in-time.js'
import type { Lane } from './lane.js'
import { newSubject, type Subject } from './subject.js'
import type { SubjectId } from './subject-id.js'
import type { SubjectStore } from './subject-store.js'
import type { Transition } from './transition.js'

/** What a change needs: the store, what the passing of time does to a subject, and who wants to know of a commit. */
export type ChangeParts = Readonly<{
  subjects: SubjectStore
  inLane: Lane
  /** Pure: what ended until now ends, what nobody needs any more goes. */
  passTime(subject: Subject, now: Date): Subject
  /** Called after each acknowledged commit, before the outcome is told. */
  committed(after: Subject, now: Date): void
}>

/** A decision on a subject at a moment. It may be asked again with another subject when somebody else was first. */
export type Decide<O> = (subject: Subject, now: Date) => Transition<O>

/** What a decision needs from outside, fetched between the load and the decision that it serves. */
export type Prepare<P> = (subject: Subject, now: Date) => Promise<P> | P

const attempts = 8
const decisionMilliseconds = 3000 // committed within 3 s of its load, or given up
const tooLate = 'The decision took too long.'

/**
 * Loads, decides, commits; on a conflict it does so again with jitter, a bounded number of times. The outcome is told
 * only after the commit is acknowledged.
 *
 * @throws StoreUnavailable when the store gave no certain answer or the subject is too contended. Nothing is then known
 *   about the commit, and nobody may act as if it had happened.
 */
export function change<O>(parts: ChangeParts, id: SubjectId, decide: Decide<O>): Promise<O> {
  return changePrepared(parts, id, () => undefined, decide)
}

/** As `change`, with something fetched first that depends on the subject; no load is paid twice for it. */
export function changePrepared<P, O>(
  parts: ChangeParts,
  id: SubjectId,
  prepare: Prepare<P>,
  decide: (subject: Subject, now: Date, prepared: P) => Transition<O>,
): Promise<O> {
  return parts.inLane(id, async () => {
    for (let attempt = 0; attempt < attempts; attempt++) {
      if (attempt > 0) await pause(randomInt(2, 10 * 2 ** attempt))
      const result = await attemptOnce(parts, id, prepare, decide)
      if (result) return result.outcome
    }
    throw new StoreUnavailable('Too many changes of this subject at once.')
  })
}

async function attemptOnce<P, O>(
  parts: ChangeParts,
  id: SubjectId,
  prepare: Prepare<P>,
  decide: (subject: Subject, now: Date, prepared: P) => Transition<O>,
): Promise<{ outcome: O } | undefined> {
  const began = performance.now()
  const { subject: loaded, revision, now } = await parts.subjects.load(id)
  const subject = parts.passTime(loaded ?? newSubject(id), now)
  const { subject: after, outcome } = decide(subject, now, await prepare(subject, now))
  if (!after) return { outcome }

  const left = decisionMilliseconds - (performance.now() - began)
  if (left <= 0) throw new StoreUnavailable(tooLate)
  return (await inTime(commitAt(parts, after, revision, now), left, tooLate)) ? { outcome } : undefined
}

/** Commits a decided subject at the revision that it was decided on; `false` when somebody else was first. */
export async function commitAt(parts: ChangeParts, subject: Subject, revision: number, now: Date): Promise<boolean> {
  const committed = withDueAt(subject)
  if (!(await parts.subjects.commit(committed, revision))) return false
  parts.committed(committed, now)
  return true
}

function withDueAt({ dueAt: _, ...subject }: Subject): Subject {
  const dueAt = nextDue(subject.outbox, subject.timers)
  return dueAt ? { ...subject, dueAt } : subject
}
