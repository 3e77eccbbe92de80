import type { AuditLog } from '../audit/audit-log.js'
import type { AuditEffect, CallEffect, Effect, MessageEffect } from '../outbox/effect.js'
import { type ChangeParts, change, commitAt } from '../subject/change.js'
import { inTime } from '../subject/in-time.js'
import type { Subject } from '../subject/subject.js'
import type { SubjectId } from '../subject/subject-id.js'
import type { Claimed } from '../subject/subject-store.js'
import { changed } from '../subject/transition.js'
import type { Carried, Result } from './results.js'
import { type Round, settle } from './settle.js'

/** Numbers of a relay, in seconds where not counts. A send, its grace included, and an append end before their lease does. */
export const relayNumbers = {
  lease: 30,
  send: 20,
  /** For what does not end at once when its signal aborts; then it is left to itself. */
  grace: 1,
  append: 10,
  poll: 1,
  rounds: 16,
  sends: 256,
  patience: 5,
  /** Until a timer is looked at again whose end found no room in the outbox. */
  postponed: 10,
} as const

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
  /** Subjects whose lease is ours, and how far we are with them; and those of them that were kicked meanwhile. */
  const held = new Map<SubjectId, 'carrying' | 'finishing'>()
  const again = new Set<SubjectId>()
  const sending = new Set<AbortController>()
  let rounds = 0
  let sends = 0
  let lag = 0
  let timer: NodeJS.Timeout | undefined
  let polling = false
  let stopped = false
  let ended = false

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
    const ours = held.get(id)
    if (ours) again.add(id)
    if (ours === 'finishing') return undefined
    if (ours || sends >= relayNumbers.sends) return appendUnclaimed(id)
    const claimed = await subjects.claim(relayNumbers.lease, id)
    return claimed ? round(claimed) : appendUnclaimed(id)
  }

  /** The lease is held, perhaps over a slow send, or no send is free: events need neither and do not wait (their ids make them idempotent). */
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
    held.set(claimed.subject.id, 'carrying')
    const outgoing = sends < relayNumbers.sends ? outgoingOf(claimed.subject.outbox, claimed.now) : []
    const events = eventsOf(claimed.subject.outbox)
    const carrying = outgoing.map((effect) => carryOne(claimed, effect))
    const appended = await append(events)
    return async () => {
      try {
        await finish(claimed, { ...appended, carried: await Promise.all(carrying) })
      } finally {
        held.delete(claimed.subject.id)
        if (again.delete(claimed.subject.id)) kick(claimed.subject.id)
      }
    }
  }

  async function append(events: readonly AuditEffect[]): Promise<Pick<Round, 'appended' | 'notAppended'>> {
    const ids = events.map(({ id }) => id)
    if (ids.length === 0) return { appended: [], notAppended: [] }
    try {
      const appending = parts.audit.append(events.map(({ event }) => event))
      await inTime(appending, relayNumbers.append * 1000, 'The audit log gave no answer in time.')
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
    const result = await patiently((signal) => parts.carry(subject.id, effect, now, signal)).finally(() => {
      sends -= 1
    })
    return { effect, result }
  }

  /** Ends with its time at the latest, also where a channel or a hook does not listen to the signal. */
  async function patiently(carry: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    const patience = new AbortController()
    const tooLong = setTimeout(() => patience.abort(), relayNumbers.send * 1000).unref()
    let grace: NodeJS.Timeout | undefined
    const left = new Promise<Result>((resolve) => {
      patience.signal.addEventListener('abort', () => {
        grace = setTimeout(
          () => resolve({ outcome: 'again', reason: 'no answer', admitted: true }),
          relayNumbers.grace * 1000,
        )
      })
    })
    sending.add(patience)
    if (ended) patience.abort()
    try {
      return await Promise.race([carry(patience.signal), left])
    } finally {
      clearTimeout(tooLong)
      clearTimeout(grace)
      sending.delete(patience)
    }
  }

  /** What was sent and could not be written down keeps its lease to the end, so that it is not sent again at once. */
  async function finish(claimed: Claimed, round: Round): Promise<void> {
    const { id } = claimed.subject
    held.set(id, 'finishing')
    try {
      await commitRound(claimed, round)
    } catch (error) {
      if (round.carried.length === 0) await subjects.release(id, claimed.lease)
      throw error
    }
    await subjects.release(id, claimed.lease)
    if (round.carried.some(({ result }) => result.outcome === 'unopenable')) parts.reportSetAside(id)
  }

  /** The claim's own revision first: in quiet times a kick is one claim, one append, one commit, one release. */
  async function commitRound({ subject, revision, now: claimedAt }: Claimed, round: Round): Promise<void> {
    const decide = (one: Subject, now: Date): Subject => round.carried.reduce(parts.delivered, settle(one, round, now))
    const now = latest(claimedAt, subjects.now())
    const next = postponed(parts.changes.passTime(decide(subject, now), now), now)
    if (await commitAt(parts.changes, next, revision, now)) return
    await change(parts.changes, subject.id, (one, at) => changed(postponed(decide(one, at), at), undefined))
  }

  async function poll(): Promise<void> {
    for (let taken = 0; taken < relayNumbers.rounds && isFree(); taken++) {
      const claimed = await subjects.claim(relayNumbers.lease)
      if (taken === 0) lag = overdueSeconds(claimed)
      if (!claimed) return
      track(inRound(() => round(claimed)))
    }
  }

  function isFree(): boolean {
    return !stopped && rounds < relayNumbers.rounds && sends < relayNumbers.sends
  }

  function kick(id: SubjectId): void {
    if (stopped) return
    waiting.add(id)
    setImmediate(pump)
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
    kick,
    async stop() {
      stopped = true
      clearInterval(timer)
      waiting.clear()
      const patience = setTimeout(() => {
        ended = true
        for (const one of sending) one.abort()
      }, relayNumbers.patience * 1000)
      while (running.size > 0) await Promise.allSettled(running)
      clearTimeout(patience)
    },
    lagSeconds: () => lag,
  }
}

