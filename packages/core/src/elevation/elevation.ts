import type { Amr, Level } from '../assurance/level.js'
import type { KeyedDigest } from '../secret/key-ring.js'

/** What a passed challenge is worth: a level, for an action, until a moment (`window`) or until used once (`once`). */
export type Elevation = Readonly<{
  /** 128 random bits. */
  id: string
  action: string
  /** Digest of the session that it is good in. */
  session: string
  /** For which bound fields; the digest over no field for a window. */
  binding: KeyedDigest
  mode: 'once' | 'window'
  level: Level
  amr: readonly Amr[]
  /** When the challenge was passed. */
  at: Date
  expiresAt: Date
  /** When a one-shot one was spent; the mark stays until its time has passed. */
  usedAt?: Date
}>

/** Elevations in one document, spent ones included; the oldest give way, which refuses and never allows. */
export const elevationsCap = 24

/** Seconds that an elevation lives: 300 unless configured, never more than 900. */
export const elevationSeconds = { default: 300, cap: 900 } as const
