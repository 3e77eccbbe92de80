import type { ContactKind } from '../delivery/contact.js'
import type { KeyedDigest } from '../secret/key-ring.js'
import type { Sealed } from '../secret/seal.js'

/** A change of a contact that waits for the proof of the new address. */
export type ContactChange = Readonly<{
  /** 128 random bits. The link to the new address names it under seal; another change, even to the same address, has another one. */
  id: string
  /** Id of the contact that it becomes. */
  contact: string
  kind: ContactKind
  /** The contact that it will replace. */
  replaces: string
  address: Sealed
  digest: KeyedDigest
  masked: string
  askedAt: Date
  expiresAt: Date
}>
