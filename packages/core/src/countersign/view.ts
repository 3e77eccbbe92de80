import type { Challenge } from '../challenge/challenge.js'
import { endOf } from '../challenge/find-challenge.js'
import { newContactLasts } from '../delivery/contact.js'
import { nextSendAt } from '../delivery/send-budget.js'
import type { BoundValues } from '../policy/action.js'
import type { KeyRing } from '../secret/key-ring.js'
import { seal, unseal } from '../secret/seal.js'
import type { Subject } from '../subject/subject.js'
import type { ChallengeView, ContactView } from './countersign.js'

/** Bound fields as a challenge keeps them for its page. */
export function sealShown(keys: KeyRing, subject: string, challenge: string, bound: BoundValues): string {
  return seal(keys, 'seal', ['shown', subject, challenge], JSON.stringify(bound))
}

/** The bound fields again; none when no key opens them, and then no code fits either. */
export function openShown(keys: KeyRing, subject: string, { id, shown }: Challenge): BoundValues {
  return JSON.parse(unseal(keys, 'seal', ['shown', subject, id], shown) ?? '{}')
}

/** A challenge as its person may see it: no digest, no session, the address masked. */
export function challengeView(keys: KeyRing, subject: Subject, challenge: Challenge, now: Date): ChallengeView {
  const contact = subject.contacts.find(({ id }) => id === challenge.contact)
  const closed = endOf(challenge, now)
  return {
    id: challenge.id,
    action: challenge.action,
    factor: challenge.factor,
    ...(challenge.code && {
      destination: contact?.masked ?? '',
      sentAt: challenge.code.sentAt,
      resendAt: nextSendAt(contact?.sent ?? [], now),
    }),
    shown: openShown(keys, subject.id, challenge),
    expiresAt: challenge.expiresAt,
    attemptsLeft: challenge.attemptsLeft,
    ...(challenge.delivery && { delivery: challenge.delivery }),
    ...(challenge.proved.length > 0 && { proved: challenge.proved.map(({ kind }) => kind) }),
    ...(closed && { closed }),
  }
}

/** A contact as its owner may see it. */
export function contactView(
  { id, kind, masked, provedAt, since }: Subject['contacts'][number],
  now: Date,
): ContactView {
  const recoveryFrom = since && new Date(since.getTime() + newContactLasts)
  return {
    id,
    kind,
    masked,
    proved: provedAt !== undefined,
    ...(recoveryFrom && recoveryFrom > now && { recoveryFrom }),
  }
}
