import { withoutCodeOver } from '../code/without-code-over.js'
import { type Contact, contactsCap } from '../delivery/contact.js'
import { revoke } from '../elevation/revoke.js'
import type { Effect } from '../outbox/effect.js'
import { fits } from '../outbox/outbox.js'
import type { Subject } from '../subject/subject.js'
import { bySubject, type Tell } from '../subject/tell.js'
import { type By, changed, record, type Transition, unchanged, withEffects } from '../subject/transition.js'
import type { ContactChange } from './contact-change.js'
import { mayChange, withUndo } from './contact-undo.js'

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
  /** Keyed digest of the code that proves it. */
  answer: string
  /** The message to the new address. */
  proofMessage(change: ContactChange, now: Date): Effect
  tell: Tell
}>

export type AskedOutcome =
  | Readonly<{ outcome: 'pending'; change: ContactChange }>
  | Readonly<{ outcome: 'unknown-contact' }>
  | Readonly<{ outcome: 'too-many-contacts' }>
  | Readonly<{ outcome: 'prove-first' }>
  | Readonly<{ outcome: 'too-many-changes' }>
  | Readonly<{ outcome: 'full' }>

/**
 * Starts a change; one that waited is void. What there is serves until the proof. Where an address is to be
 * replaced, all elevations end now.
 */
export function askContactChange(subject: Subject, asked: AskedChange, now: Date): Transition<AskedOutcome> {
  const old = replacedBy(subject, asked)
  if (asked.replaces !== 'nothing' && !old) return unchanged({ outcome: 'unknown-contact' })
  if (!old && subject.contacts.length >= contactsCap) return unchanged({ outcome: 'too-many-contacts' })
  if (!old && hasUnprovedOther(subject, asked.contact)) return unchanged({ outcome: 'prove-first' })
  if (!mayChange(subject)) return unchanged({ outcome: 'too-many-changes' })
  if (!fits(subject.outbox, 4 + subject.contacts.length, 'ordinary')) return unchanged({ outcome: 'full' })

  const change = changeFrom(asked, old, now)
  const by = bySubject(asked.tell)
  const pending = withTimer({ ...withoutChange(subject), contactChange: change }, change)
  const recorded = record(pending, now, by, { type: 'contact.change-asked', destination: change.masked })
  const written = withEffects(recorded, asked.proofMessage(change, now))
  return changed(old ? announced(written, change, asked.tell, now) : written, { outcome: 'pending', change })
}

/** Whoever registered with somebody else's address is not to settle in beside it: what is there is proved first. */
function hasUnprovedOther({ contacts }: Subject, { id }: Contact): boolean {
  return !contacts.some(({ provedAt }) => provedAt) && contacts.some((one) => one.id !== id)
}

function replacedBy({ contacts }: Subject, { contact, replaces }: AskedChange): Contact | undefined {
  if (replaces === 'nothing') return undefined
  return contacts.find(({ id, kind }) => (replaces.contact ? id === replaces.contact : kind === contact.kind))
}

function changeFrom({ id, contact, answer }: AskedChange, old: Contact | undefined, now: Date): ContactChange {
  const { kind, address, digest, masked } = contact
  return {
    id,
    contact: contact.id,
    kind,
    ...(old && { replaces: old.id }),
    address,
    digest,
    masked,
    askedAt: now,
    expiresAt: secondsAfter(now, proofSeconds.link),
    proof: { answer, attemptsLeft: proofAttempts, expiresAt: secondsAfter(now, proofSeconds.code) },
  }
}

function announced(subject: Subject, { id, masked }: ContactChange, tell: Tell, now: Date): Subject {
  const told = tell(subject, { kind: 'contact-change-asked', destination: masked, change: id }, now)
  return revoke(told, { reason: 'contact-change', by: bySubject(tell) }, now)
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

/** The first proof of an address that stood there, or of the only one; a stranger's address beside an unproved one proves nothing of that. */
function isFirstProof({ contacts }: Subject, { contact }: ContactChange): boolean {
  const noneProved = !contacts.some(({ provedAt }) => provedAt)
  return noneProved && (contacts.length === 0 || contacts.some(({ id }) => id === contact))
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
  const { id: changeId, contact: id, kind, address, digest, masked } = change
  const before = subject.contacts.find((one) => one.id === id)
  const contact: Contact = { id, kind, address, digest, masked, provedAt: now, since: now, sent: before?.sent ?? [] }
  const others = subject.contacts.filter((one) => one.id !== old?.id && one.id !== id)
  const changed = { ...withoutChange(old ? withoutCodeOver(subject, old.id) : subject), contacts: [...others, contact] }
  // What stood there before did not come by this change, and does not go when it is taken back.
  if (before && !old) return changed
  return withUndo(changed, { id: changeId, ...(!before && { came: id }), ...(old && { went: old }) }, now)
}

function alreadyProved({ contacts }: Subject, contactId: string): ProofOutcome {
  const contact = contacts.find(({ id, provedAt }) => id === contactId && provedAt)
  return contact ? { outcome: 'proved', masked: contact.masked } : { outcome: 'not-found' }
}

/** The change of that id, while it can still be proved. */
export function waitingChange({ contactChange }: Subject, id: string, now: Date): ContactChange | undefined {
  return contactChange && contactChange.id === id && contactChange.expiresAt > now ? contactChange : undefined
}

/** Ends a waiting change; its unsent proof goes with it. */
export function stopContactChange(
  subject: Subject,
  reason: 'expired' | 'not-me' | 'first-proof' | 'replaced' | 'withdrawn',
  now: Date,
  by: By = { actor: reason === 'not-me' ? 'subject' : 'system' },
): Subject {
  if (!subject.contactChange) return subject
  const { masked } = subject.contactChange
  return record(withoutChange(subject), now, by, { type: 'contact.change-stopped', destination: masked, reason })
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
