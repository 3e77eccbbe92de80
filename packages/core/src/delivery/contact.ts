import type { KeyedDigest } from '../secret/key-ring.js'
import type { Sealed } from '../secret/seal.js'

/** The kinds of contact there are. */
export type ContactKind = 'email'

/** Contacts of one subject at most. */
export const contactsCap = 10

/** A contact that came so lately, in milliseconds, serves no recovery, and confirms no other change of contacts where another factor can. */
export const newContactLasts = 86_400_000

/** A way to reach a subject. The address itself is sealed; it is found by its digest and shown by its mask. */
export type Contact = Readonly<{
  /** Derived from the subject, the kind and the address, so that it is the same before anything is written. Also the id of the factor over it. */
  id: string
  kind: ContactKind
  address: Sealed
  /** Keyed digest of kind and canonical address. */
  digest: KeyedDigest
  masked: string
  /** When the subject was seen to hold it, or the application said so; unproved without. */
  provedAt?: Date
  /** When it was added or changed here; what the application named at first has none. */
  since?: Date
  /** When code messages were committed to it in the last 24 h, oldest first; an answered one is taken out. */
  sent: readonly Date[]
}>

/** A contact as an application or a caller names it. */
export type ContactAddress = Readonly<{ kind: ContactKind; address: string }>

/** A contact as the application's own table has it. */
export type KnownContact = ContactAddress & Readonly<{ proved: boolean }>
