import { withoutCodeOver } from '../code/without-code-over.js'
import { type Contact, contactsCap } from '../delivery/contact.js'
import { mayAskForProof, withProofAsked } from '../delivery/notice-budget.js'
import { nextSendAt, withSent } from '../delivery/send-budget.js'
import { revoke } from '../elevation/revoke.js'
import type { Effect } from '../outbox/effect.js'
import { fits } from '../outbox/outbox.js'
import type { Subject } from '../subject/subject.js'
import { bySubject, type Tell } from '../subject/tell.js'
import { type By, changed, record, type Transition, unchanged, withEffects } from '../subject/transition.js'
import type { ContactChange } from './contact-change.js'
import { contactBefore, mayChange, type UndoableChange, withUndo } from './contact-undo.js'

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
  /** It was asked for without a step-up, and does not void what waits behind one. */
  yields?: boolean
  /** Who asked [the person]. */
  by?: By
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
 * or, where too many were, the one that was sent stays good.
 */
export function askContactChange(subject: Subject, asked: AskedChange, now: Date): Transition<AskedOutcome> {
  const named = replacedBy(subject, asked)
  if (asked.replaces !== 'nothing' && !named) return unchanged({ outcome: 'unknown-contact' })
  // What stands there unproved and is asked for in its own place is only proved.
  const old = named?.id === asked.contact.id && !named.provedAt ? undefined : named
  const same = sameChange(subject, asked, old, now)
  if (same && nextSendAt(same.sent ?? [], now) > now) return unchanged({ outcome: 'pending', change: same })
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
  if (!mayChange(withoutChange(subject)) || !mayAskForProof(notices, now)) return 'too-many-changes'
  return fits(outbox, 4 + contacts.length, 'ordinary') ? undefined : 'full'
}

/** Whether a change would be void that waits for another address, behind a step-up. */
function voidsAnother(subject: Subject, { contact }: AskedChange): boolean {
  const { contactChange: waiting } = subject
  return (
    hasProved(subject) && waiting !== undefined && (waiting.contact !== contact.id || waiting.replaces !== undefined)
  )
}

/** Whether any contact is proved: from then on nobody's word puts an unproved one beside it or in its place. */
export function hasProved({ contacts }: Subject): boolean {
  return contacts.some(({ provedAt }) => provedAt)
}

/** Whoever registered with somebody else's address is not to settle in beside it: what is there is proved first. */
function isBesideUnproved(subject: Subject, { id }: Contact): boolean {
  const { contacts } = subject
  return contacts.length > 0 && !hasProved(subject) && !contacts.some((one) => one.id === id)
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
    expiresAt: secondsAfter(now, proofSeconds.link),
    proof: { answer: answer(change), attemptsLeft: proofAttempts, expiresAt: secondsAfter(now, proofSeconds.code) },
    sent: withSent(same?.sent ?? [], now),
  }
}

/** The change waits, its proof is on its way. */
function waitingFor(
  subject: Subject,
  change: ContactChange,
  { tell, by = bySubject(tell), proofMessage }: AskedChange,
  now: Date,
): Subject {
  const notices = withProofAsked(subject.notices, now)
  const waiting = withTimer({ ...withoutChange(subject), notices, contactChange: change }, change)
  const recorded = record(waiting, now, by, { type: 'contact.change-asked', destination: change.masked })
  return withEffects(recorded, proofMessage(change, now))
}

function announced(
  subject: Subject,
  { id, masked }: ContactChange,
  { tell, by = bySubject(tell) }: AskedChange,
  now: Date,
): Subject {
  const told = tell(subject, { kind: 'contact-change-asked', destination: masked, change: id }, now)
  return revoke(told, { reason: 'contact-change', by }, now)
}

/** A proof that came in: the change that it names, and what is called because of it. */
export type Proof = Readonly<{
  changeId: string
  contactId: string
  /** The session that typed the code; none where the link was followed. */
  session?: string
  /** The application's table follows. */
  calls(change: ContactChange, old: Contact | undefined, now: Date): readonly Effect[]
  /** What follows from the first proof of any contact. */
  afterFirstProof(subject: Subject, session: string | undefined, now: Date): Subject
  tell: Tell
}>

export type ProofOutcome = Readonly<{ outcome: 'proved'; masked: string }> | Readonly<{ outcome: 'not-found' | 'full' }>

