import { type Contact, contactsCap } from '../delivery/contact.js'
import { hasProved } from '../delivery/has-proved.js'
import { type ProofAsker, proofsLeft, withProofAsked } from '../delivery/notice-budget.js'
import { nextSendAt, withSent } from '../delivery/send-budget.js'
import { revoke } from '../elevation/revoke.js'
import type { Effect } from '../outbox/effect.js'
import { fits } from '../outbox/outbox.js'
import type { Subject } from '../subject/subject.js'
import { bySubject, type Tell } from '../subject/tell.js'
import { type By, changed, record, type Transition, unchanged, withEffects } from '../subject/transition.js'
import type { ContactChange } from './contact-change.js'
import { mayChange } from './contact-undo.js'
import { stopContactChange, withoutChange } from './waiting-change.js'

/** How long the link to a new address works, in seconds: R-03. The code beside it lives as long as any code may. */
export const proofSeconds = { link: 86_400, code: 600 } as const

/** Tries for the code of one proof: R-11. */
const proofAttempts = 5

/** A contact to add or to put in another's place: as it will be, with the proof that is asked of its address. */
export type AskedChange = Readonly<{
  id: string
  contact: Contact
  /** `'nothing'` adds it; else the id of the contact to replace, or the first of its kind. */
  replaces: Readonly<{ contact?: string }> | 'nothing'
  /** Keyed digest of the code that proves it, as the change of that id. */
  answer(change: string): string
  /** The message to the new address. */
  proofMessage(change: ContactChange, now: Date): Effect
  /** It does not void what waits behind a step-up. */
  yields: boolean
  asker: ProofAsker
  tell: Tell
}>

export type AskedOutcome =
  | Readonly<{ outcome: 'pending'; change: ContactChange }>
  | Readonly<{ outcome: 'unknown-contact' }>
  | Readonly<{ outcome: 'already-there' }>
  | Readonly<{ outcome: 'too-many-contacts' }>
  | Readonly<{ outcome: 'prove-first' }>
  | Readonly<{ outcome: 'too-many-changes' }>
  | Readonly<{ outcome: 'full' }>

/**
 * Starts a change; another one that waited is void. What there is serves until the proof. Where an address is to be
 * replaced, all elevations end now. The same one asked for again goes on with its link: a new code is sent,
 * or, where too many were or the application only says it again, the one that was sent stays good.
 */
export function askContactChange(subject: Subject, asked: AskedChange, now: Date): Transition<AskedOutcome> {
  const named = replacedBy(subject, asked)
  if (asked.replaces !== 'nothing' && !named) return unchanged({ outcome: 'unknown-contact' })
  // What stands there unproved and is asked for in its own place is only proved.
  const old = named?.id === asked.contact.id && !named.provedAt ? undefined : named
  const same = sameChange(subject, asked, old, now)
  if (same && (asked.asker === 'application' || nextSendAt(same.sent ?? [], now) > now))
    return unchanged({ outcome: 'pending', change: same })
  const refused = refusalOf(subject, asked, old, now)
  if (refused) return unchanged({ outcome: refused })

  const change = changeFrom(asked, old, same, now)
  const written = waitingFor(subject, change, asked, now)
  return changed(old && !same ? announced(written, change, asked, now) : written, { outcome: 'pending', change })
}

/** The change that waits, if it is to do just this. */
function sameChange(
  { contactChange: waiting }: Subject,
  { contact }: AskedChange,
  old: Contact | undefined,
  now: Date,
): ContactChange | undefined {
  const isSame = waiting?.contact === contact.id && waiting.replaces === old?.id && waiting.expiresAt > now
  return isSame ? waiting : undefined
}

function refusalOf(
  subject: Subject,
  asked: AskedChange,
  old: Contact | undefined,
  now: Date,
): Exclude<AskedOutcome['outcome'], 'pending' | 'unknown-contact'> | undefined {
  const { contacts, notices, outbox } = subject
  const { contact } = asked
  if (contacts.some((one) => one.id === contact.id && one.provedAt && one !== old)) return 'already-there'
  if (!old && contacts.length >= contactsCap) return 'too-many-contacts'
  if (!old && isBesideUnproved(subject, contact)) return 'prove-first'
  if (asked.yields && voidsAnother(subject, asked)) return 'prove-first'
  if (!mayChange(withoutChange(subject)) || proofsLeft(notices, asked.asker, now) <= 0) return 'too-many-changes'
  return fits(outbox, 4 + contacts.length, 'ordinary') ? undefined : 'full'
}

/** Whether a change would be void that waits for another address, behind a step-up. */
function voidsAnother(subject: Subject, { contact }: AskedChange): boolean {
  const { contactChange: waiting } = subject
  return (
    hasProved(subject.contacts) &&
    waiting !== undefined &&
    (waiting.contact !== contact.id || waiting.replaces !== undefined)
  )
}

/** Whoever registered with somebody else's address is not to settle in beside it: what is there is proved first. */
function isBesideUnproved(subject: Subject, { id }: Contact): boolean {
  const { contacts } = subject
  return contacts.length > 0 && !hasProved(subject.contacts) && !contacts.some((one) => one.id === id)
}

function replacedBy({ contacts }: Subject, { contact, replaces }: AskedChange): Contact | undefined {
  if (replaces === 'nothing') return undefined
  return contacts.find(({ id, kind }) => (replaces.contact ? id === replaces.contact : kind === contact.kind))
}

function changeFrom(
  { id, contact, answer }: AskedChange,
  old: Contact | undefined,
  same: ContactChange | undefined,
  now: Date,
): ContactChange {
  const { kind, address, digest, masked } = contact
  const change = same?.id ?? id
  return {
    id: change,
    contact: contact.id,
    kind,
    ...(old && { replaces: old.id }),
    address,
    digest,
    masked,
    askedAt: now,
    expiresAt: same?.expiresAt ?? secondsAfter(now, proofSeconds.link),
    proof: { answer: answer(change), attemptsLeft: proofAttempts, expiresAt: secondsAfter(now, proofSeconds.code) },
    sent: withSent(same?.sent ?? [], now),
  }
}

/** The change waits, its proof is on its way. */
function waitingFor(
  subject: Subject,
  change: ContactChange,
  { asker, tell, proofMessage }: AskedChange,
  now: Date,
): Subject {
  const notices = withProofAsked(subject.notices, asker, now)
  const before = asker === 'application' ? stopContactChange(subject, 'replaced', now) : withoutChange(subject)
  const waiting = withTimer({ ...before, notices, contactChange: change }, change)
  const recorded = record(waiting, now, askedBy(asker, tell), {
    type: 'contact.change-asked',
    destination: change.masked,
  })
  return withEffects(recorded, proofMessage(change, now))
}

function askedBy(asker: ProofAsker, tell: Tell): By {
  return asker === 'application' ? { actor: 'application' } : bySubject(tell)
}

function announced(subject: Subject, { id, masked }: ContactChange, { asker, tell }: AskedChange, now: Date): Subject {
  const told = tell(subject, { kind: 'contact-change-asked', destination: masked, change: id }, now)
  return revoke(told, { reason: 'contact-change', by: askedBy(asker, tell) }, now)
}

function withTimer(subject: Subject, { id, expiresAt }: ContactChange): Subject {
  return { ...subject, timers: [...subject.timers, { kind: 'contact-change-expiry', about: id, due: expiresAt }] }
}

function secondsAfter(moment: Date, seconds: number): Date {
  return new Date(moment.getTime() + seconds * 1000)
}
