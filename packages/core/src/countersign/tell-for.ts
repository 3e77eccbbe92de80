import type { AuditEvent } from '../audit/audit-event.js'
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
    const proved = subject.contacts.filter(({ id, provedAt }) => provedAt && id !== notice.except)
    if (proved.length === 0 || !mayNotify(subject.notices, notice.kind, now)) return subject
    if (!fits(subject.outbox, proved.length, 'kept')) return subject
    const told = { ...subject, notices: withNotice(subject.notices, notice.kind, now) }
    return withEffects(
      told,
      ...proved.map((to) => noticeEffect(parts.keys, asEffect(parts.links, asking, subject, notice, to, now), now)),
    )
  }
}

/** What a notice tells of, as the page of its link says it. */
const eventOf: Readonly<Record<Notice['kind'], AuditEvent['type']>> = {
  locked: 'throttle.locked',
  'code-ready': 'code.issued',
  'code-asked': 'code.asked',
  'code-activated': 'code.activated',
  'code-rotated': 'code.activated',
  'code-expiring': 'code.reminded',
  'code-expired': 'code.expired',
  'code-revoked': 'code.revoked',
  'contact-change-asked': 'contact.change-asked',
  'contact-changed': 'contact.changed',
  'contact-added': 'contact.added',
  'contact-removed': 'contact.removed',
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
  const { kind, destination, was, until, change, code } = notice
  const event = { type: eventOf[kind], destination, was }
  const writing = writingFor(links, asking, { subject: subject.id, askedAt: now, change, code, event })
  const details = { ...(destination !== undefined && { destination }), ...(until && { until: until.getTime() }) }
  return { kind, subject: subject.id, to, writing, details }
}
