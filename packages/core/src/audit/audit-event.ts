/** Who caused an event: the person, the application, or Countersign itself (an expiry, a delivery). */
export type Actor = 'subject' | 'application' | 'system'

/** Why a challenge ended. */
export type ClosedWhy = 'answered' | 'expired' | 'used-up' | 'cancelled' | 'revoked' | 'replaced'

/** What happened, without codes, tokens and full addresses. Destinations are masked, bound values are digests. */
export type AuditFact =
  | Readonly<{
      type: 'challenge.opened'
      challenge: string
      action: string
      factor: string
      destination: string
      binding: string
    }>
  | Readonly<{ type: 'challenge.resent'; challenge: string; action: string; factor: string; destination: string }>
  | Readonly<{ type: 'challenge.half-answered'; challenge: string; action: string; factor: string }>
  | Readonly<{ type: 'challenge.wrong-answer'; challenge: string; action: string; attemptsLeft: number }>
  | Readonly<{ type: 'challenge.closed'; challenge: string; action: string; why: ClosedWhy }>
  | Readonly<{
      type: 'elevation.granted'
      elevation: string
      challenge: string
      action: string
      binding: string
      mode: string
    }>
  | Readonly<{ type: 'elevation.used'; elevation: string; action: string; binding: string }>
  | Readonly<{ type: 'elevations.revoked'; scope: 'session' | 'subject'; reason: string; merged?: number }>
  | Readonly<{ type: 'throttle.locked'; until: Date; repeats: number }>
  | Readonly<{ type: 'throttle.unlocked'; by: string }>
  | Readonly<{ type: 'message.sent'; message: string; about: string; destination: string }>
  | Readonly<{ type: 'message.failed'; message: string; about: string; destination: string; reason: string }>
  | Readonly<{ type: 'message.dropped'; message: string; about: string; destination: string; reason: string }>
  | Readonly<{ type: 'contact.learned'; destination: string; proved: boolean }>
  | Readonly<{ type: 'contact.proved'; destination: string }>
  | Readonly<{ type: 'contact.differs'; destination: string }>
  | Readonly<{ type: 'contact.change-asked'; destination: string }>
  | Readonly<{ type: 'contact.change-stopped'; destination: string; reason: string }>
  | Readonly<{ type: 'contact.changed'; change: string; destination: string; was: string }>
  | Readonly<{ type: 'contact.added'; change: string; destination: string }>
  | Readonly<{ type: 'contact.removed'; change: string; destination: string }>
  | Readonly<{ type: 'contact.restored'; change: string; destination: string }>
  | Readonly<{ type: 'contact.wrong-proof'; destination: string; attemptsLeft: number }>
  | Readonly<{ type: 'code.issued'; code: string; delivery: 'pickup' | 'direct'; by?: string }>
  | Readonly<{ type: 'code.asked'; code: string; from: Date; by?: string }>
  | Readonly<{
      type: 'code.shown' | 'code.activated' | 'code.superseded' | 'code.lapsed' | 'code.expired' | 'code.stopped'
      code: string
    }>
  | Readonly<{ type: 'code.wrong-entry' }>
  | Readonly<{ type: 'code.reminded'; code: string; days: number }>
  | Readonly<{ type: 'code.revoked'; code: string; reason: string; by?: string }>
  | Readonly<{ type: 'identity.recorded'; method: string; level: string; by: string }>
  | Readonly<{ type: 'identity.voided'; method: string; level: string; reason: string }>
  | Readonly<{ type: 'subject.erased'; by: string }>
  | Readonly<{ type: 'outbox.set-aside'; effect: string; reason: string }>

/** An event that a commit caused. `id` is the subject's id and a per-subject number that never skips; appending it twice changes nothing. */
export type SubjectEvent = AuditFact &
  Readonly<{
    id: string
    /** The store's time, UTC. */
    at: Date
    subject: string
    actor: Actor
    /** Digest of the session that asked, where one did. */
    session?: string
    /** From where it was asked, as far as the door knows. */
    origin?: Readonly<{ device?: string; place?: string }>
  }>

/** Refusals and uses of a window make no commit; they are counted by process and minute. `id` is the process's chain and a number. */
export type TallyEvent = Readonly<{
  id: string
  /** Start of the minute. */
  at: Date
  type: 'guard.refused' | 'window.used'
  subject: string
  action: string
  reason: string
  count: number
}>

/** Everything the audit log may hold. */
export type AuditEvent = SubjectEvent | TallyEvent
