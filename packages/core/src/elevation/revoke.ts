import { outboxSize } from '../outbox/outbox.js'
import type { Subject } from '../subject/subject.js'
import { type By, record } from '../subject/transition.js'

/** What ends: one session with its elevations and challenges, or everything of the subject; with `except`, open questions of that session go on. */
export type Ending = Readonly<{ session?: string; except?: string; reason: string; by: By }>

/** Ended sessions that are remembered one by one, and for how long in seconds; more raise the epoch of the whole subject. */
export const endedSessions = { cap: 8, seconds: 900 } as const

/** Ends elevations, live challenges included, in the commit that this becomes part of. Always possible, whatever the outbox holds. */
export function revoke(subject: Subject, { session, except, reason, by }: Ending, now: Date): Subject {
  const { epoch } = subject.revocation
  const sessions = session === undefined ? subject.revocation.sessions : withEnded(subject, session, now)
  const whole = session === undefined || sessions.length > endedSessions.cap
  const ended: Subject = {
    ...subject,
    ...(whole && except === undefined && { endedAt: now }),
    revocation: { epoch: whole ? epoch + 1 : epoch, sessions: sessions.slice(-endedSessions.cap), at: 'this-commit' },
    elevations: whole ? [] : subject.elevations.filter((elevation) => elevation.session !== session),
  }
  const ends = ({ session: own }: Challenge) => (whole ? own !== except : own === session)
  return told(closed(ended, ends, now), now, by, {
    type: 'elevations.revoked',
    scope: whole ? 'subject' : 'session',
    reason,
  })
}

/** Whether that session has signed out in the last 15 minutes. */
export function hasEnded(subject: Subject, session: string): boolean {
  return subject.revocation.sessions.some(({ digest }) => digest === session)
}

/** Those that ended, this one last: the newest are remembered also where the epoch rises, so that what is in flight opens nothing. */
function withEnded({ revocation }: Subject, session: string, now: Date): Subject['revocation']['sessions'] {
  return [...revocation.sessions.filter(({ digest }) => digest !== session), { digest: session, at: now }]
}

type Challenge = Subject['challenges'][number]

function closed(subject: Subject, ends: (challenge: Challenge) => boolean, now: Date): Subject {
  const ending = subject.challenges.filter((one) => !one.closed && ends(one)).map(({ id }) => id)
  if (ending.length === 0) return subject
  return {
    ...subject,
    challenges: subject.challenges.map((challenge) =>
      ending.includes(challenge.id) ? { ...challenge, closed: { why: 'revoked', at: now } } : challenge,
    ),
    timers: subject.timers.filter(({ about }) => !ending.includes(about)),
    outbox: subject.outbox.filter(
      (effect) => !(effect.kind === 'message' && effect.challenge && ending.includes(effect.challenge)),
    ),
  }
}

type Told = Readonly<{ type: 'elevations.revoked'; scope: 'session' | 'subject'; reason: string }>

/** One event; when the outbox is full, the newest one of its kind stands for this one too. */
function told(subject: Subject, now: Date, by: By, fact: Told): Subject {
  if (subject.outbox.length < outboxSize.cap) return record(subject, now, by, fact)
  const last = subject.outbox.findLastIndex(
    (effect) => effect.kind === 'audit' && effect.event.type === 'elevations.revoked',
  )
  return {
    ...subject,
    outbox: subject.outbox.map((effect, index) =>
      index === last && effect.kind === 'audit' && effect.event.type === 'elevations.revoked'
        ? { ...effect, event: { ...effect.event, merged: (effect.event.merged ?? 0) + 1 } }
        : effect,
    ),
  }
}