function eventsOf(outbox: readonly Effect[]): readonly AuditEffect[] {
  return outbox.filter((effect) => effect.kind === 'audit')
}

function outgoingOf(outbox: readonly Effect[], now: Date): readonly (MessageEffect | CallEffect)[] {
  return outbox
    .filter((effect) => effect.kind !== 'audit')
    .filter((effect) => !effect.setAside && effect.due <= now && !waitsForAnother(effect, outbox))
}

/** Calls of one hook keep their order: a later one waits while an earlier one is repeated, or it would be undone by it. */
function waitsForAnother(effect: Effect, outbox: readonly Effect[]): boolean {
  if (effect.kind !== 'call') return false
  return outbox.find((one) => one.kind === 'call' && one.call === effect.call && !one.setAside) !== effect
}

/** What could not be done keeps nobody's place in the line of what is due: a timer whose end found no room, a call behind a repeated one. */
function postponed(subject: Subject, now: Date): Subject {
  const isStuck = subject.timers.some(({ due }) => due <= now)
  const behind = subject.outbox.filter((effect) => effect.due <= now && waitsForAnother(effect, subject.outbox))
  if (!isStuck && behind.length === 0) return subject
  const later = new Date(now.getTime() + relayNumbers.postponed * 1000)
  return {
    ...subject,
    timers: subject.timers.map((timer) => (timer.due <= now ? { ...timer, due: later } : timer)),
    outbox: subject.outbox.map((effect) => (behind.includes(effect) ? { ...effect, due: later } : effect)),
  }
}

function latest(one: Date, other: Date): Date {
  return one > other ? one : other
}

/** The first claim of a poll is the most overdue one there is. */
function overdueSeconds(claimed: Claimed | undefined): number {
  const dueAt = claimed?.subject.dueAt
  return claimed && dueAt ? Math.max(0, (claimed.now.getTime() - dueAt.getTime()) / 1000) : 0
}
