import type { OwnCode } from '../factor/usable-factors.js'
import type { SlowDigest } from '../secret/slow-digest.js'
import type { Subject } from '../subject/subject.js'
import type { HeldCode } from './code-record.js'
import { codeOf, works } from './code-state.js'

/** A code that has a digest to compare with. */
export type ComparableCode = HeldCode & { readonly digest: SlowDigest }

/** The subject's own code as a factor: none when there is none, it is over, or its digest cannot be checked here. */
export function ownCodeOf(subject: Subject, isSound: (digest: SlowDigest) => boolean, now: Date): OwnCode | undefined {
  const held = comparableCode(subject)
  return held && works(held, now) && isSound(held.digest) ? asFactor(held, subject) : undefined
}

/** A code in its grace: it can be asked for, to tell who has it that it is over, and opens nothing (SP 800-63B-4, 4.4). */
export function expiredCodeOf(subject: Subject, now: Date): OwnCode | undefined {
  const held = comparableCode(subject)
  return held && !works(held, now) ? asFactor(held, subject) : undefined
}

/** The code that an answer is compared with: the one that works, or the one that has expired and is in its grace; with `id`, that one only. */
export function comparableCode(subject: Subject, id?: string): ComparableCode | undefined {
  const { held } = codeOf(subject)
  if (held?.digest === undefined || (id !== undefined && held.id !== id)) return undefined
  return { ...held, digest: held.digest }
}

/** The subject with a newer digest of the same code, made under the newest key and cost. */
export function withDigest(subject: Subject, digest: SlowDigest): Subject {
  const held = comparableCode(subject)
  return held ? { ...subject, code: { ...subject.code, held: { ...held, digest } } } : subject
}

function asFactor({ id: code, over }: HeldCode, { contacts }: Subject): OwnCode {
  return { id: 'security-code', kind: 'security-code', code, over: sharedWith(over, contacts) }
}

/** Where a contact that it was sent over is gone, it may have come back under another id: no contact is known to be another mailbox. */
function sharedWith(over: readonly string[], contacts: Subject['contacts']): readonly string[] {
  const known = contacts.map(({ id }) => id)
  return over.every((id) => known.includes(id)) ? over : known
}
