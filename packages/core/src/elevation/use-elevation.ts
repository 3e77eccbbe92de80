import { fits } from '../outbox/outbox.js'
import type { Subject } from '../subject/subject.js'
import { changed, record, type Transition, unchanged } from '../subject/transition.js'
import type { Elevation } from './elevation.js'

/** An elevation to spend: by its id, in its session, for its action and exactly its fields. */
export type Use = Readonly<{
  id: string
  session: string
  action: string
  /** Whether a binding is that of the request's fields. */
  binds(binding: string): boolean
}>

export type UseOutcome =
  | Readonly<{ outcome: 'used'; elevation: Elevation }>
  | Readonly<{ outcome: 'already-used'; id: string; usedAt: Date }>
  /** Not this subject's, session's or action's, for other fields, over, or gone: as if there were none. */
  | Readonly<{ outcome: 'not-held' }>
  | Readonly<{ outcome: 'full' }>

/** Spends a one-shot elevation. The mark of a spent one stays until its time has passed. */
export function useElevation(subject: Subject, use: Use, now: Date): Transition<UseOutcome> {
  const elevation = subject.elevations.find(({ id }) => id === use.id)
  if (!elevation || !isGoodFor(elevation, use, now)) return unchanged({ outcome: 'not-held' })
  if (elevation.usedAt) return unchanged({ outcome: 'already-used', id: elevation.id, usedAt: elevation.usedAt })
  if (!fits(subject.outbox, 1, 'ordinary')) return unchanged({ outcome: 'full' })

  const spent = {
    ...subject,
    elevations: subject.elevations.map((one) => (one === elevation ? { ...one, usedAt: now } : one)),
  }
  const { id, action, binding } = elevation
  const recorded = record(
    spent,
    now,
    { actor: 'subject', session: use.session },
    { type: 'elevation.used', elevation: id, action, binding },
  )
  return changed(recorded, { outcome: 'used', elevation })
}

function isGoodFor(elevation: Elevation, use: Use, now: Date): boolean {
  return (
    elevation.mode === 'once' &&
    elevation.session === use.session &&
    elevation.action === use.action &&
    elevation.expiresAt > now &&
    use.binds(elevation.binding)
  )
}
