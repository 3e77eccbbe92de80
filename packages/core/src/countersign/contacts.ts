import { canonicalAddress } from '../delivery/address.js'
import type { Contact, ContactAddress, ContactKind } from '../delivery/contact.js'
import { newContact, openAddress } from '../delivery/new-contact.js'
import type { Effect } from '../outbox/effect.js'
import { type AskedOutcome, askContactChange, waitingChange } from '../registration/change-contact.js'
import type { ContactChange } from '../registration/contact-change.js'
import { learnContacts } from '../registration/learn-contacts.js'
import { proofDigest } from '../registration/proof-code.js'
import { removeContact } from '../registration/remove-contact.js'
import { replaceContact } from '../registration/replace-contact.js'
import { newId } from '../secret/new-id.js'
import { newOneTimeCode } from '../secret/one-time-code.js'
import { change, changePrepared } from '../subject/change.js'
import { newSubject, type Subject } from '../subject/subject.js'
import { type SubjectId, type SubjectRef, subjectIdOf } from '../subject/subject-id.js'
import { contactsOf } from './contacts-of.js'
import type {
  Asking,
  ChangeContactOutcome,
  ClaimOutcome,
  ContactsOutcome,
  CorrectOutcome,
  RemoveContactOutcome,
  ReplaceContactOutcome,
} from './countersign.js'
import { requireDecider } from './decider.js'
import { type Engine, orUnavailable, requireRunning, unavailable } from './engine.js'
import { callEffect, noticeEffect } from './notices.js'
import { contactView } from './view.js'
import { writingFor } from './writing-for.js'

type Named = Readonly<{ subject: SubjectRef }> & Asking

/** What `contacts.change` is asked. */
export type ChangeRequest = Named & Readonly<{ kind: ContactKind; address: string; replaces?: string }>

/** Where a person is reached, masked; what the application says while we know nothing. */
export async function list(engine: Engine, { subject: ref }: Named): Promise<ContactsOutcome> {
  const id = subjectIdOf(ref)
  return orUnavailable(engine, async () => {
    const { subject, now } = await engine.changes.subjects.load(id)
    const { contacts: own } = subject ?? newSubject(id)
    const contacts = own.length > 0 ? own : await contactsOf(engine, { id, contacts: own }, now)
    const waiting = subject?.contactChange && waitingChange(subject, subject.contactChange.id, now)
    return {
      outcome: 'found',
      contacts: contacts.map((contact) => contactView(contact, now)),
      ...(waiting && { pending: pendingView(waiting) }),
    }
  })
}

function pendingView({ kind, masked, expiresAt, replaces }: ContactChange) {
  return { kind, masked, expiresAt, ...(replaces !== undefined && { replaces }) }
}

/** Asks to change a contact; the proof goes to the new address, the others are told. */
export async function changeContact(engine: Engine, request: ChangeRequest): Promise<ChangeContactOutcome> {
  const { replaces } = request
  const outcome = await ask(engine, request, replaces === undefined ? {} : { contact: replaces })
  return outcome.outcome === 'too-many-contacts' ? { outcome: 'unknown-contact' } : outcome
}

/** Adds an address that the person says is his, once it is proved. */
export async function claim(engine: Engine, request: Named & ContactAddress): Promise<ClaimOutcome> {
  const outcome = await ask(engine, request, 'nothing')
  return outcome.outcome === 'unknown-contact' ? { outcome: 'too-many-contacts' } : outcome
}

/** Another address in the place of the one that waits. */
export async function correct(engine: Engine, request: Named & Readonly<{ address: string }>): Promise<CorrectOutcome> {
  requireRunning(engine)
  const id = subjectIdOf(request.subject)
  return orUnavailable(engine, async () => {
    const { subject, now } = await engine.changes.subjects.load(id)
    const waiting = subject?.contactChange
    if (!waiting || waiting.expiresAt <= now) return { outcome: 'nothing-waiting' }
    const replaces = waiting.replaces === undefined ? 'nothing' : { contact: waiting.replaces }
    const outcome = await ask(engine, { ...request, kind: waiting.kind }, replaces)
    const asked = outcome.outcome
    return asked === 'pending' || asked === 'malformed' || asked === 'unavailable'
      ? outcome
      : { outcome: 'nothing-waiting' }
  })
}

