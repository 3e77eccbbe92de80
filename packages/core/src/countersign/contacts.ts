import { canonicalAddress } from '../delivery/address.js'
import { type Contact, type ContactAddress, type ContactKind, contactsCap } from '../delivery/contact.js'
import { isContactOver, newContact, openAddress } from '../delivery/new-contact.js'
import type { Effect } from '../outbox/effect.js'
import { fits } from '../outbox/outbox.js'
import {
  type AskedOutcome,
  askContactChange,
  stopContactChange,
  waitingChange,
} from '../registration/change-contact.js'
import type { ContactChange } from '../registration/contact-change.js'
import { changesLeft } from '../registration/contact-undo.js'
import { learnContacts } from '../registration/learn-contacts.js'
import { proofDigest } from '../registration/proof-code.js'
import { removeContact } from '../registration/remove-contact.js'
import { replaceContact } from '../registration/replace-contact.js'
import { newId } from '../secret/new-id.js'
import { newOneTimeCode } from '../secret/one-time-code.js'
import { change, changePrepared } from '../subject/change.js'
import { newSubject, type Subject } from '../subject/subject.js'
import { type SubjectId, type SubjectRef, subjectIdOf } from '../subject/subject-id.js'
import { changed, unchanged } from '../subject/transition.js'
import { contactsOf } from './contacts-of.js'
import type {
  Asking,
  ChangeContactOutcome,
  ClaimOutcome,
  ContactsOutcome,
  CorrectOutcome,
  RemoveContactOutcome,
  ReplaceContactOutcome,
  ResendProofOutcome,
  SendProofOutcome,
  WithdrawOutcome,
} from './countersign.js'
import { requireDecider } from './decider.js'
import { type Engine, orUnavailable, requireRunning, unavailable } from './engine.js'
import { callEffect, noticeEffect } from './notices.js'
import { originOf } from './tell-for.js'
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
    const known = subject ?? newSubject(id)
    const { contacts: own } = known
    const contacts = own.length > 0 ? own : await contactsOf(engine, { id, contacts: own }, now)
    const waiting = subject?.contactChange && waitingChange(subject, subject.contactChange.id, now)
    return {
      outcome: 'found',
      contacts: contacts.map((contact) => contactView(contact, now)),
      ...(waiting && { pending: pendingView(waiting) }),
      room: { contacts: contactsCap - contacts.length, changes: changesLeft(known, now) },
    }
  })
}

function pendingView({ kind, masked, expiresAt, replaces }: ContactChange) {
  return { kind, masked, expiresAt, ...(replaces !== undefined && { replaces }) }
}

/** Asks to change a contact; the proof goes to the new address, the others are told. */
export async function changeContact(engine: Engine, request: ChangeRequest): Promise<ChangeContactOutcome> {
  const { replaces } = request
  const outcome = await ask(engine, request, () => (replaces === undefined ? {} : { contact: replaces }))
  const { outcome: came } = outcome
  return came === 'too-many-contacts' || came === 'prove-first' ? { outcome: 'unknown-contact' } : outcome
}

/** Adds an address that the person says is his, once it is proved. */
export async function claim(engine: Engine, request: Named & ContactAddress): Promise<ClaimOutcome> {
  const outcome = await ask(engine, request, () => 'nothing')
  return outcome.outcome === 'unknown-contact' ? { outcome: 'too-many-contacts' } : outcome
}

/** Sends a proof to a contact that stands there unproved, such as the one of a sign-up: nobody types what is known. */
export async function sendProof(
  engine: Engine,
  request: Named & Readonly<{ contact: string }>,
): Promise<SendProofOutcome> {
  requireRunning(engine)
  const id = subjectIdOf(request.subject)
  return orUnavailable(engine, async () => {
    const { subject = newSubject(id), now } = await engine.changes.subjects.load(id)
    const known = subject.contacts.length > 0 ? subject.contacts : await contactsOf(engine, subject, now)
    const contact = known.find((one) => one.id === request.contact && !one.provedAt)
    const address = contact && openAddress(engine.keys, id, { contact: contact.id, address: contact.address })
    if (!contact || !address) return { outcome: 'unknown-contact' } as const
    const asked = await claim(engine, { ...request, kind: contact.kind, address: address.reveal() })
    return asked.outcome === 'pending' || asked.outcome === 'unavailable'
      ? asked
      : ({ outcome: 'unknown-contact' } as const)
  })
}

