import { type FactorKind, factorKinds, type Level, levelOf, reaches } from '../assurance/level.js'
import type { Contact, ContactAddress, ContactKind } from '../delivery/contact.js'
import { isContactOver } from '../delivery/new-contact.js'
import type { KeyRing } from '../secret/key-ring.js'

/** A factor that a subject could answer with: a code over a contact, or the person's own security code. */
export type Factor = DeliveredCode | OwnCode

/** Its id is the contact's. */
export type DeliveredCode = Readonly<{ id: string; kind: Exclude<FactorKind, 'security-code'>; contact: Contact }>
/** `code`: id of the very code; `over`: ids of the contacts that it was itself sent over, when it was. */
export type OwnCode = Readonly<{ id: 'security-code'; kind: 'security-code'; code: string; over: readonly string[] }>

/** Where its code goes, masked; nowhere for the person's own. */
export function destinationOf(factor: Factor): string {
  return factor.kind === 'security-code' ? '' : factor.contact.masked
}

/** A factor that was answered with, as a challenge remembers it. */
export type ProvedFactor = Readonly<{ kind: FactorKind; contact?: string }>

/** The kind of factor that a code over a contact of that kind is. */
export const factorOver: Readonly<Record<ContactKind, DeliveredCode['kind']>> = { email: 'email-code' }

/** What decides which factors may serve. */
export type FactorNeed = Readonly<{
  level: Level
  /** Kinds in order of preference; others do not serve. */
  kinds: readonly FactorKind[]
  /** The subject's own code, where one works. */
  ownCode?: OwnCode
  openedBy?: 'password' | ContactAddress
  /** The contact that the action is about does not serve where another factor can, and contacts that are newer than that not even in its place. */
  avoids?: Readonly<{ contact: string; newerThan: Date }>
}>

/**
 * The factors that lead to the level now, in order of preference; where two are needed, those to begin with, or to go on
 * with after what was proved. What opened the session cannot also raise it.
 */
export function usableFactors(
  keys: KeyRing,
  contacts: readonly Contact[],
  need: FactorNeed,
  proved: readonly ProvedFactor[] = [],
): readonly Factor[] {
  const known = need.kinds.flatMap((kind) => ofKind(kind, contacts, need))
  const apart = known.filter((factor) => !openedTheSession(keys, factor, contacts, need))
  const leading = apart.filter((factor) => leads(factor, apart, need, proved))
  const lasting = leading.filter((factor) => !isNew(factor, need))
  const others = lasting.filter((factor) => factor.id !== need.avoids?.contact)
  return [others, lasting].find(({ length }) => length > 0) ?? leading
}

/** Else whoever holds a mailbox adds his own address, and removes with it the one that he shares. */
function isNew(factor: Factor, { avoids }: FactorNeed): boolean {
  if (!avoids || factor.kind === 'security-code') return false
  const { since } = factor.contact
  return since !== undefined && since > avoids.newerThan
}

function ofKind(kind: FactorKind, contacts: readonly Contact[], { ownCode }: FactorNeed): readonly Factor[] {
  if (kind === 'security-code') return ownCode ? [ownCode] : []
  return serving(contacts)
    .filter((contact) => factorOver[contact.kind] === kind)
    .map((contact) => ({ id: contact.id, kind, contact }))
}

/** An address that nobody has proved confirms while there is no other; beside a proved one it may be anybody's. */
function serving(contacts: readonly Contact[]): readonly Contact[] {
  const proved = contacts.filter(({ provedAt }) => provedAt)
  return proved.length > 0 ? proved : contacts
}

/** Over the contact that opened the session, as a security code is that was sent there. Who does not know what opened it cannot rule out any contact of two factors. */
function openedTheSession(
  keys: KeyRing,
  factor: Factor,
  contacts: readonly Contact[],
  { level, openedBy }: FactorNeed,
): boolean {
  const over =
    factor.kind === 'security-code' ? contacts.filter(({ id }) => factor.over.includes(id)) : [factor.contact]
  if (openedBy === 'password' || over.length === 0) return false
  if (openedBy === undefined) return level === 'two-factor'
  return over.some((contact) => isContactOver(keys, contact, openedBy))
}

/**
 * Alone, after what was proved, or as the first of two. Of two the delivered code comes first: what is left then needs no
 * message that may not come.
 */
function leads(factor: Factor, all: readonly Factor[], need: FactorNeed, proved: readonly ProvedFactor[]): boolean {
  const reached = (more: readonly Factor[]) =>
    reaches(levelTogether([...proved, ...more.map(asProved)], need.ownCode), need.level)
  if (reached([factor])) return true
  return proved.length === 0 && factor.kind !== 'security-code' && all.some((other) => reached([factor, other]))
}

function asProved(factor: Factor): ProvedFactor {
  return factor.kind === 'security-code' ? { kind: factor.kind } : { kind: factor.kind, contact: factor.contact.id }
}

/** The level of factors together. A code that was sent over a contact shares its channel: with a code over the same contact it is one. */
export function levelTogether(proved: readonly ProvedFactor[], ownCode: OwnCode | undefined): Level {
  const sharesChannel = proved.some(({ contact }) => contact !== undefined && ownCode?.over.includes(contact))
  const counted = sharesChannel ? proved.filter(({ kind }) => factorKinds[kind].class === 'delivered') : proved
  return levelOf(counted.map(({ kind }) => kind))
}

/** The wanted factor, by id or kind; the first without a wish. */
export function chosenFactor(factors: readonly Factor[], wanted: string | undefined): Factor | undefined {
  return wanted === undefined ? factors[0] : factors.find(({ id, kind }) => id === wanted || kind === wanted)
}
