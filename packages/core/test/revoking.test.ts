import { aDigest, aSubject } from '@countersign/testing'
import type { Elevation } from '../src/elevation/elevation.js'
import { endedSessions, hasEnded, revoke } from '../src/elevation/revoke.js'
import { outboxSize } from '../src/outbox/outbox.js'
import type { Subject } from '../src/subject/subject.js'

const now = new Date('2026-03-02T12:00:00.000Z')
const by = { actor: 'subject' } as const
const [mine, other] = [aDigest(), aDigest()]

const anElevation = (session: string): Elevation => ({
  id: aDigest(),
  action: 'notes.open',
  session,
  binding: aDigest(),
  mode: 'window',
  level: 'code',
  amr: ['otp'],
  at: now,
  expiresAt: new Date(now.getTime() + 300_000),
})

/** A subject with an elevation and an open question in each of two sessions, each question with its timer and its message. */
function aSubjectInTwoSessions(more: Partial<Subject> = {}): Subject {
  const base = aSubject({ revocation: { epoch: 3, sessions: [] } })
  const [open] = base.challenges
  const message = base.outbox.find(({ kind }) => kind === 'message')
  if (!open || message?.kind !== 'message') throw new Error('aSubject() has no open challenge or no message.')
  const ids = [mine, other].map((session) => ({ session, id: `challenge of ${session}` }))
  return {
    ...base,
    challenges: ids.map(({ session, id }) => ({ ...open, id, session })),
    elevations: [anElevation(mine), anElevation(other)],
    timers: ids.map(({ id }) => ({ kind: 'challenge-expiry', about: id, due: now })),
    outbox: ids.map(({ id }) => ({ ...message, id: `message of ${id}`, challenge: id })),
    ...more,
  }
}

const ofSession = (subject: Subject, session: string) => ({
  elevations: subject.elevations.filter((one) => one.session === session).length,
  closed: subject.challenges.find((one) => one.session === session)?.closed,
  timers: subject.timers.filter(({ about }) => about === `challenge of ${session}`).length,
  messages: subject.outbox.filter((one) => one.kind === 'message' && one.challenge === `challenge of ${session}`)
    .length,
})

const untouched = { elevations: 1, closed: undefined, timers: 1, messages: 1 }
const gone = { elevations: 0, closed: { why: 'revoked', at: now }, timers: 0, messages: 0 }

describe('the end of one session', () => {
  const before = aSubjectInTwoSessions()
  const after = revoke(before, { session: mine, reason: 'sign-out', by }, now)

  test('takes its elevations, its open question, and what waits for that', () => {
    expect(ofSession(after, mine)).toEqual(gone)
  })

  test('leaves another session as it is', () => {
    expect(ofSession(after, other)).toEqual(untouched)
  })

  test('is remembered with its time, and raises no epoch', () => {
    expect(after.revocation).toEqual({ epoch: 3, sessions: [{ digest: mine, at: now }], at: 'this-commit' })
    expect([hasEnded(after, mine), hasEnded(after, other), hasEnded(before, mine)]).toEqual([true, false, false])
  })

  test('does not end what was asked in others before it', () => {
    expect(after.endedAt).toBeUndefined()
  })

  test('is told as an event with its scope and its reason', () => {
    expect(after.outbox.at(-1)).toMatchObject({
      kind: 'audit',
      event: { type: 'elevations.revoked', scope: 'session', reason: 'sign-out', actor: 'subject' },
    })
  })

  test('counts once however often it comes, with the newest time', () => {
    const later = new Date(now.getTime() + 1000)
    const again = revoke(after, { session: mine, reason: 'sign-out', by }, later)

    expect(again.revocation.sessions).toEqual([{ digest: mine, at: later }])
  })

  test('leaves a question that is closed as it was closed', () => {
    const answered = { why: 'answered', at: new Date(now.getTime() - 1000) } as const
    const subject = aSubjectInTwoSessions()
    const challenges = subject.challenges.map((one) => ({ ...one, closed: answered }))
    const ended = revoke({ ...subject, challenges }, { session: mine, reason: 'sign-out', by }, now)

    expect(ended.challenges.map(({ closed }) => closed)).toEqual([answered, answered])
    expect(ended.timers).toEqual(subject.timers)
  })

  test('keeps effects that belong to no question', () => {
    const subject = aSubjectInTwoSessions()
    const [message] = subject.outbox
    if (message?.kind !== 'message') throw new Error('There is no message.')
    const { challenge: _of, ...unasked } = message
    const notice = { ...unasked, id: 'a notice' }
    const ended = revoke({ ...subject, outbox: [...subject.outbox, notice] }, { session: mine, reason: 'x', by }, now)

    expect(ended.outbox.map(({ id }) => id)).toContain('a notice')
  })

  test.each([endedSessions.cap - 1, endedSessions.cap])(
    'beside %i others is remembered one by one, or ends all',
    (others) => {
      const sessions = Array.from({ length: others }, () => ({ digest: aDigest(), at: now }))
      const subject = aSubjectInTwoSessions({ revocation: { epoch: 3, sessions } })
      const ended = revoke(subject, { session: mine, reason: 'sign-out', by }, now)
      const whole = others === endedSessions.cap

      expect(ended.revocation.epoch).toBe(whole ? 4 : 3)
      expect(ended.revocation.sessions).toHaveLength(endedSessions.cap)
      expect(ended.revocation.sessions.at(-1)).toEqual({ digest: mine, at: now })
      expect(ofSession(ended, other)).toEqual(whole ? gone : untouched)
      expect(ended.endedAt).toEqual(whole ? now : undefined)
    },
  )
})

