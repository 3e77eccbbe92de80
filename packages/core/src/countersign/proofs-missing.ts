import { missingProofs } from '../registration/missing-proofs.js'
import type { Subject } from '../subject/subject.js'
import type { IssueCodeOutcome } from './countersign.js'
import type { Engine } from './engine.js'

export type ProofsMissing = Extract<IssueCodeOutcome, { outcome: 'proofs-missing' }>

/** Nobody gets a code before everything that it needs is proved, also in the place of another. */
export function proofsMissing({ checked }: Engine, subject: Subject): ProofsMissing | undefined {
  const missing = missingProofs(subject, checked.parts.registration ?? {})
  return missing.length > 0 ? { outcome: 'proofs-missing', missing } : undefined
}
