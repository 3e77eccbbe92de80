import type { SubjectId } from '../subject/subject-id.js'
import type { Revocation, SubjectStore } from '../subject/subject-store.js'
import type { TokenClaims } from './elevation-token.js'

/** Times of the feed in milliseconds; `design.md` section 2 has the reasons. */
export const feedTimes = {
  /** Between two readings. */
  every: 500,
  /** A reading that began longer ago vouches for no token any more. */
  freshFor: 900,
  /** Each reading starts this long before the last one: a commit shows later than its time. */
  overlap: 10_000,
  /** How long a revocation is kept in memory: no elevation lives longer. */
  memory: 900_000,
} as const

const pageSize = 500

/** What this process knows of revocations, and whether it knows enough to trust a token without asking the store. */
export interface RevocationFeed {
  /** Reads once and keeps reading. */
  start(): Promise<void>
  stop(): void
  /** A revocation of this process counts at once. */
  note(revocation: Revocation): void
  /** Whether the token may be believed without I/O: `false` also when the last good reading is too old. */
  vouchesFor(claims: TokenClaims): boolean
}

/** Ended sessions with the time of the revocation that named them last. */
type Known = Readonly<{ epoch: number; sessions: ReadonlyMap<string, number>; at: number }>

export function revocationFeed(subjects: SubjectStore, reportTrouble: (error: unknown) => void): RevocationFeed {
  const known = new Map<string, Known>()
  let readingBegan = Number.NEGATIVE_INFINITY
  let readUntil: number | undefined
  let timer: NodeJS.Timeout | undefined
  let reading: Promise<void> | undefined
  let lastSweep = 0

  function note({ subject, epoch, sessions, at }: Revocation): void {
    const before = known.get(subject)
    if (before && before.epoch > epoch) return
    const together = new Map(before?.epoch === epoch ? before.sessions : [])
    for (const session of sessions) together.set(session, at.getTime())
    known.set(subject, { epoch, sessions: together, at: Math.max(at.getTime(), before?.at ?? 0) })
  }

  async function read(): Promise<void> {
    const began = performance.now()
    const now = subjects.now().getTime()
    const from = readUntil === undefined ? now - feedTimes.memory : readUntil - feedTimes.overlap
    let after: { at: Date; subject?: SubjectId } = { at: new Date(from) }
    for (;;) {
      const page = await subjects.revokedSince(after, pageSize)
      for (const revocation of page) note(revocation)
      const last = page.at(-1)
      if (!last || page.length < pageSize) break
      after = { at: last.at, subject: last.subject }
    }
    readUntil = now
    readingBegan = began
    sweep(now)
  }

  function sweep(now: number): void {
    if (now - lastSweep < 60_000) return
    lastSweep = now
    const forgotten = now - feedTimes.memory
    for (const [subject, { epoch, sessions, at }] of known) {
      if (at < forgotten) known.delete(subject)
      else known.set(subject, { epoch, at, sessions: new Map([...sessions].filter(([, named]) => named >= forgotten)) })
    }
  }

  /** A reading that hangs is not waited for: its age closes the door. */
  function tick(): void {
    if (reading) return
    reading = read()
      .catch(reportTrouble)
      .finally(() => {
        reading = undefined
      })
  }

  return {
    async start() {
      await read()
      timer = setInterval(tick, feedTimes.every).unref()
    },
    stop() {
      clearInterval(timer)
    },
    note,
    vouchesFor({ subject, epoch, elevation }) {
      if (performance.now() - readingBegan > feedTimes.freshFor) return false
      const revoked = known.get(subject)
      return !revoked || (revoked.epoch <= epoch && !revoked.sessions.has(elevation.session))
    },
  }
}