type Replaces = Parameters<typeof askContactChange>[1]['replaces']

async function ask(engine: Engine, request: Named & ContactAddress, replaces: Replaces) {
  requireRunning(engine)
  const canonical = canonicalAddress(request)
  if (!canonical) return { outcome: 'malformed' } as const
  const subject = subjectIdOf(request.subject)
  const asked = newAsked(engine, request, newContact(engine.keys, subject, canonical), subject)
  return orUnavailable(engine, async () => {
    const prepare = (one: Subject, now: Date) => (one.contacts.length === 0 ? contactsOf(engine, one, now) : undefined)
    const outcome = await changePrepared(engine.changes, subject, prepare, (one, now, contacts = []) =>
      askContactChange(learnContacts(one, { session: '', contacts }, now), { ...asked, replaces }, now),
    )
    return askedOutcome(outcome)
  })
}

function askedOutcome(outcome: AskedOutcome) {
  if (outcome.outcome === 'full') return unavailable
  if (outcome.outcome !== 'pending') return outcome
  const { masked, expiresAt } = outcome.change
  return { outcome: 'pending', masked, expiresAt } as const
}

/** Id, code and message of a new proof, made before the decision. */
function newAsked(engine: Engine, request: Asking, contact: Contact, subject: SubjectId) {
  const { keys, checked } = engine
  const id = newId()
  const code = newOneTimeCode(checked.codeDigits)
  return {
    id,
    contact,
    answer: proofDigest(keys, { subject, id, contact: contact.id }, code),
    tell: engine.tellFor(request),
    proofMessage: (waiting: ContactChange, now: Date): Effect => {
      const { contact: to, kind, address, digest, masked } = waiting
      const writing = writingFor(engine.links, request, { subject, askedAt: now, change: id, onlyChange: true })
      const details = {
        proofUrl: engine.links.proofUrl({ subject, change: id, contact: to }),
        code: code.reveal(),
        codeUntil: waiting.proof.expiresAt.getTime(),
      }
      const recipient = { id: to, kind, address, digest, masked }
      return noticeEffect(keys, { kind: 'contact-proof', subject, to: recipient, writing, details }, now)
    },
  }
}

/** Removes a contact that is not the last one. */
export async function remove(
  engine: Engine,
  request: Named & Readonly<{ contact: string }>,
): Promise<RemoveContactOutcome> {
  requireRunning(engine)
  const id = subjectIdOf(request.subject)
  const calls = (contact: Contact, now: Date) => removedCalls(engine, id, contact, now)
  const removal = { id: newId(), contact: request.contact, calls, tell: engine.tellFor(request) }
  return orUnavailable(engine, async () => {
    const outcome = await change(engine.changes, id, (one, now) => removeContact(one, removal, now))
    return outcome.outcome === 'full' ? unavailable : { outcome: outcome.outcome }
  })
}

function removedCalls({ checked, keys }: Engine, subject: SubjectId, contact: Contact, now: Date): readonly Effect[] {
  const was = openAddress(keys, subject, { contact: contact.id, address: contact.address })
  if (!checked.parts.contactChanged || !was) return []
  const content = { kind: contact.kind, address: was.reveal(), proved: false, removed: true }
  return [callEffect(keys, 'contactChanged', subject, content, now)]
}

/** Follows the application's own table. */
export async function replace(
  engine: Engine,
  request: Named & ContactAddress & Readonly<{ proved: boolean; by: string }>,
): Promise<ReplaceContactOutcome> {
  requireRunning(engine)
  requireDecider('contacts.replace', request.by)
  const canonical = canonicalAddress(request)
  if (!canonical) return { outcome: 'malformed' }
  const subject = subjectIdOf(request.subject)
  const id = newId()
  return orUnavailable(engine, async () => {
    const outcome = await change(engine.changes, subject, (one, now) => {
      const contact = newContact(engine.keys, subject, canonical, request.proved ? { provedAt: now } : {})
      return replaceContact(one, { id, contact, tell: engine.tellFor(request) }, now)
    })
    return outcome.outcome === 'full' ? unavailable : { outcome: outcome.outcome }
  })
}
