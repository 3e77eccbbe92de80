import { canonicalAddress } from '../delivery/address.js'
import type { Contact, ContactKind } from '../delivery/contact.js'
import { newContact, openAddress } from '../delivery/new-contact.js'
import type { Effect } from '../outbox/effect.js'
import { askContactChange, proveContactChange, waitingChange } from '../registration/change-contact.js'
import type { ContactChange } from '../registration/contact-change.js'
import { learnContacts } from '../registration/learn-contacts.js'
import { newId } from '../secret/new-id.js'
import { change, changePrepared } from '../subject/change.js'
import { newSubject, type Subject } from '../subject/subject.js'
import { type SubjectId, type SubjectRef, subjectIdOf } from '../subject/subject-id.js'
import { contactsOf } from './contacts-of.js'
import type { Asking, ChangeContactOutcome, ContactsOutcome } from './countersign.js'
import type { ProofState } from './door.js'
import { type Engine, orUnavailable, requireRunning, unavailable, writingFor } from './engine.js'
import { callEffect, noticeEffect } from './notices.js'
import { contactView } from './view.js'

/** What `contacts.change` is asked. */
export type ChangeRequest = Readonly<{ subject: SubjectRef; kind: ContactKind; address: string; replaces?: string }> &
  Asking

/** Where a person is reached, masked; what the application says while we know nothing. */
export async function list(
  engine: Engine,
  { subject: ref }: Readonly<{ subject: SubjectRef }>,
): Promise<ContactsOutcome> {
  const id = subjectIdOf(ref)
  return orUnavailable(engine, async () => {
    const { subject, now } = await engine.changes.subjects.load(id)
    const { contacts: own } = subject ?? newSubject(id)
    const contacts = own.length > 0 ? own : await contactsOf(engine, { id, contacts: own }, now)
    const waiting = subject?.contactChange && waitingChange(subject, subject.contactChange.id, now)
    return { outcome: 'found', contacts: contacts.map(contactView), ...(waiting && { pending: pendingView(waiting) }) }
  })
}

function pendingView({ kind, masked, expiresAt }: ContactChange) {
  return { kind, masked, expiresAt }
}

/** Asks to change a contact; the proof goes to the new address, the old one is told. */
export async function changeContact(engine: Engine, request: ChangeRequest): Promise<ChangeContactOutcome> {
  requireRunning(engine)
  const canonical = canonicalAddress(request)
  if (!canonical) return { outcome: 'malformed' }
  const subject = subjectIdOf(request.subject)
  const asked = {
    id: newId(),
    contact: newContact(engine.keys, subject, canonical),
    ...(request.replaces !== undefined && { replaces: request.replaces }),
    messages: (_: Subject, waiting: ContactChange, old: Contact, now: Date) =>
      askedMessages(engine, request, subject, waiting, old, now),
  }
  return orUnavailable(engine, async () => {
    const prepare = (one: Subject, now: Date) => (one.contacts.length === 0 ? contactsOf(engine, one, now) : undefined)
    const outcome = await changePrepared(engine.changes, subject, prepare, (one, now, contacts) =>
      askContactChange(contacts ? learnContacts(one, { session: '', contacts }, now) : one, asked, now),
    )
    if (outcome.outcome === 'full') return unavailable
    return outcome.outcome === 'pending'
      ? { outcome: 'pending', masked: outcome.change.masked, expiresAt: outcome.change.expiresAt }
      : { outcome: 'unknown-contact' }
  })
}

function askedMessages(
  engine: Engine,
  asking: Asking,
  subject: SubjectId,
  waiting: ContactChange,
  old: Contact,
  now: Date,
): readonly Effect[] {
  const { keys, links } = engine
  const writing = writingFor(engine, asking, { subject, askedAt: now, change: waiting.id })
  const { contact: id, kind, address, digest, masked } = waiting
  const proofUrl = links.proofUrl({ subject, change: waiting.id, contact: id })
  const toStranger = writingFor(engine, asking, { subject, askedAt: now, change: waiting.id, onlyChange: true })
  const to = { id, kind, address, digest, masked }
  return [
    noticeEffect(keys, { kind: 'contact-proof', subject, to, writing: toStranger, details: { proofUrl } }, now),
    noticeEffect(
      keys,
      { kind: 'contact-change-asked', subject, to: old, writing, details: { destination: masked } },
      now,
    ),
  ]
}

/** What a proof link stands for now; looking changes nothing. */
export async function readProof(engine: Engine, token: string): Promise<ProofState> {
  const link = engine.links.readProof(token)
  if (!link) return { outcome: 'not-found' }
  return orUnavailable(engine, async () => {
    const { subject, now } = await engine.changes.subjects.load(link.subject)
    const waiting = subject && waitingChange(subject, link.change, now)
    if (waiting) return { outcome: 'waiting', masked: waiting.masked }
    const proved = subject?.contacts.find(({ id, provedAt }) => id === link.contact && provedAt)
    return proved ? { outcome: 'proved', masked: proved.masked } : { outcome: 'not-found' }
  })
}

/** Proves the new address: it takes the old one's place, the application is told, the old address too. */
export async function acceptProof(engine: Engine, token: string): Promise<ProofState> {
  requireRunning(engine)
  const link = engine.links.readProof(token)
  if (!link) return { outcome: 'not-found' }
  const effects = (_: Subject, waiting: ContactChange, old: Contact, now: Date) =>
    provedEffects(engine, link.subject, waiting, old, now)
  return orUnavailable(engine, async () => {
    const proof = { changeId: link.change, contactId: link.contact, effects }
    const outcome = await change(engine.changes, link.subject, (one, now) => proveContactChange(one, proof, now))
    return outcome.outcome === 'full' ? unavailable : outcome.outcome === 'proved' ? outcome : { outcome: 'not-found' }
  })
}

function provedEffects(
  engine: Engine,
  subject: SubjectId,
  { contact, kind, address, masked }: ContactChange,
  old: Contact,
  now: Date,
): readonly Effect[] {
  const { keys, checked } = engine
  const writing = writingFor(engine, {}, { subject, askedAt: now })
  const told = noticeEffect(
    keys,
    { kind: 'contact-changed', subject, to: old, writing, details: { destination: masked } },
    now,
  )
  const is = openAddress(keys, subject, { contact, address })
  const was = openAddress(keys, subject, { contact: old.id, address: old.address })
  if (!checked.parts.contactChanged || !is) return [told]
  return [
    told,
    callEffect(
      keys,
      'contactChanged',
      subject,
      { kind, address: is.reveal(), ...(was && { was: was.reveal() }), proved: true },
      now,
    ),
  ]
}
