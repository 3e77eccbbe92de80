import { mayNotify, withNotice } from '../delivery/notice-budget.js'
import { fits } from '../outbox/outbox.js'
import type { KeyRing } from '../secret/key-ring.js'
import type { Subject } from '../subject/subject.js'
import type { Notice, Tell } from '../subject/tell.js'
import { type By, withEffects } from '../subject/transition.js'
import type { Asking } from './countersign.js'
import type { Links } from './links.js'
import { noticeEffect } from './notices.js'
import { writingFor } from './writing-for.js'

/** How people are told of what happened, in the words and with the origin of whoever asks. */
export function tellFor(parts: Readonly<{ keys: KeyRing; links: Links }>, asking: Asking): Tell {
  return Object.assign(tell, originOf(asking))

  function tell(subject: Subject, notice: Notice, now: Date): Subject {
    const proved = subject.contacts.filter(({ provedAt }) => provedAt)
    if (!mayNotify(subject.notices, notice.kind, now) || !fits(subject.outbox, proved.length, 'kept')) return subject
    const told = { ...subject, notices: withNotice(subject.notices, notice.kind, now) }
    return withEffects(
      told,
      ...proved.map((to) => noticeEffect(parts.keys, asEffect(parts.links, asking, subject, notice, to, now), now)),
    )
  }
}

/** From where somebody asks, where anything of it is known. */
export function originOf({ origin = {} }: Asking): Pick<By, 'origin'> {
  return Object.keys(origin).length > 0 ? { origin } : {}
}

function asEffect(
  links: Links,
  asking: Asking,
  subject: Subject,
  notice: Notice,
  to: Subject['contacts'][number],
  now: Date,
) {
  const { kind, destination, until, change, code } = notice
  const writing = writingFor(links, asking, { subject: subject.id, askedAt: now, change, code })
  const details = { ...(destination !== undefined && { destination }), ...(until && { until: until.getTime() }) }
  return { kind, subject: subject.id, to, writing, details }
}
