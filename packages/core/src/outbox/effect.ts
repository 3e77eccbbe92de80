import type { SubjectEvent } from '../audit/audit-event.js'
import type { ContactKind } from '../delivery/contact.js'
import type { Language, MessageKind } from '../delivery/message.js'
import type { KeyedDigest } from '../secret/key-ring.js'
import type { Sealed } from '../secret/seal.js'

type Common = Readonly<{
  id: string
  /** When it is carried out, or tried again. */
  due: Date
  tries: number
  /** When it was put in. */
  madeAt: Date
  /** It could not be opened for an hour: kept, reported, and tried no more. */
  setAside?: true
}>

/** An event for the audit log. */
export type AuditEffect = Common & Readonly<{ kind: 'audit'; event: SubjectEvent }>

/** A message as data; the relay opens and renders it. */
export type MessageEffect = Common &
  Readonly<{
    kind: 'message'
    message: MessageKind
    to: ContactKind
    /** Id of the recipient's contact, under which `address` is sealed. */
    contact: string
    address: Sealed
    /** Keyed digest of the recipient, for limits that span subjects. */
    recipient: KeyedDigest
    masked: string
    /** The recipient is not proved: strangers' limits apply (R-47). */
    stranger: boolean
    /** The strangers' limits let it pass; a retry does not ask them again. */
    admitted?: true
    language: Language
    timeZone: string
    /** After it, the message is dropped, not sent. */
    expiresAt: Date
    /** The challenge whose code it carries. */
    challenge?: string
    /** Code, bound values, origin, links. */
    payload: Sealed
  }>

/** A call of the application's own hook, repeated until it succeeds. */
export type CallEffect = Common & Readonly<{ kind: 'call'; call: 'contactChanged' | 'endSessions'; payload: Sealed }>

/** What must happen because of a change, in the same commit as the change. */
export type Effect = AuditEffect | MessageEffect | CallEffect

/** Something that is due later and comes back as a command. */
export type Timer = Readonly<{
  kind: 'challenge-expiry' | 'contact-change-expiry' | 'contact-undo-expiry' | 'code' | 'failures-expiry'
  about: string
  due: Date
}>