/** Sends the proof of the address that waits once more. Nobody types what is known, and nothing else is asked for by it. */
export async function resendProof(engine: Engine, request: Named): Promise<ResendProofOutcome> {
  requireRunning(engine)
  const id = subjectIdOf(request.subject)
  return orUnavailable(engine, async () => {
    const { subject, now } = await engine.changes.subjects.load(id)
    const waiting = subject?.contactChange && waitingChange(subject, subject.contactChange.id, now)
    const address = waiting && openAddress(engine.keys, id, waiting)
    if (!waiting || !address) return { outcome: 'nothing-waiting' } as const
    const replaces = waiting.replaces === undefined ? 'nothing' : { contact: waiting.replaces }
    const same = ({ contactChange }: Subject) => (contactChange?.id === waiting.id ? replaces : undefined)
    const asked = await ask(engine, { ...request, kind: waiting.kind, address: address.reveal() }, same)
    const { outcome } = asked
    return outcome === 'pending' || outcome === 'unavailable' || outcome === 'too-many-changes'
      ? asked
      : ({ outcome: 'nothing-waiting' } as const)
  })
}

/** Gives up the address that waits. */
export async function withdraw(engine: Engine, request: Named): Promise<WithdrawOutcome> {
  requireRunning(engine)
  return orUnavailable(engine, () =>
    change<WithdrawOutcome>(engine.changes, subjectIdOf(request.subject), (one, now) => {
      if (!one.contactChange || one.contactChange.expiresAt <= now) return unchanged({ outcome: 'nothing-waiting' })
      if (!fits(one.outbox, 1, 'kept')) return unchanged(unavailable)
      const by = { actor: 'subject', ...originOf(request) } as const
      return changed(stopContactChange(one, 'withdrawn', now, by), { outcome: 'withdrawn' })
    }),
  )
}

/** Another address in the place of the one that waits, while nothing is proved yet: from then on a change is confirmed first. */
export async function correct(engine: Engine, request: Named & Readonly<{ address: string }>): Promise<CorrectOutcome> {
  requireRunning(engine)
  const outcome = await ask(engine, { ...request, kind: 'email' }, correctable)
  if (outcome.outcome === 'pending' || outcome.outcome === 'malformed') return outcome
  return outcome.outcome === 'unavailable' ? outcome : { outcome: 'nothing-waiting' }
}

type Replaces = Parameters<typeof askContactChange>[1]['replaces']

/** What the waiting one replaces; `undefined` when there is none, or when a contact is proved already. */
function correctable({ contactChange, contacts }: Subject, now: Date): Replaces | undefined {
  if (!contactChange || contactChange.expiresAt <= now || contacts.some(({ provedAt }) => provedAt)) return undefined
  return contactChange.replaces === undefined ? 'nothing' : { contact: contactChange.replaces }
}

async function ask(
  engine: Engine,
  request: Named & ContactAddress,
  replacesIn: (subject: Subject, now: Date) => Replaces | undefined,
) {
  requireRunning(engine)
  const canonical = canonicalAddress(request)
  if (!canonical) return { outcome: 'malformed' } as const
  const id = subjectIdOf(request.subject)
  return orUnavailable(engine, async () => {
    const prepare = async (one: Subject, now: Date) => {
      const contacts = one.contacts.length === 0 ? await contactsOf(engine, one, now) : []
      const subject = learnContacts(one, { session: '', contacts }, now)
      return { subject, asked: newAsked(engine, request, contactIn(engine, subject, canonical), id) }
    }
    const outcome = await changePrepared(engine.changes, id, prepare, (one, now, { subject, asked }) => {
      const replaces = replacesIn(one, now)
      return replaces === undefined
        ? unchanged<AskedOutcome>({ outcome: 'unknown-contact' })
        : askContactChange(subject, { ...asked, replaces }, now)
    })
    return askedOutcome(outcome)
  })
}

/** A contact over this address, under the id that it has in the document, if it stands there: also under an older key. */
function contactIn({ keys }: Engine, subject: Subject, canonical: ContactAddress, provedAt?: Date): Contact {
  const own = subject.contacts.find((one) => isContactOver(keys, one, canonical))
  return newContact(keys, subject.id, canonical, { ...(own && { id: own.id }), ...(provedAt && { provedAt }) })
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
      const contact = contactIn(engine, one, canonical, request.proved ? now : undefined)
      return replaceContact(one, { id, contact, tell: engine.tellFor(request) }, now)
    })
    return outcome.outcome === 'full' ? unavailable : { outcome: outcome.outcome }
  })
}
