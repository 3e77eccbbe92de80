import type { Contact } from '../delivery/contact.js'
import { openAddress } from '../delivery/new-contact.js'
import type { Effect } from '../outbox/effect.js'
import type { ContactChange } from '../registration/contact-change.js'
import { isProof } from '../registration/proof-code.js'
import { type Proof, proveContactChange } from '../registration/prove-contact-change.js'
import { typeProof } from '../registration/type-proof.js'
import { waitingChange } from '../registration/waiting-change.js'
import { readOneTimeCode } from '../secret/one-time-code.js'
import { change } from '../subject/change.js'
import type { SubjectId } from '../subject/subject-id.js'
import type { Asking, ProveOutcome, Whom } from './countersign.js'
import type { ProofState } from './door.js'
import { type Engine, orUnavailable, requireRunning, unavailable } from './engine.js'
import { callEffect } from './notices.js'
import { firstProofOf } from './owned-by.js'

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

/** Proves the new address by its link, in no session. */
export async function acceptProof(engine: Engine, token: string, asking: Asking = {}): Promise<ProofState> {
  requireRunning(engine)
  const link = engine.links.readProof(token)
  if (!link) return { outcome: 'not-found' }
  const proof = { ...consequences(engine, asking, link.subject), changeId: link.change, contactId: link.contact }
  return orUnavailable(engine, async () => {
    const outcome = await change(engine.changes, link.subject, (one, now) => proveContactChange(one, proof, now))
    return outcome.outcome === 'full' ? unavailable : outcome.outcome === 'proved' ? outcome : { outcome: 'not-found' }
  })
}

/** Proves the waiting address by the code of its message, typed in a session of the person. */
export async function prove(
  engine: Engine,
  request: Whom & Asking & Readonly<{ code: unknown }>,
): Promise<ProveOutcome> {
  requireRunning(engine)
  const code = readOneTimeCode(request.code, engine.checked.codeDigits)
  if (!code) return { outcome: 'malformed' }
  return orUnavailable(engine, async () => {
    const { subject, session } = engine.identityOf(request)
    const matches = ({ id, contact, proof }: ContactChange) =>
      isProof(engine.keys, proof.answer, { subject, id, contact }, code)
    const typed = { ...consequences(engine, request, subject, request.session), session, matches }
    const outcome = await change(engine.changes, subject, (one, now) => typeProof(one, typed, now))
    return outcome.outcome === 'full' ? unavailable : outcome
  })
}

/** What follows from a proof: the application is told, the contacts are, and what others left behind ends. */
function consequences(
  engine: Engine,
  asking: Asking,
  subject: SubjectId,
  except?: string,
): Omit<Proof, 'changeId' | 'contactId' | 'session'> {
  return {
    tell: engine.tellFor(asking),
    calls: (waiting, old, now) => provedCalls(engine, subject, waiting, old, now),
    afterFirstProof: (one, session, now) =>
      firstProofOf(
        engine,
        asking,
        one,
        { ...(session !== undefined && { session }), ...(except !== undefined && { except }) },
        now,
      ),
  }
}

function provedCalls(
  { keys, checked }: Engine,
  subject: SubjectId,
  { contact, kind, address }: ContactChange,
  old: Contact | undefined,
  now: Date,
): readonly Effect[] {
  const is = openAddress(keys, subject, { contact, address })
  const was = old && openAddress(keys, subject, { contact: old.id, address: old.address })
  if (!checked.parts.contactChanged || !is) return []
  const content = { kind, address: is.reveal(), ...(was && { was: was.reveal() }), proved: true }
  return [callEffect(keys, 'contactChanged', subject, content, now)]
}
