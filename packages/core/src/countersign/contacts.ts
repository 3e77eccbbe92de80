import { canonicalAddress } from '../delivery/address.js'
import { type Contact, type ContactAddress, type ContactKind, contactsCap } from '../delivery/contact.js'
import { hasProved } from '../delivery/has-proved.js'
import { isContactOver, newContact, openAddress } from '../delivery/new-contact.js'
import { proofsLeft } from '../delivery/notice-budget.js'
import type { Effect } from '../outbox/effect.js'
import { fits } from '../outbox/outbox.js'
import { type AskedChange, type AskedOutcome, askContactChange } from '../registration/ask-contact-change.js'
import type { ContactChange } from '../registration/contact-change.js'
import { changesLeft } from '../registration/contact-undo.js'
import { learnContacts } from '../registration/learn-contacts.js'
import { proofDigest } from '../registration/proof-code.js'
import { removeContact } from '../registration/remove-contact.js'
import { type ReplacementOutcome, replaceContact } from '../registration/replace-contact.js'
import { stopContactChange, waitingChange, withoutChange } from '../registration/waiting-change.js'
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
      ...(waiting && { pending: pendingView(waiting, now) }),
      room: roomIn({ ...known, contacts }, now),
    }
  })
}

/** What waits gives its place to another change, and holds it against a removal. */
function roomIn(subject: Subject, now: Date) {
  const asks = Math.max(proofsLeft(subject.notices, 'person', now), 0)
  return {
    contacts: contactsCap - subject.contacts.length,
    changes: Math.min(changesLeft(withoutChange(subject), now), asks),
    removals: changesLeft(subject, now),
  }
}

function pendingView({ kind, masked, expiresAt, replaces, proof }: ContactChange, now: Date) {
  const { attemptsLeft, expiresAt: codeUntil } = proof
  const codeOver = attemptsLeft === 0 ? ('used-up' as const) : codeUntil <= now ? ('code-expired' as const) : undefined
  return {
    kind,
    masked,
    expiresAt,
    codeUntil,
    attemptsLeft,
    ...(codeOver && { codeOver }),
    ...(replaces !== undefined && { replaces }),
  }
}

/** Asks to change a contact; the proof goes to the new address, the others are told. */
export async function changeContact(engine: Engine, request: ChangeRequest): Promise<ChangeContactOutcome> {
  const { replaces } = request
  const outcome = await ask(engine, request, {
    replacesIn: () => (replaces === undefined ? {} : { contact: replaces }),
  })
  const { outcome: came } = outcome
  return came === 'too-many-contacts' || came === 'prove-first' ? { outcome: 'unknown-contact' } : outcome
}

/** Adds an address that the person says is his, once it is proved. */
export async function claim(engine: Engine, request: Named & ContactAddress): Promise<ClaimOutcome> {
  const outcome = await ask(engine, request, { replacesIn: () => 'nothing' })
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
    const named = { ...request, kind: contact.kind, address: address.reveal() }
    return proofSent(await ask(engine, named, { replacesIn: () => 'nothing', yields: true, asker: 'session' }))
  })
}

