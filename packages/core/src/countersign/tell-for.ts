import { mayNotify, withNotice } from '../delivery/notice-budget.js'
import { fits } from '../outbox/outbox.js'
import type { KeyRing } from '../secret/key-ring.js'
import type { Subject } from '../subject/subject.js'
import type { Notice, Tell } from '../subject/tell.js'
import { withEffects } from '../subject/transition.js'
import type { Asking } from './countersign.js'
import type { Links } from './links.js'
import { noticeEffect } from './notices.js'
import { writingFor } from './writing-for.js'

/** How people are told of what happened, in the words and with the origin of whoever asks. */
export function tellFor(parts: Readonly<{ keys: KeyRing; links: Links }>, asking: Asking): Tell {
  return function tell(subject, notice, now) {
    const proved = subject.contacts.filter(({ id, provedAt }) => provedAt && id !== notice.except)
    if (
      proved.length === 0 ||
      !mayNotify(subject.notices, notice.kind, now) ||
      !fits(subject.outbox, proved.length, 'kept')
    )
      return subject
    const told = { ...subject, notices: withNotice(subject.notices, notice.kind, now) }
    return withEffects(
      told,
      ...proved.map((to) => noticeEffect(parts.keys, asEffect(parts.links, asking, subject, notice, to, now), now)),
    )
  }
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
