import type { FactorKind, Level } from '../assurance/level.js'
import type { ClosedWhy } from '../audit/audit-event.js'
import type { ProvedFactor } from '../factor/usable-factors.js'
import type { KeyedDigest } from '../secret/key-ring.js'

/** A code that was sent for a challenge: keyed digest of the expected answer, never the answer. */
export type SentCode = Readonly<{ answer: KeyedDigest; sentAt: Date }>

/** A code that a newer one replaced, and what it went over: the newer one may have gone over another factor. */
export type EarlierCode = SentCode & Readonly<{ factor?: FactorKind; contact?: string }>

/** How far the newest message has come. */
export type DeliveryState = 'queued' | 'sent' | 'failed'

/** A question put to a subject for one action. It is answered once, in time, or not at all. */
export type Challenge = Readonly<{
  /** 128 random bits. */
  id: string
  action: string
  /** Digest of the session that asked. */
  session: string
  /** What the person was shown and the elevation will be good for. */
  binding: KeyedDigest
  mode: 'once' | 'window'
  level: Level
  /** Seconds that the elevation will live. */
  elevationSeconds: number
  /** What is asked for now. */
  factor: FactorKind
  /** What was answered rightly before, where the level needs two factors. */
  proved: readonly ProvedFactor[]
  /** The contact that the code went to; none where the person's own code is asked for. */
  contact?: string
  /** Id of the security code that is asked for: no other one of the person answers it. */
  ownCode?: string
  /** The delivered code that counts. */
  code?: SentCode
  /** Codes of messages that a newer one replaced, newest first, at most three: to say "an earlier code", never to accept it. */
  earlier: readonly EarlierCode[]
  attemptsLeft: number
  openedAt: Date
  /** When the newest code ends: 300 s after its sending, at most 600 s after opening. */
  expiresAt: Date
  /** Of the newest message, where there is one. */
  delivery?: DeliveryState
  /** Bound fields as they are shown, sealed. */
  shown: string
  closed?: Readonly<{ why: ClosedWhy; at: Date }>
}>

/** Numbers of a challenge; SP 800-63B-4, 3.1.3.2 (ten minutes). */
export const challengeLimits = {
  attempts: 5,
  codeSeconds: { default: 300, cap: 600 },
  challengeSeconds: 600,
  liveBySubject: 3,
  /** How long a closed one is remembered. */
  closedSeconds: 900,
  /** Closed ones in one document; of more, the oldest are forgotten sooner. */
  closedCap: 24,
  earlierCodes: 3,
} as const