function proofSent(asked: Awaited<ReturnType<typeof ask>>): SendProofOutcome {
  switch (asked.outcome) {
    case 'pending':
    case 'prove-first':
    case 'too-many-changes':
    case 'unavailable':
      return asked
    default:
      return { outcome: 'unknown-contact' }
  }
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
    const asked = await ask(
      engine,
      { ...request, kind: waiting.kind, address: address.reveal() },
      { replacesIn: same, asker: 'session' },
    )
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

/** Another address in the place of the one that waits, or of the only one, while nothing is proved yet: from then on a change is confirmed first. */
export async function correct(engine: Engine, request: Named & Readonly<{ address: string }>): Promise<CorrectOutcome> {
  requireRunning(engine)
  const outcome = await ask(engine, { ...request, kind: 'email' }, { replacesIn: correctable })
  switch (outcome.outcome) {
    case 'pending':
    case 'malformed':
    case 'too-many-changes':
    case 'unavailable':
      return outcome
    default:
      return { outcome: 'nothing-waiting' }
  }
}

type Replaces = Parameters<typeof askContactChange>[1]['replaces']

/** What the corrected address replaces, such as the one of a sign-up; `undefined` when nothing is to be corrected, or a contact is proved already. */
function correctable(subject: Subject, now: Date): Replaces | undefined {
  const { contactChange, contacts } = subject
  if (hasProved(contacts)) return undefined
  const waiting = contactChange && waitingChange(subject, contactChange.id, now)
  if (!waiting) return contacts.length === 1 ? {} : undefined
  const mistyped = waiting.replaces ?? contacts.find(({ id }) => id === waiting.contact)?.id
  return mistyped === undefined ? 'nothing' : { contact: mistyped }
}

/** What is asked: in the place of what, by whom, and whether it lets a change go on that waits behind a step-up. */
type Aim = Readonly<{ replacesIn(subject: Subject, now: Date): Replaces | undefined }> &
  Partial<Pick<AskedChange, 'asker' | 'yields'>>

async function ask(
  engine: Engine,
  request: Named & ContactAddress,
  { replacesIn, asker = 'person', yields = false }: Aim,
) {
  requireRunning(engine)
  const canonical = canonicalAddress(request)
  if (!canonical) return { outcome: 'malformed' } as const
  const id = subjectIdOf(request.subject)
  return orUnavailable(engine, async () => {
    const prepare = async (one: Subject, now: Date) => {
      const contacts = one.contacts.length === 0 ? await contactsOf(engine, one, now) : []
      return learnContacts(one, { session: '', contacts }, now)
    }
    const outcome = await changePrepared(engine.changes, id, prepare, (_, now, subject) => {
      const replaces = replacesIn(subject, now)
      if (replaces === undefined) return unchanged<AskedOutcome>({ outcome: 'unknown-contact' })
      const asked = newAsked(engine, request, contactIn(engine, subject, canonical), id)
      return askContactChange(subject, { ...asked, asker, yields, replaces }, now)
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
  return outcome.outcome === 'pending' ? pendingOutcome(outcome.change) : outcome
}

function pendingOutcome({ masked, expiresAt }: ContactChange) {
  return { outcome: 'pending', masked, expiresAt } as const
}

/** Id, code and message of a new proof. */
function newAsked(engine: Engine, request: Asking, contact: Contact, subject: SubjectId) {
  const { keys, checked } = engine
  const code = newOneTimeCode(checked.codeDigits)
  return {
    id: newId(),
    contact,
    answer: (id: string) => proofDigest(keys, { subject, id, contact: contact.id }, code),
    tell: engine.tellFor(request),
    proofMessage: (waiting: ContactChange, now: Date): Effect => {
      const { id: change, contact: to, kind, address, digest, masked } = waiting
      const writing = writingFor(engine.links, request, { subject, askedAt: now, change, onlyChange: true })
      const details = {
        proofUrl: engine.links.proofUrl({ subject, change, contact: to }),
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

/** Follows the application's own table; where a contact is proved, an unproved address waits for its proof first. */
export async function replace(
  engine: Engine,
  request: Named & ContactAddress & Readonly<{ proved: boolean; by: string }>,
): Promise<ReplaceContactOutcome> {
  requireRunning(engine)
  requireDecider('contacts.replace', request.by)
  const canonical = canonicalAddress(request)
  if (!canonical) return { outcome: 'malformed' }
  const subject = subjectIdOf(request.subject)
  return orUnavailable(engine, async () => {
    const outcome = await change<ReplacementOutcome | AskedOutcome>(engine.changes, subject, (one, now) => {
      const contact = contactIn(engine, one, canonical, request.proved ? now : undefined)
      const replaced = replaceContact(one, { id: newId(), contact, tell: engine.tellFor(request) }, now)
      if (replaced.outcome.outcome !== 'unproved') return replaced
      const asked = {
        ...newAsked(engine, request, contact, subject),
        replaces: {},
        asker: 'application',
        yields: false,
      } as const
      return askContactChange(one, asked, now)
    })
    return replaceOutcome(outcome)
  })
}

function replaceOutcome(outcome: ReplacementOutcome | AskedOutcome): ReplaceContactOutcome {
  switch (outcome.outcome) {
    case 'full':
      return unavailable
    case 'pending':
      return pendingOutcome(outcome.change)
    case 'replaced':
    case 'too-many-changes':
      return { outcome: outcome.outcome }
    default:
      return { outcome: 'unchanged' }
  }
}
