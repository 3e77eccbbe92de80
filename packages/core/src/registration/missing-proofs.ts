import type { Subject } from '../subject/subject.js'
import { type IdentityLevel, identityLevels } from './identity.js'

/** What has to be proved before a security code is issued. */
export type RegistrationPolicy = Readonly<{
  /** Proved contacts [1]. */
  contacts?: 1 | 2
  /** The least level of an identity check; none is asked for without. */
  identity?: IdentityLevel
}>

/** One thing that is still to be done. */
export type MissingProof =
  | Readonly<{ what: 'contact'; more: number }>
  | Readonly<{ what: 'identity'; level: IdentityLevel }>

/** What the policy asks for and the subject has not proved. It keeps nobody out: without a code the base level stays. */
export function missingProofs(
  subject: Subject,
  { contacts = 1, identity }: RegistrationPolicy,
): readonly MissingProof[] {
  const more = contacts - subject.contacts.filter(({ provedAt }) => provedAt).length
  return [
    ...(more > 0 ? [{ what: 'contact', more } as const] : []),
    ...(identity && !isAtLeast(subject.identity?.level, identity)
      ? [{ what: 'identity', level: identity } as const]
      : []),
  ]
}

function isAtLeast(level: IdentityLevel | undefined, required: IdentityLevel): boolean {
  return level !== undefined && identityLevels.indexOf(level) >= identityLevels.indexOf(required)
}
