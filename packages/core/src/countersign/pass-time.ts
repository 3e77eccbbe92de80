import { expireChallenges } from '../challenge/expire-challenges.js'
import { prunedNotices } from '../delivery/notice-budget.js'
import { endedSessions } from '../elevation/revoke.js'
import type { Timer } from '../outbox/effect.js'
import { expireContactChange } from '../registration/change-contact.js'
import type { Subject } from '../subject/subject.js'
import { prunedThrottle } from '../throttle/throttle.js'

const day = 86_400_000

/** What the passing of time does to a subject: what ended is closed, with its event, and what nobody needs any more goes. Pure. */
export function passTime(subject: Subject, now: Date): Subject {
  const expired = expireContactChange(expireChallenges(subject, now), now)
  return {
    ...expired,
    throttle: prunedThrottle(expired.throttle, now),
    elevations: expired.elevations.filter(({ expiresAt }) => expiresAt > now),
    contacts: expired.contacts.map((contact) =>
      contact.sent.length > 0
        ? { ...contact, sent: contact.sent.filter((at) => now.getTime() - at.getTime() < day) }
        : contact,
    ),
    notices: prunedNotices(expired.notices, now),
    timers: expired.timers.filter((timer) => timer.due > now || isPending(expired, timer)),
    revocation: {
      ...expired.revocation,
      sessions: expired.revocation.sessions.filter(
        ({ at }) => now.getTime() - at.getTime() < endedSessions.seconds * 1000,
      ),
    },
  }
}

/** A timer stays past its time only while what it ends could not be written down yet. */
function isPending({ challenges, contactChange }: Subject, { about }: Timer): boolean {
  return contactChange?.id === about || challenges.some(({ id, closed }) => id === about && !closed)
}
