import type { AuditEvent } from '../audit/audit-event.js'
import type { Challenge } from '../challenge/challenge.js'
import { endOf } from '../challenge/find-challenge.js'
import { undoableChange } from '../registration/contact-undo.js'
import { waitingChange } from '../registration/waiting-change.js'
import type { Subject } from '../subject/subject.js'
import type { Engine } from './engine.js'
import type { NotMe } from './links.js'

/** What became of what a "this was not me" link is about: it was carried out, or carried out and taken back; else neither. */
export type Became = Readonly<{ confirmedAt?: Date; takenBackAt?: Date }>

type Elevation = Subject['elevations'][number]

/** By the document as far as it remembers, else by the record: a challenge is forgotten after a quarter of an hour, the log does not forget. */
export async function whatBecameOf(engine: Engine, subject: Subject, about: NotMe, now: Date): Promise<Became> {
  if (waitsFor(subject, about, now) || undoableChange(subject, about.change, now)) return {}
  const challenge = challengeOf(subject, about)
  const remembered = challenge && rememberedOf(subject, challenge, now)
  return remembered ?? recorded(await eventsOf(engine, subject), about)
}

/** The challenge that a link is about, while the document has it. */
export function challengeOf({ challenges }: Subject, { challenge }: NotMe): Challenge | undefined {
  return challenges.find(({ id }) => id === challenge)
}

/** Whether the change of contact that a link is about still waits for its proof. */
export function waitsFor(subject: Subject, { change }: NotMe, now: Date): boolean {
  return change !== undefined && waitingChange(subject, change, now) !== undefined
}

/** A one-shot is carried out when it is spent, a window when it opens; `undefined` where only the record can tell. */
function rememberedOf(subject: Subject, challenge: Challenge, now: Date): Became | undefined {
  const end = endOf(challenge, now)
  if (end?.why !== 'answered') return {}
  if (challenge.mode === 'window') return { confirmedAt: end.at }
  const earned = subject.elevations.find((elevation) => isEarnedBy(elevation, challenge, end.at))
  if (!earned) return undefined
  return earned.usedAt ? { confirmedAt: end.at } : {}
}

function isEarnedBy({ binding, session, at }: Elevation, challenge: Challenge, answeredAt: Date): boolean {
  return binding === challenge.binding && session === challenge.session && at.getTime() === answeredAt.getTime()
}

/** Events of a person that are looked through for what a link is about, and of which kinds. */
const eventsRead = 2000
const changesOfContacts = ['contact.changed', 'contact.added', 'contact.removed', 'contact.restored'] as const
const tellingEvents = ['elevation.granted', 'elevation.used', ...changesOfContacts] as const

async function eventsOf({ checked }: Engine, { id, outbox }: Subject): Promise<readonly AuditEvent[]> {
  const unsent = outbox.flatMap((effect) => (effect.kind === 'audit' ? [effect.event] : []))
  return [...(await checked.parts.store.audit.read(id, eventsRead, tellingEvents)), ...unsent]
}

function recorded(events: readonly AuditEvent[], { challenge, change }: NotMe): Became {
  const granted = events.find((event) => event.type === 'elevation.granted' && event.challenge === challenge)
  if (granted?.type === 'elevation.granted' && (granted.mode === 'window' || isSpent(events, granted.elevation)))
    return { confirmedAt: granted.at }
  const last = events.findLast((event) => isOfChange(event, change))
  if (!last) return {}
  return last.type === 'contact.restored' ? { takenBackAt: last.at } : { confirmedAt: last.at }
}

function isSpent(events: readonly AuditEvent[], elevation: string): boolean {
  return events.some((event) => event.type === 'elevation.used' && event.elevation === elevation)
}

function isOfChange(event: AuditEvent, change: string | undefined): boolean {
  return changesOfContacts.some((type) => type === event.type) && 'change' in event && event.change === change
}
