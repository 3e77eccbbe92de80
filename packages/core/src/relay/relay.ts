import type { AuditLog } from '../audit/audit-log.js'
import type { AuditEffect, CallEffect, Effect, MessageEffect } from '../outbox/effect.js'
import { type ChangeParts, change, commitAt } from '../subject/change.js'
import type { Subject } from '../subject/subject.js'
import type { SubjectId } from '../subject/subject-id.js'
import type { Claimed } from '../subject/subject-store.js'
import { changed } from '../subject/transition.js'
import type { Carried, Result } from './results.js'
import { type Round, settle } from './settle.js'

/** Numbers of a relay, in seconds where not counts. A send ends before its lease does. */
export const relayNumbers = { lease: 30, send: 20, poll: 1, rounds: 16, sends: 256, patience: 5 } as const

/** What a relay works with. `carry` sends a message or makes a call and does not throw. */
export type RelayParts = Readonly<{
  changes: ChangeParts
  audit: AuditLog
  carry(subject: SubjectId, effect: MessageEffect | CallEffect, now: Date, signal: AbortSignal): Promise<Result>
  /** Pure: what a settled message means for its challenge. */
  delivered(subject: Subject, carried: Carried): Subject
  reportTrouble(error: unknown): void
  /** An effect that no key opens was set aside. */
  reportSetAside(subject: SubjectId): void
}>

/** Carries out what commits left in the outbox: events first, then messages and calls. */
export interface Relay {
  start(): void
  /** Looks at this subject soon, without waiting for the next poll. */
  kick(id: SubjectId): void
  /** Finishes what is under way; sends that take longer than some seconds are broken off and sent again by the next relay. */
  stop(): Promise<void>
  /** How overdue the last polled subject was, in seconds. */
  lagSeconds(): number
}

export function createRelay(parts: RelayParts): Relay {
  const { subjects } = parts.changes
  const waiting = new Set<SubjectId>()
  const running = new Set<Promise<void>>()
  const ending = new AbortController()
  let rounds = 0
  let sends = 0
  let lag = 0
  let timer: NodeJS.Timeout | undefined
  let polling = false
  let stopped = false

  function track(work: Promise<void>): void {
    const tracked = work.catch(parts.reportTrouble).finally(() => {
      running.delete(tracked)
      pump()
    })
    running.add(tracked)
  }

  /** Takes waiting subjects while there is room; a round gives its room back before it waits for mail. */
  function pump(): void {
    for (const id of waiting) {
      if (rounds >= relayNumbers.rounds) return
      waiting.delete(id)
      track(inRound(() => lookAt(id)))
    }
  }

  async function inRound(work: () => Promise<(() => Promise<void>) | undefined>): Promise<void> {
    rounds += 1
    const rest = await work().finally(() => {
      rounds -= 1
    })
    pump()
    await rest?.()
  }

  async function lookAt(id: SubjectId): Promise<(() => Promise<void>) | undefined> {
    const claimed = await subjects.claim(relayNumbers.lease, id)
    return claimed ? round(claimed) : appendUnclaimed(id)
  }

  /** Another relay holds the lease, perhaps over a slow send: events need none and do not wait (their ids make them idempotent). */
  async function appendUnclaimed(id: SubjectId): Promise<undefined> {
    const { subject } = await subjects.load(id)
    const events = subject ? eventsOf(subject.outbox) : []
    if (events.length === 0) return undefined
    const appended = await append(events)
    await change(parts.changes, id, (one, now) => changed(settle(one, { ...appended, carried: [] }, now), undefined))
    return undefined
  }

  /** Appends now; what has to be sent is carried out by the returned function, out of the round. */
  async function round(claimed: Claimed): Promise<() => Promise<void>> {
    const outgoing = sends < relayNumbers.sends ? outgoingOf(claimed.subject.outbox, claimed.now) : []
    const events = eventsOf(claimed.subject.outbox)
    const carrying = outgoing.map((effect) => carryOne(claimed, effect))
    const appended = await append(events)
    return async () => {
      await finish(claimed, { ...appended, carried: await Promise.all(carrying) })
    }
  }

  async function append(events: readonly AuditEffect[]): Promise<Pick<Round, 'appended' | 'notAppended'>> {
    const ids = events.map(({ id }) => id)
    if (ids.length === 0) return { appended: [], notAppended: [] }
    try {
      await parts.audit.append(events.map(({ event }) => event))
      return { appended: ids, notAppended: [] }
    } catch (error) {
      parts.reportTrouble(error)
      return { appended: [], notAppended: ids }
    }
  }

  async function carryOne({ subject, now }: Claimed, effect: MessageEffect | CallEffect): Promise<Carried> {
    if (effect.kind === 'message' && effect.expiresAt <= now)
      return { effect, result: { outcome: 'failed', reason: 'expired' } }
    sends += 1
    const tooLong = AbortSignal.timeout(relayNumbers.send * 1000)
    const result = await parts.carry(subject.id, effect, now, AbortSignal.any([tooLong, ending.signal])).finally(() => {
      sends -= 1
    })
    return { effect, result }
  }

  async function finish(claimed: Claimed, round: Round): Promise<void> {
    const { id } = claimed.subject
    try {
      await commitRound(claimed, round)
    } finally {
      await subjects.release(id, claimed.lease)
    }
    if (round.carried.some(({ result }) => result.outcome === 'unopenable')) parts.reportSetAside(id)
  }

  /** The claim's own revision first: in quiet times a kick is one claim, one append, one commit, one release. */
  async function commitRound({ subject, revision, now: claimedAt }: Claimed, round: Round): Promise<void> {
    const decide = (one: Subject, now: Date): Subject => round.carried.reduce(parts.delivered, settle(one, round, now))
    const now = latest(claimedAt, subjects.now())
    const next = parts.changes.passTime(decide(subject, now), now)
    if (await commitAt(parts.changes, next, revision, now)) return
    await change(parts.changes, subject.id, (one, at) => changed(decide(one, at), undefined))
  }

  async function poll(): Promise<void> {
    for (let taken = 0; taken < relayNumbers.rounds && rounds < relayNumbers.rounds; taken++) {
      const claimed = await subjects.claim(relayNumbers.lease)
      lag = claimed?.subject.dueAt ? Math.max(0, (claimed.now.getTime() - claimed.subject.dueAt.getTime()) / 1000) : 0
      if (!claimed) return
      track(inRound(() => round(claimed)))
    }
  }

  function tick(): void {
    if (polling) return
    polling = true
    track(
      poll().finally(() => {
        polling = false
      }),
    )
  }

  return {
    start() {
      timer = setInterval(tick, relayNumbers.poll * 1000).unref()
    },
    kick(id) {
      if (stopped) return
      waiting.add(id)
      setImmediate(pump)
    },
    async stop() {
      stopped = true
      clearInterval(timer)
      waiting.clear()
      const patience = setTimeout(() => ending.abort(), relayNumbers.patience * 1000)
      while (running.size > 0) await Promise.allSettled(running)
      clearTimeout(patience)
      ending.abort()
    },
    lagSeconds: () => lag,
  }
}

function eventsOf(outbox: readonly Effect[]): readonly AuditEffect[] {
  return outbox.filter((effect) => effect.kind === 'audit')
}

function outgoingOf(outbox: readonly Effect[], now: Date): readonly (MessageEffect | CallEffect)[] {
  return outbox.filter((effect) => effect.kind !== 'audit').filter(({ setAside, due }) => !setAside && due <= now)
}

function latest(one: Date, other: Date): Date {
  return one > other ? one : other
}
