import type { KeyedDigest } from '../secret/key-ring.js'
import type { Subject } from '../subject/subject.js'
import { changed, record, type Transition } from '../subject/transition.js'

/** Assurance levels of electronic identification: Regulation (EU) 910/2014, article 8; (EU) 2015/1502. */
export type IdentityLevel = 'low' | 'substantial' | 'high'

export const identityLevels = ['low', 'substantial', 'high'] as const satisfies readonly IdentityLevel[]

/** What a check of the identity found. The document itself is never kept. */
export type Identity = Readonly<{
  /** Such as "video identification" or "passport at the counter". */
  method: string
  level: IdentityLevel
  checkedAt: Date
  /** Keyed digest of what identifies the evidence, such as the number of the document: the same evidence is recognised, and never read back. */
  evidence: KeyedDigest
  /** The provider, or the administrator who decided. */
  by: string
}>

/** Takes over the result of a check. A later one replaces it, also by a lower level: the last word counts. */
export function recordIdentity(subject: Subject, identity: Identity, now: Date): Transition<{ outcome: 'recorded' }> {
  const { method, level, by } = identity
  const known = record(
    { ...subject, identity },
    now,
    { actor: 'application' },
    { type: 'identity.recorded', method, level, by },
  )
  return changed(known, { outcome: 'recorded' })
}
