import type { CodeLife } from '../code/code-record.js'
import { type CodeEnding, hasCode, revokeCode } from '../code/revoke-code.js'
import { revoke } from '../elevation/revoke.js'
import type { Subject } from '../subject/subject.js'
import { record } from '../subject/transition.js'
import { stopContactChange } from './waiting-change.js'

/** What is there when a person proves a contact for the first time: a session of his own, or a link that was followed in none. */
export type FirstProof = Readonly<{ session?: string; life: CodeLife; ending: CodeEnding }>

/**
 * Whoever registered somebody else's address has waited for this moment: what other sessions left behind ends with the
 * first proof of ownership, elevations, questions, a pending change, an identity and a code.
 */
export function afterFirstProof(subject: Subject, { session, life, ending }: FirstProof, now: Date): Subject {
  const alone = withoutIdentity(stopContactChange(subject, 'first-proof', now), now)
  const except = session !== undefined && { except: session }
  const codeless = hasCode(alone) ? revokeCode(alone, { ...ending, ...except }, life, now) : alone
  const by = { actor: 'system' } as const
  return revoke(codeless, { ...except, reason: 'first-proof', by }, now)
}

function withoutIdentity({ identity, ...subject }: Subject, now: Date): Subject {
  if (!identity) return subject
  const { method, level } = identity
  return record(subject, now, { actor: 'system' }, { type: 'identity.voided', method, level, reason: 'first-proof' })
}
