import type { Contact } from '../delivery/contact.js'
import { revoke } from '../elevation/revoke.js'
import type { Effect } from '../outbox/effect.js'
import { fits } from '../outbox/outbox.js'
import type { Subject } from '../subject/subject.js'
import { changed, record, type Transition, unchanged, withEffects } from '../subject/transition.js'
import type { ContactChange } from './contact-change.js'

/** How long the link to a new address works, in seconds: R-03. */
export const proofSeconds = 86_400

/** A change to ask for: the new contact, as it will be, and what is written to both addresses. */
export type AskedChange = Readonly<{
  id: string
  contact: Contact
  /** Id of the contact to replace; the first of its kind without. */
  replaces?: string
  messages(subject: Subject, change: ContactChange, old: Contact, now: Date): readonly Effect[]
}>

export type AskedOutcome =
  | Readonly<{ outcome: 'pending'; change: ContactChange }>
  | Readonly<{ outcome: 'unknown-contact' | 'full' }>

/** Starts a change: the old contact serves until the new one is proved; all elevations end now. */
export function askContactChange(subject: Subject, asked: AskedChange, now: Date): Transition<AskedOutcome> {
  const old = subject.contacts.find(({ id, kind }) =>
    asked.replaces ? id === asked.replaces : kind === asked.contact.kind,
  )
  if (!old) return unchanged({ outcome: 'unknown-contact' })
  if (!fits(subject.outbox, 5, 'ordinary')) return unchanged({ outcome: 'full' })

  const { id, contact } = asked
  const { kind, address, digest, masked } = contact
  const change: ContactChange = {
    id,
    contact: contact.id,
    kind,
    replaces: old.id,
    address,
    digest,
    masked,
    askedAt: now,
    expiresAt: new Date(now.getTime() + proofSeconds * 1000),
  }
  const by = { actor: 'subject' } as const
  const pending = withTimer({ ...withoutChange(subject), contactChange: change }, change)
  const told = record(pending, now, by, { type: 'contact.change-asked', destination: masked })
  const ended = revoke(told, { reason: 'contact-change', by }, now)
  return changed(withEffects(ended, ...asked.messages(subject, change, old, now)), { outcome: 'pending', change })
}

/** A proof that came in: the change that its link names, and what is written and called because of it. */
export type Proof = Readonly<{
  changeId: string
  contactId: string
  effects(subject: Subject, change: ContactChange, old: Contact, now: Date): readonly Effect[]
}>

export type ProofOutcome = Readonly<{ outcome: 'proved'; masked: string }> | Readonly<{ outcome: 'not-found' | 'full' }>

/** The new contact takes the old one's place; all elevations end again. A second click finds it done. */
export function proveContactChange(subject: Subject, proof: Proof, now: Date): Transition<ProofOutcome> {
  const change = waitingChange(subject, proof.changeId, now)
  const old = subject.contacts.find(({ id }) => id === change?.replaces)
  if (!change || !old) return unchanged(alreadyProved(subject, proof.contactId))
  if (!fits(subject.outbox, 5, 'ordinary')) return unchanged({ outcome: 'full' })

  const { contact: id, kind, address, digest, masked } = change
  const sent = subject.contacts.find((one) => one.id === id)?.sent ?? []
  const contact: Contact = { id, kind, address, digest, masked, provedAt: now, sent }
  const others = subject.contacts.filter((one) => one.id !== old.id && one.id !== id)
  const by = { actor: 'subject' } as const
  const told = record({ ...withoutChange(subject), contacts: [...others, contact] }, now, by, {
    type: 'contact.changed',
    change: change.id,
    destination: masked,
    was: old.masked,
  })
  const ended = revoke(told, { reason: 'contact-change', by }, now)
  return changed(withEffects(ended, ...proof.effects(subject, change, old, now)), { outcome: 'proved', masked })
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
export function stopContactChange(subject: Subject, reason: 'expired' | 'not-me', now: Date): Subject {
  if (!subject.contactChange) return subject
  const { masked } = subject.contactChange
  const actor = reason === 'expired' ? 'system' : 'subject'
  return record(withoutChange(subject), now, { actor }, { type: 'contact.change-stopped', destination: masked, reason })
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
    outbox: subject.outbox.filter((effect) => !(effect.kind === 'message' && effect.contact === contactChange.contact)),
  }
}

function withTimer(subject: Subject, { id, expiresAt }: ContactChange): Subject {
  return { ...subject, timers: [...subject.timers, { kind: 'contact-change-expiry', about: id, due: expiresAt }] }
}
