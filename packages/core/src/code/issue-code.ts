import { mayNotify } from '../delivery/notice-budget.js'
import { withSent } from '../delivery/send-budget.js'
import type { Effect } from '../outbox/effect.js'
import { fits } from '../outbox/outbox.js'
import type { SlowDigest } from '../secret/slow-digest.js'
import type { Subject } from '../subject/subject.js'
import type { Tell } from '../subject/tell.js'
import { type By, changed, record, type Transition, unchanged, withEffects } from '../subject/transition.js'
import type { CodeLife, CodeWriting, WaitingCode } from './code-record.js'
import { codeOf } from './code-state.js'
import { withCode } from './code-timer.js'
import { type AskedBy, type NextCode, nextCode } from './next-code.js'

/** A code to make ready. With `sent` it was made already and goes out in a message; else it is made when it is picked up. */
export type Issuing = Readonly<{
  id: string
  /** Whether the person shows the code that works, cannot, or somebody else asks. */
  askedBy: AskedBy
  by: By
  /** In which session the code that works was typed for it. */
  askedIn?: string
  /** Who decided, where it was not the person. */
  decidedBy?: string
  writing: CodeWriting
  sent?: SentDirectly
  tell: Tell
}>

/** A code that stands in its message, and the contact that this goes to. */
export type SentDirectly = Readonly<{ digest: SlowDigest; contact: string; message: Effect }>

export type IssueOutcome =
  | Readonly<{ outcome: 'issued'; waiting: WaitingCode }>
  /** Four times in a day somebody without the code asked for another one, and it was stopped. */
  | Readonly<{ outcome: 'too-many-changes' }>
  | Readonly<{ outcome: 'full' }>

/**
 * Makes a code ready; one that waited before is void, but for one whose day of waiting goes on. The code that works goes
 * on working.
 */
export function issueCode(subject: Subject, issuing: Issuing, life: CodeLife, now: Date): Transition<IssueOutcome> {
  const { held, waiting: before } = codeOf(subject)
  const next = nextCode(subject, issuing.askedBy, issuing.sent ? 'direct' : 'pickup', now)
  if (before && next === before) return changed(subject, { outcome: 'issued', waiting: before })
  if (next.wait && !mayNotify(subject.notices, 'code-asked', now)) return unchanged({ outcome: 'too-many-changes' })
  if (!fits(subject.outbox, 2 + subject.contacts.length, 'ordinary')) return unchanged({ outcome: 'full' })

  const waiting = waitingFrom(issuing, next, now)
  const made = withCode(withoutSentCode(subject), { ...(held && { held }), waiting }, life)
  return changed(told(made, waiting, issuing, now), { outcome: 'issued', waiting })
}

/** The event and the messages: the code itself to one contact and that there is one to the others, that one is ready, or that one was asked for without the one before it. */
function told(subject: Subject, waiting: WaitingCode, issuing: Issuing, now: Date): Subject {
  const { id: code, delivery, from, wait, expiresAt } = waiting
  const by = issuing.decidedBy === undefined ? {} : { by: issuing.decidedBy }
  if (wait && from) {
    const asked = record(subject, now, issuing.by, { type: 'code.asked', code, from, ...by })
    return issuing.tell(asked, { kind: 'code-asked', until: from, code }, now)
  }
  const issued = record(subject, now, issuing.by, { type: 'code.issued', code, delivery, ...by })
  const ready = { kind: 'code-ready', until: expiresAt } as const
  if (!issuing.sent || delivery === 'pickup') return issuing.tell(issued, ready, now)
  const { contact, message } = issuing.sent
  return issuing.tell(withEffects(counted(issued, issuing.sent, now), message), { ...ready, except: contact }, now)
}

/** Its message takes a place in the contact's budget. */
function counted(subject: Subject, { contact }: SentDirectly, now: Date): Subject {
  const contacts = subject.contacts.map((one) => (one.id === contact ? { ...one, sent: withSent(one.sent, now) } : one))
  return { ...subject, contacts }
}

function waitingFrom({ id, askedIn, sent, writing }: Issuing, next: NextCode, now: Date): WaitingCode {
  const waiting = { ...next, id, issuedAt: now, writing, ...(askedIn !== undefined && { askedIn }) }
  return sent && next.delivery === 'direct'
    ? { ...waiting, over: [sent.contact], digest: sent.digest }
    : { ...waiting, over: [] }
}

/** A message with a code that no longer counts does not leave. */
export function withoutSentCode(subject: Subject): Subject {
  return {
    ...subject,
    outbox: subject.outbox.filter((effect) => !(effect.kind === 'message' && effect.message === 'security-code')),
  }
}
