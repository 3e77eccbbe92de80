import { withSent } from '../delivery/send-budget.js'
import type { Effect } from '../outbox/effect.js'
import { fits } from '../outbox/outbox.js'
import type { SlowDigest } from '../secret/slow-digest.js'
import type { Subject } from '../subject/subject.js'
import type { Tell } from '../subject/tell.js'
import { type By, changed, record, type Transition, unchanged, withEffects } from '../subject/transition.js'
import { type CodeLife, type CodeWriting, codeNumbers, daysAfter, type WaitingCode } from './code-record.js'
import { codeOf } from './code-state.js'
import { withCode } from './code-timer.js'

/** A code to make ready. With `sent` it was made already and goes out in a message; else it is made when it is picked up. */
export type Issuing = Readonly<{
  id: string
  by: By
  /** Who decided, where it was not the person. */
  decidedBy?: string
  writing: CodeWriting
  sent?: SentDirectly
  tell: Tell
}>

/** A code that stands in its message, and the contact that this goes to. */
export type SentDirectly = Readonly<{ digest: SlowDigest; contact: string; message: Effect }>

export type IssueOutcome = Readonly<{ outcome: 'issued'; waiting: WaitingCode }> | Readonly<{ outcome: 'full' }>

/** Makes a code ready; one that waited before is void. The code that works goes on working. */
export function issueCode(subject: Subject, issuing: Issuing, life: CodeLife, now: Date): Transition<IssueOutcome> {
  if (!fits(subject.outbox, 2 + subject.contacts.length, 'ordinary')) return unchanged({ outcome: 'full' })
  const waiting = waitingFrom(issuing, now)
  const { held } = codeOf(subject)
  const made = withCode(withoutSentCode(subject), { ...(held && { held }), waiting }, life)
  const told = record(made, now, issuing.by, {
    type: 'code.issued',
    code: waiting.id,
    delivery: waiting.delivery,
    ...(issuing.decidedBy !== undefined && { by: issuing.decidedBy }),
  })
  const written = issuing.sent
    ? withEffects(counted(told, issuing.sent, now), issuing.sent.message)
    : issuing.tell(told, { kind: 'code-ready', until: waiting.expiresAt }, now)
  return changed(written, { outcome: 'issued', waiting })
}

/** Its message takes a place in the contact's budget. */
function counted(subject: Subject, { contact }: SentDirectly, now: Date): Subject {
  const contacts = subject.contacts.map((one) => (one.id === contact ? { ...one, sent: withSent(one.sent, now) } : one))
  return { ...subject, contacts }
}

function waitingFrom({ id, sent, writing }: Issuing, now: Date): WaitingCode {
  if (!sent) {
    const expiresAt = daysAfter(now, codeNumbers.pickupDays)
    return { id, issuedAt: now, expiresAt, delivery: 'pickup', over: [], writing }
  }
  const expiresAt = new Date(now.getTime() + codeNumbers.entrySeconds * 1000)
  return { id, issuedAt: now, expiresAt, delivery: 'direct', over: [sent.contact], digest: sent.digest, writing }
}

/** A message with a code that no longer counts does not leave. */
export function withoutSentCode(subject: Subject): Subject {
  return {
    ...subject,
    outbox: subject.outbox.filter((effect) => !(effect.kind === 'message' && effect.message === 'security-code')),
  }
}