describe('the end of everything', () => {
  const before = aSubjectInTwoSessions({ revocation: { epoch: 3, sessions: [{ digest: other, at: now }] } })

  test('takes what all sessions have, raises the epoch and says when', () => {
    const after = revoke(before, { reason: 'locked', by }, now)

    expect([ofSession(after, mine), ofSession(after, other)]).toEqual([gone, gone])
    expect(after.revocation).toEqual({ epoch: 4, sessions: [{ digest: other, at: now }], at: 'this-commit' })
    expect(after.endedAt).toEqual(now)
    expect(after.outbox.at(-1)).toMatchObject({ event: { scope: 'subject', reason: 'locked' } })
  })

  test('may let the open question of one session go on, and then says no time', () => {
    const after = revoke(before, { except: mine, reason: 'contact-changed', by }, now)

    expect(ofSession(after, mine)).toEqual({ ...untouched, elevations: 0 })
    expect(ofSession(after, other)).toEqual(gone)
    expect(after.endedAt).toBeUndefined()
  })
})

describe('with a full outbox', () => {
  const filler = (id: number, type: 'elevations.revoked' | 'locked'): Subject['outbox'][number] =>
    ({ kind: 'audit', id: `e${id}`, due: now, tries: 0, madeAt: now, event: { type, id: `e${id}` } }) as never
  const full = (types: readonly ('elevations.revoked' | 'locked')[]) =>
    aSubjectInTwoSessions({
      outbox: Array.from({ length: outboxSize.cap }, (_, index) =>
        filler(index, types[index % types.length] ?? 'locked'),
      ),
    })

  test('the newest event of its kind stands for this one too, and counts', () => {
    const once = revoke(full(['elevations.revoked', 'locked']), { reason: 'x', by }, now)
    const twice = revoke(once, { reason: 'x', by }, now)
    const merged = twice.outbox.flatMap((effect, index) =>
      effect.kind === 'audit' && 'merged' in effect.event ? [[index, effect.event.merged]] : [],
    )

    expect(twice.outbox).toHaveLength(outboxSize.cap)
    expect(merged).toEqual([[outboxSize.cap - 2, 2]])
  })

  test('without one of its kind, the end holds all the same', () => {
    const after = revoke(full(['locked']), { reason: 'x', by }, now)

    expect(after.elevations).toEqual([])
    expect(after.outbox).toHaveLength(outboxSize.cap)
    expect(after.outbox.some((effect) => effect.kind === 'audit' && 'merged' in effect.event)).toBe(false)
  })

  test('one place less is a place', () => {
    const subject = full(['locked'])
    const after = revoke({ ...subject, outbox: subject.outbox.slice(1) }, { reason: 'x', by }, now)

    expect(after.outbox.at(-1)).toMatchObject({ event: { type: 'elevations.revoked' } })
  })
})
