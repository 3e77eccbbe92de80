import { expireChallenges } from '../challenge/expire-challenges.js'
import { type Ageing, ageCode } from '../code/age-code.js'
import { prunedNotices } from '../delivery/notice-budget.js'
import { endedSessions } from '../elevation/revoke.js'
import type { Timer } from '../outbox/effect.js'
import { expireUndos } from '../registration/contact-undo.js'
import { expireContactChange } from '../registration/waiting-change.js'
import type { Subject } from '../subject/subject.js'
import { prunedThrottle } from '../throttle/throttle.js'

const day = 86_400_000

/** What the passing of time does to a subject: what ended is closed, with its event and its notice, and what nobody needs any more goes. */
export function passTime(ageing: Ageing) {
  return function timePassed(subject: Subject, now: Date): Subject {
    const expired = ageCode(expireUndos(expireContactChange(expireChallenges(subject, now), now), now), ageing, now)
    return {
      ...expired,
      throttle: prunedThrottle(expired.throttle, now),
      elevations: still(expired.elevations, ({ expiresAt }) => expiresAt > now),
      contacts: withinDay(expired.contacts, now),
      notices: prunedNotices(expired.notices, now),
      timers: still(expired.timers, (timer) => timer.due > now || isPending(expired, timer)),
      revocation: withoutOldSessions(expired.revocation, now),
    }
  }
}

/** The very same list when nothing goes, as nearly always: nobody downstream then has to look for what changed. */
function still<Item>(items: readonly Item[], stays: (item: Item) => boolean): readonly Item[] {
  return items.every(stays) ? items : items.filter(stays)
}

function withinDay(contacts: Subject['contacts'], now: Date): Subject['contacts'] {
  const counts = (at: Date) => now.getTime() - at.getTime() < day
  if (contacts.every(({ sent }) => sent.every(counts))) return contacts
  return contacts.map((contact) => ({ ...contact, sent: still(contact.sent, counts) }))
}

function withoutOldSessions(revocation: Subject['revocation'], now: Date): Subject['revocation'] {
  const sessions = still(revocation.sessions, ({ at }) => now.getTime() - at.getTime() < endedSessions.seconds * 1000)
  return sessions === revocation.sessions ? revocation : { ...revocation, sessions }
}

/** A timer stays past its time only while what it ends could not be written down yet; that of the code is set anew by what it brought up. */
function isPending({ challenges, contactChange }: Subject, { about, kind }: Timer): boolean {
  if (kind === 'code') return true
  return contactChange?.id === about || challenges.some(({ id, closed }) => id === about && !closed)
}
