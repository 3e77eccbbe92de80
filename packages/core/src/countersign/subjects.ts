import { CountersignError } from '../errors.js'
import { fits } from '../outbox/outbox.js'
import { change } from '../subject/change.js'
import { type SubjectRef, subjectIdOf } from '../subject/subject-id.js'
import { changed, record, unchanged } from '../subject/transition.js'
import { withUnlock } from '../throttle/throttle.js'
import type { UnlockOutcome } from './countersign.js'
import { type Engine, orUnavailable, requireRunning, unavailable } from './engine.js'

/** Ends a pause and the hard stop, with an event that names who decided. */
export function unlock(
  engine: Engine,
  { subject: ref, by }: Readonly<{ subject: SubjectRef; by: string }>,
): Promise<UnlockOutcome> {
  requireRunning(engine)
  requireDecider(by)
  return orUnavailable(engine, () =>
    change(engine.changes, subjectIdOf(ref), (subject, now) => {
      if (!fits(subject.outbox, 1, 'kept')) return unchanged<UnlockOutcome>(unavailable)
      const unlocked = { ...subject, throttle: withUnlock(subject.throttle) }
      const told = record(unlocked, now, { actor: 'application' }, { type: 'throttle.unlocked', by })
      return changed<UnlockOutcome>(told, { outcome: 'unlocked' })
    }),
  )
}

function requireDecider(by: unknown): void {
  if (typeof by === 'string' && by.length > 0 && by.length <= 256) return
  throw new CountersignError(
    'ERR_COUNTERSIGN_UNLOCK',
    'subjects.unlock() was called without saying who decided. Write unlock({ subject, by: administrator.id }) with a text of 1 to 256 characters.',
  )
}
