import { revoke } from '../elevation/revoke.js'
import type { Effect, Timer } from '../outbox/effect.js'
import { newSubject, type Subject } from '../subject/subject.js'
import { changed, record, type Transition, withEffects } from '../subject/transition.js'

/** Who decided, and what is called because of it. */
export type Erasure = Readonly<{ by: string; calls: readonly Effect[] }>

/**
 * Leaves of a person only what keeps others safe: the number of the last event, so that the audit log stays whole; the
 * revocation epoch, so that an old token stays dead; the failure budget, so that nobody wins it back; and events that the
 * log does not have yet.
 */
export function eraseSubject(subject: Subject, { by, calls }: Erasure, now: Date): Transition<{ outcome: 'erased' }> {
  const { id, events, throttle, revocation, outbox } = subject
  const unsent = outbox.filter(({ kind }) => kind === 'audit')
  const bare: Subject = {
    ...newSubject(id),
    events,
    throttle,
    revocation,
    outbox: unsent,
    timers: forgetting(subject, now),
  }
  const application = { actor: 'application' } as const
  const told = record(bare, now, application, { type: 'subject.erased', by })
  const ended = revoke(told, { reason: 'erased', by: application }, now)
  return changed(withEffects(ended, ...calls), { outcome: 'erased' })
}

const day = 86_400_000

/** Nobody comes back to look: failures and locks that stay for a day go by themselves. */
function forgetting({ throttle }: Subject, now: Date): readonly Timer[] {
  if (throttle.failures.length + throttle.locks.length === 0) return []
  return [{ kind: 'failures-expiry', about: 'failures', due: new Date(now.getTime() + day) }]
}
