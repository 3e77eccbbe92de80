import type { Challenge } from '../challenge/challenge.js'
import type { CodeRecord } from '../code/code-record.js'
import type { Contact } from '../delivery/contact.js'
import type { SentNotice } from '../delivery/notice-budget.js'
import type { Elevation } from '../elevation/elevation.js'
import type { Effect, Timer } from '../outbox/effect.js'
import type { ContactChange } from '../registration/contact-change.js'
import type { UndoableChange } from '../registration/contact-undo.js'
import type { Identity } from '../registration/identity.js'
import type { Throttle } from '../throttle/throttle.js'
import type { SubjectId } from './subject-id.js'

/** The format that this version writes. A process leaves documents of a higher one alone. */
export const subjectFormat = 1

/** What ended: every elevation from before `epoch`, and the sessions that signed out in the last 15 minutes. */
export type RevocationState = Readonly<{
  epoch: number
  sessions: readonly Readonly<{ digest: string; at: Date }>[]
  /** The store's time of the last revocation; `'this-commit'` asks the store to fill it in. */
  at?: Date | 'this-commit'
}>

/**
 * Everything that decides what a person may do, in one document (a few kilobytes; every list has a cap). This page is
 * its plan: each room owns its part, and only this file names them all.
 */
export type Subject = Readonly<{
  id: SubjectId
  format: number
  revocation: RevocationState
  /** When everything of the subject last ended at once: what was asked before it is over. */
  endedAt?: Date
  /** When the person last said "this was not me": links from before it have nothing left to stop. */
  notMeAt?: Date
  /** Security codes that were asked for without the one before them and stopped so, each alone; the last eight. */
  stoppedCodes?: readonly Readonly<{ code: string; at: Date }>[]
  contacts: readonly Contact[]
  /** Sessions for which the application's table was asked; at most eight, a forgotten one asks once more. */
  contactsAskedFor: readonly string[]
  contactChange?: ContactChange
  /** Changes of contacts that can still be taken back; at most four, what the application changes beyond that joins the last. */
  contactUndos?: readonly UndoableChange[]
  /** What a check of the identity found. */
  identity?: Identity
  /** The security code: never the code itself. */
  code?: CodeRecord
  throttle: Throttle
  challenges: readonly Challenge[]
  elevations: readonly Elevation[]
  /** Notices of the last day (R-47b), and asks for a proof of an address. */
  notices: readonly SentNotice[]
  /** Number of the last audit event. */
  events: number
  outbox: readonly Effect[]
  timers: readonly Timer[]
  /** When the relay has to look next. */
  dueAt?: Date
}>

/** A subject about whom nothing was written yet. */
export function newSubject(id: SubjectId): Subject {
  return {
    id,
    format: subjectFormat,
    revocation: { epoch: 0, sessions: [] },
    contacts: [],
    contactsAskedFor: [],
    throttle: { consecutive: 0, failures: [], locks: [] },
    challenges: [],
    elevations: [],
    notices: [],
    events: 0,
    outbox: [],
    timers: [],
  }
}
