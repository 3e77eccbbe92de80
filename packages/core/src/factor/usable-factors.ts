import { type FactorKind, factorKinds, type Level, reaches } from '../assurance/level.js'
import type { Contact, ContactAddress, ContactKind } from '../delivery/contact.js'
import { isContactOver } from '../delivery/new-contact.js'
import type { KeyRing } from '../secret/key-ring.js'

/** A factor that a subject could answer with: a code over a contact. */
export type Factor = Readonly<{ kind: FactorKind; contact: Contact }>

/** The kind of factor that a code over a contact of that kind is. */
export const factorOver: Readonly<Record<ContactKind, FactorKind>> = { email: 'email-code' }

/** What decides which contacts may serve: the level that is needed, the channels there are, what opened the session. */
export type FactorNeed = Readonly<{
  level: Level
  channels: readonly ContactKind[]
  openedBy?: 'password' | ContactAddress
}>

/**
 * The factors that reach the level now, in the order of the channels. What opened the session cannot also raise it
 * a level above what a kind reaches alone is not reached by it.
 */
export function usableFactors(
  keys: KeyRing,
  contacts: readonly Contact[],
  { level, channels, openedBy }: FactorNeed,
): readonly Factor[] {
  return channels
    .flatMap((channel) => contacts.filter(({ kind }) => kind === channel))
    .map((contact) => ({ kind: factorOver[contact.kind], contact }))
    .filter(({ kind, contact }) => reaches(factorKinds[kind].reachesAlone, level) && !opened(keys, contact, openedBy))
}

function opened(keys: KeyRing, contact: Contact, openedBy: FactorNeed['openedBy']): boolean {
  if (openedBy === undefined || openedBy === 'password') return false
  return isContactOver(keys, contact, openedBy)
}

/** The wanted factor, by id or kind; the first without a wish. */
export function chosenFactor(factors: readonly Factor[], wanted: string | undefined): Factor | undefined {
  return wanted === undefined
    ? factors[0]
    : factors.find(({ kind, contact }) => contact.id === wanted || kind === wanted)
}
