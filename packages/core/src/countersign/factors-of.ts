import type { FactorKind } from '../assurance/level.js'
import type { Challenge } from '../challenge/challenge.js'
import { expiredCodeOf, ownCodeOf } from '../code/own-code.js'
import { canonicalAddress } from '../delivery/address.js'
import { type Contact, newContactLasts } from '../delivery/contact.js'
import {
  chosenFactor,
  type Factor,
  type FactorNeed,
  factorOver,
  type ProvedFactor,
  usableFactors,
} from '../factor/usable-factors.js'
import type { ActionDefinition, BoundValues } from '../policy/action.js'
import type { Subject } from '../subject/subject.js'
import type { Whom } from './countersign.js'
import type { Engine } from './engine.js'

/** For what factors are looked for: an action with its fields, and what opened the session. */
export type FactorQuestion = Readonly<{ definition: ActionDefinition; bound: BoundValues; openedBy?: Whom['openedBy'] }>

/** The kinds of factor that this Countersign has, a code over each channel first. */
export function configuredKinds({ checked }: Pick<Engine, 'checked'>): readonly FactorKind[] {
  const delivered = checked.parts.channels.map(({ kind }) => factorOver[kind])
  return [...new Set<FactorKind>(delivered), ...(checked.parts.securityCode ? ['security-code' as const] : [])]
}

/** The factors that serve now, of these contacts and of the subject's own code. */
export function factorsOf(
  engine: Engine,
  question: FactorQuestion,
  subject: Subject,
  {
    contacts = subject.contacts,
    proved = [],
  }: Readonly<{ contacts?: readonly Contact[]; proved?: readonly ProvedFactor[] }>,
  now: Date,
): readonly Factor[] {
  return usableFactors(engine.keys, contacts, needOf(engine, question, subject, now), proved)
}

/** The wanted factor, or the preferred one; for a challenge that lives, one that goes on with it. */
export function chooseFactor(
  engine: Engine,
  question: FactorQuestion,
  subject: Subject,
  { wanted, living }: Readonly<{ wanted?: string | undefined; living?: Challenge | undefined }>,
  now: Date,
): Factor | undefined {
  const proved = living?.proved ?? []
  const chosen = chosenFactor(factorsOf(engine, question, subject, { proved }, now), wanted)
  if (chosen || wanted !== 'security-code' || proved.length > 0) return chosen
  // Only where the action takes a security code at all: to say that it is over.
  const { kinds } = needOf(engine, question, subject, now)
  return kinds.includes('security-code') ? expiredCodeOf(subject, now) : undefined
}

function needOf(
  engine: Engine,
  { definition, bound, openedBy }: FactorQuestion,
  subject: Subject,
  now: Date,
): FactorNeed {
  const { requires, avoids } = definition
  const configured = configuredKinds(engine)
  const wanted = (requires !== 'nothing' && requires.factors) || configured
  const opener = openedBy && openedBy !== 'password' ? canonicalAddress(openedBy) : openedBy
  const ownCode = ownCodeOf(subject, engine.code.hashing.isSound, now)
  const avoided = avoids === undefined ? undefined : bound[avoids]
  return {
    level: requires === 'nothing' ? 'base' : requires.level,
    kinds: wanted.filter((kind) => configured.includes(kind)),
    ...(ownCode && { ownCode }),
    ...(opener && { openedBy: opener }),
    ...(avoided !== undefined && {
      avoids: { contact: String(avoided), newerThan: new Date(now.getTime() - newContactLasts) },
    }),
  }
}
