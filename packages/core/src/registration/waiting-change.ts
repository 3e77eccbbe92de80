import { fits } from '../outbox/outbox.js'
import type { Subject } from '../subject/subject.js'
import { type By, record } from '../subject/transition.js'
import type { ContactChange } from './contact-change.js'

/** The change of that id, while it can still be proved. */
export function waitingChange({ contactChange }: Subject, id: string, now: Date): ContactChange | undefined {
  return contactChange && contactChange.id === id && contactChange.expiresAt > now ? contactChange : undefined
}

/** Ends a waiting change; its unsent proof goes with it. Always possible: where the outbox has no room, without its event. */
export function stopContactChange(
  subject: Subject,
  reason: 'expired' | 'not-me' | 'first-proof' | 'replaced' | 'withdrawn',
  now: Date,
  by: By = { actor: reason === 'not-me' ? 'subject' : 'system' },
): Subject {
  if (!subject.contactChange) return subject
  const { masked } = subject.contactChange
  const without = withoutChange(subject)
  const fact = { type: 'contact.change-stopped', destination: masked, reason } as const
  return fits(without.outbox, 1, 'kept') ? record(without, now, by, fact) : without
}

/** What time does to a waiting change. */
export function expireContactChange(subject: Subject, now: Date): Subject {
  const over = subject.contactChange && subject.contactChange.expiresAt <= now && fits(subject.outbox, 1, 'ordinary')
  return over ? stopContactChange(subject, 'expired', now) : subject
}

/** The subject as if nothing waited. */
export function withoutChange({ contactChange, ...subject }: Subject): Subject {
  if (!contactChange) return subject
  return {
    ...subject,
    timers: subject.timers.filter(({ about }) => about !== contactChange.id),
    outbox: subject.outbox.filter((effect) => !(effect.kind === 'message' && effect.message === 'contact-proof')),
  }
}
