import type { ContactKind } from '../delivery/contact.js'
import type { KeyedDigest } from '../secret/key-ring.js'
import type { Sealed } from '../secret/seal.js'

/** A contact that waits for the proof of its address: a new one, or one that takes another's place. */
export type ContactChange = Readonly<{
  /** 128 random bits. The link to the new address names it under seal; another change has another one, the same one asked for again keeps it. */
  id: string
  /** Id of the contact that it becomes. */
  contact: string
  kind: ContactKind
  /** The contact that it will replace; none where it is added. */
  replaces?: string
  address: Sealed
  digest: KeyedDigest
  masked: string
  askedAt: Date
  /** When the link ends. */
  expiresAt: Date
  /** The code in the message beside the link. */
  proof: ProofCode
  /** When its messages were committed, oldest first. */
  sent?: readonly Date[]
}>

/** Keyed digest of a one-time code that proves this very address. */
export type ProofCode = Readonly<{ answer: KeyedDigest; attemptsLeft: number; expiresAt: Date }>