/** The new contact is there, in the old one's place where it has one; all elevations end (again). A second click finds it done. */
export function proveContactChange(subject: Subject, proof: Proof, now: Date): Transition<ProofOutcome> {
  const change = waitingChange(subject, proof.changeId, now)
  const old = subject.contacts.find(({ id }) => id === change?.replaces)
  if (!change || (change.replaces && !old)) return unchanged(alreadyProved(subject, proof.contactId))
  if (!fits(subject.outbox, 6 + subject.contacts.length, 'ordinary')) return unchanged({ outcome: 'full' })

  const by = bySubject(proof.tell, proof.session)
  const told = proof.tell(subject, noticeOf(change, old), now)
  const taken = withContact(told, change, old, now)
  const recorded = record(taken, now, by, factOf(change, old))
  const first = isFirstProof(subject, change)
  const alone = first ? proof.afterFirstProof(recorded, proof.session, now) : recorded
  const ended = revoke(alone, { reason: 'contact-change', by }, now)
  return changed(withEffects(ended, ...proof.calls(change, old, now)), { outcome: 'proved', masked: change.masked })
}

/** The first proof of an address that stood there, in the place of one, or of the only one; a stranger's address beside an unproved one proves nothing of that. */
function isFirstProof(subject: Subject, { contact, replaces }: ContactChange): boolean {
  const { contacts } = subject
  const isOwn = contacts.length === 0 || replaces !== undefined || contacts.some(({ id }) => id === contact)
  return !hasProved(subject) && isOwn
}

/** To the contacts as they were: the one that goes hears of it, the one that comes knows it. */
function noticeOf({ id, masked }: ContactChange, old: Contact | undefined) {
  const kind = old ? 'contact-changed' : 'contact-added'
  return { kind, destination: masked, change: id, ...(old && { was: old.masked }) } as const
}

function factOf({ id, masked }: ContactChange, old: Contact | undefined) {
  return old
    ? ({ type: 'contact.changed', change: id, destination: masked, was: old.masked } as const)
    : ({ type: 'contact.added', change: id, destination: masked } as const)
}

function withContact(subject: Subject, change: ContactChange, old: Contact | undefined, now: Date): Subject {
  const { contact: id, kind, address, digest, masked } = change
  const sent = contactBefore(subject, id)?.sent ?? []
  const contact: Contact = { id, kind, address, digest, masked, provedAt: now, since: now, sent }
  const others = subject.contacts.filter((one) => one.id !== old?.id && one.id !== id)
  const changed = { ...withoutChange(old ? withoutCodeOver(subject, old.id) : subject), contacts: [...others, contact] }
  const undo = undoOf(subject, change, old)
  return undo ? withUndo(changed, undo, now) : changed
}

/** What stood there unproved did not come by this change: it does not go when it is taken back, but is unproved again. */
function undoOf(
  subject: Subject,
  { id, contact: came }: ContactChange,
  old: Contact | undefined,
): Omit<UndoableChange, 'until'> | undefined {
  const before = subject.contacts.find((one) => one.id === came)
  if (!before) return { id, came, ...(old && { went: old }) }
  if (old && old !== before) return { id, went: old, also: [{ came, went: before }] }
  return old || hasProved(subject) ? { id, came, went: before } : undefined
}

function alreadyProved({ contacts }: Subject, contactId: string): ProofOutcome {
  const contact = contacts.find(({ id, provedAt }) => id === contactId && provedAt)
  return contact ? { outcome: 'proved', masked: contact.masked } : { outcome: 'not-found' }
}

/** The change of that id, while it can still be proved. */
export function waitingChange({ contactChange }: Subject, id: string, now: Date): ContactChange | undefined {
  return contactChange && contactChange.id === id && contactChange.expiresAt > now ? contactChange : undefined
}

/** Ends a waiting change; its unsent proof goes with it. Always possible: where the outbox has no room, without its event. */
export function stopContactChange(
  subject: Subject,
  reason: 'expired' | 'not-me' | 'first-proof' | 'replaced' | 'withdrawn',
  now: Date,
  by: By = { actor: reason === 'not-me' ? 'subject' : 'system' },
): Subject {
  if (!subject.contactChange) return subject
  const { masked } = subject.contactChange
  const without = withoutChange(subject)
  const fact = { type: 'contact.change-stopped', destination: masked, reason } as const
  return fits(without.outbox, 1, 'kept') ? record(without, now, by, fact) : without
}

/** What time does to a waiting change. */
export function expireContactChange(subject: Subject, now: Date): Subject {
  const over = subject.contactChange && subject.contactChange.expiresAt <= now && fits(subject.outbox, 1, 'ordinary')
  return over ? stopContactChange(subject, 'expired', now) : subject
}

function withoutChange({ contactChange, ...subject }: Subject): Subject {
  if (!contactChange) return subject
  return {
    ...subject,
    timers: subject.timers.filter(({ about }) => about !== contactChange.id),
    outbox: subject.outbox.filter((effect) => !(effect.kind === 'message' && effect.message === 'contact-proof')),
  }
}

function withTimer(subject: Subject, { id, expiresAt }: ContactChange): Subject {
  return { ...subject, timers: [...subject.timers, { kind: 'contact-change-expiry', about: id, due: expiresAt }] }
}

function secondsAfter(moment: Date, seconds: number): Date {
  return new Date(moment.getTime() + seconds * 1000)
}
