import type { NoticeKind } from './message.js'

/** A notice that was put into the outbox. */
export type SentNotice = Readonly<{ kind: string; at: Date }>

const hour = 3_600_000
const day = 86_400_000
const perDay = 10
const askedPerDay = 4

/**
 * Who asks for a proof of an address: its person, who confirmed it where any contact is proved; whoever holds a session of
 * his, for what waits already; or the application. None of them uses up what another has.
 */
export type ProofAsker = 'person' | 'session' | 'application'

/** An ask for a proof stands among the notices under such a name. */
const proofAsks: Readonly<Record<ProofAsker, string>> = {
  person: 'contact-proof',
  session: 'contact-proof-again',
  application: 'contact-proof-of-application',
}
const proofsPerDay = 10

/**
 * Notices that nothing holds back: who is not told that a contact or the code has changed cannot object. The acts
 * themselves are limited (R-47b; SP 800-63B-4, 4.6).
 */
const always: readonly NoticeKind[] = [
  'code-activated',
  'code-rotated',
  'code-revoked',
  'contact-change-asked',
  'contact-changed',
  'contact-added',
  'contact-removed',
]

/** One an hour is their whole limit: what others have used up must not hide a lock or the end of a code. */
const hourly: readonly NoticeKind[] = ['locked', 'code-expiring', 'code-expired']

/**
 * Notices have a budget of their own: one of a kind an hour, ten a day (R-47b). That a code was asked for without the one
 * before it is told each time, and not done where it cannot be told: four times a day.
 */
export function mayNotify(notices: readonly SentNotice[], kind: NoticeKind, now: Date): boolean {
  if (always.includes(kind)) return true
  const today = prunedNotices(notices, now)
  if (kind === 'code-asked') return today.filter((one) => one.kind === kind).length < askedPerDay
  const hasRoom = hourly.includes(kind) || today.filter((one) => !isOwn(one)).length < perDay
  return hasRoom && !today.some((one) => one.kind === kind && now.getTime() - one.at.getTime() < hour)
}

/** It has a limit of its own, and takes nothing from the ten. */
function isOwn({ kind }: SentNotice): boolean {
  return kind === 'code-asked' || Object.values(proofAsks).includes(kind) || hourly.some((one) => one === kind)
}

/** Each ask for a proof writes to an address that may be anybody's, and a change tells all contacts: ten a day, to whomever. */
export function proofsLeft(notices: readonly SentNotice[], asker: ProofAsker, now: Date): number {
  return proofsPerDay - prunedNotices(notices, now).filter(({ kind }) => kind === proofAsks[asker]).length
}

/** The list with one more ask for a proof. */
export function withProofAsked(notices: readonly SentNotice[], asker: ProofAsker, now: Date): readonly SentNotice[] {
  return [...notices, { kind: proofAsks[asker], at: now }]
}

/** The list with one more notice, where the budget looks at its kind. */
export function withNotice(notices: readonly SentNotice[], kind: NoticeKind, now: Date): readonly SentNotice[] {
  return always.includes(kind) ? notices : [...notices, { kind, at: now }]
}

/** Without what the budget does not look at any more. */
export function prunedNotices(notices: readonly SentNotice[], now: Date): readonly SentNotice[] {
  const counts = ({ at }: SentNotice) => now.getTime() - at.getTime() < day
  return notices.every(counts) ? notices : notices.filter(counts)
}
