import { revoke } from '../elevation/revoke.js'
import { fits } from '../outbox/outbox.js'
import type { Subject } from '../subject/subject.js'
import type { Tell } from '../subject/tell.js'
import { type By, record } from '../subject/transition.js'
import type { CodeLife, CodeRecord } from './code-record.js'
import { codeOf } from './code-state.js'
import { withCode } from './code-timer.js'
import { withoutSentCode } from './issue-code.js'

/** Who ends the code, and why; with `except`, open questions of that session go on. */
export type CodeEnding = Readonly<{ reason: string; by: By; decidedBy?: string; except?: string; tell: Tell }>

/** Whether there is a code to end: one that works, has expired, or waits. */
export function hasCode(subject: Subject): boolean {
  const { held, waiting } = codeOf(subject)
  return waiting !== undefined || (held !== undefined && held.ended?.why !== 'revoked')
}

/**
 * Ends the code and one that waits, with everything that they opened, in the commit that this becomes part of. Always
 * possible, as every revocation: where the outbox has no room, the event of the ended elevations tells of it.
 */
export function revokeCode(subject: Subject, ending: CodeEnding, life: CodeLife, now: Date): Subject {
  const { reason, by, decidedBy, except, tell } = ending
  const before = codeOf(subject)
  const ended = withCode(withoutSentCode(subject), revoked(before, now), life)
  const id = endedId(before)
  const recorded = fits(ended.outbox, 2, 'kept')
    ? record(ended, now, by, {
        type: 'code.revoked',
        code: id,
        reason,
        ...(decidedBy !== undefined && { by: decidedBy }),
      })
    : ended
  const told = isWorthTelling(before) ? tell(recorded, { kind: 'code-revoked', until: now }, now) : recorded
  return revoke(told, { reason: `code-revoked: ${reason}`, by, ...(except !== undefined && { except }) }, now)
}

/** A first code that nobody has activated ends in silence: it never worked, and could be asked for and ended without end. */
function isWorthTelling({ held, waiting }: CodeRecord): boolean {
  return waiting?.wait !== undefined || (held !== undefined && held.ended?.why !== 'revoked')
}

/** Ends a waiting code alone; the one that works goes on. Always possible: where the outbox has no room, without its event. */
export function stopWaitingCode(subject: Subject, by: By, life: CodeLife, now: Date): Subject {
  const { held, waiting } = codeOf(subject)
  if (!waiting) return subject
  const stopped = withCode(withoutSentCode(subject), held ? { held } : {}, life)
  return fits(stopped.outbox, 1, 'kept')
    ? record(stopped, now, by, { type: 'code.stopped', code: waiting.id })
    : stopped
}

/** The code that worked or had expired; where none did, or it was revoked before, the one that waited. */
function endedId({ held, waiting }: CodeRecord): string {
  return (held?.ended?.why === 'revoked' ? waiting : (held ?? waiting))?.id ?? ''
}

/** A code that was never active leaves nothing behind; no digest stays. */
function revoked({ held }: CodeRecord, now: Date): CodeRecord {
  if (!held) return {}
  if (held.ended?.why === 'revoked') return { held }
  const { digest: _, ...rest } = held
  return { held: { ...rest, ended: { why: 'revoked', at: now } } }
}
