import type { Challenge } from '../challenge/challenge.js'
import type { Contact } from '../delivery/contact.js'
import { openAddress } from '../delivery/new-contact.js'
import { fits } from '../outbox/outbox.js'
import { afterFirstProof } from '../registration/first-proof.js'
import type { Subject } from '../subject/subject.js'
import { withEffects } from '../subject/transition.js'
import type { Asking, Whom } from './countersign.js'
import type { Engine } from './engine.js'
import { callEffect } from './notices.js'

/** What follows from a contact that an answered challenge proved: the application's table, and, for the first one, the end of what others left behind. */
export function ownedBy(
  engine: Engine,
  request: Whom & Asking,
  subject: Subject,
  { contact: id, session }: Challenge,
  now: Date,
): Subject {
  const contact = subject.contacts.find((one) => one.id === id)
  const isFirst = subject.contacts.filter(({ provedAt }) => provedAt).length === 1
  const alone = isFirst ? firstProofOf(engine, request, subject, { session, except: request.session }, now) : subject
  return contact ? followed(engine, alone, contact, now) : alone
}

/** The session that proved goes on, in our document and in the application, where one did. */
export type Prover = Readonly<{ session?: string; except?: string }>

/** Ends what others left behind before the first proof, here and in the application. */
export function firstProofOf(engine: Engine, asking: Asking, subject: Subject, prover: Prover, now: Date): Subject {
  const { session, except } = prover
  const ending = { reason: 'first-proof', by: { actor: 'system' } as const, tell: engine.tellFor(asking) }
  const alone = afterFirstProof(
    subject,
    { life: engine.code.life, ending, ...(session !== undefined && { session }) },
    now,
  )
  if (!engine.checked.parts.endSessions || !fits(alone.outbox, 1, 'kept')) return alone
  const content = { reason: 'first-proof', ...(except !== undefined && { except }) }
  return withEffects(alone, callEffect(engine.keys, 'endSessions', subject.id, content, now))
}

/** The application's own table follows a proof made here, where it wants to. */
function followed({ checked, keys }: Engine, subject: Subject, contact: Contact, now: Date): Subject {
  const address = openAddress(keys, subject.id, { contact: contact.id, address: contact.address })
  if (!address || !checked.parts.contactChanged) return subject
  const content = { kind: contact.kind, address: address.reveal(), proved: true }
  return withEffects(subject, callEffect(keys, 'contactChanged', subject.id, content, now))
}
