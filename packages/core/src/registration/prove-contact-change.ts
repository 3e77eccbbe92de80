import { withoutCodeOver } from '../code/without-code-over.js'
import type { Contact } from '../delivery/contact.js'
import { hasProved } from '../delivery/has-proved.js'
import { revoke } from '../elevation/revoke.js'
import type { Effect } from '../outbox/effect.js'
import { fits } from '../outbox/outbox.js'
import type { Subject } from '../subject/subject.js'
import { bySubject, type Tell } from '../subject/tell.js'
import { changed, record, type Transition, unchanged, withEffects } from '../subject/transition.js'
import type { ContactChange } from './contact-change.js'
import { contactBefore, withUndo } from './contact-undo.js'
import { waitingChange, withoutChange } from './waiting-change.js'

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
  return !hasProved(subject.contacts) && isOwn
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
  return isUndoable(subject, change, old)
    ? withUndo(changed, { id: change.id, before: subject.contacts }, now)
    : changed
}

/** A first proof of what stood there is nothing to take back; everything else is. */
function isUndoable(subject: Subject, { contact: came }: ContactChange, old: Contact | undefined): boolean {
  return old !== undefined || hasProved(subject.contacts) || !subject.contacts.some(({ id }) => id === came)
}

function alreadyProved({ contacts }: Subject, contactId: string): ProofOutcome {
  const contact = contacts.find(({ id, provedAt }) => id === contactId && provedAt)
  return contact ? { outcome: 'proved', masked: contact.masked } : { outcome: 'not-found' }
}
