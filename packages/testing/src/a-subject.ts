import { randomBytes } from 'node:crypto'
import { newSubject, type Subject, type SubjectId, subjectIdOf } from '@countersign/core'

const noon = Date.parse('2026-03-02T12:00:00.000Z')

/** A subject's id that no other test uses. */
export function aSubjectId(): SubjectId {
  return subjectIdOf({ tenant: 'test', id: `person ${randomBytes(8).toString('hex')}` })
}

/** A digest such as the core makes, `<version>.<base64url>`, of a key that nobody has. */
export function aDigest(version = 'k1'): string {
  return `${version}.${randomBytes(32).toString('base64url')}`
}

/**
 * A subject in the middle of its day: one proved and one unproved contact, a change of contact under way, failures and a
 * lock, an open and a closed challenge, a spent elevation, and an outbox with one effect of each kind. Its times lie
 * around noon of 2 March 2026 (UTC), with milliseconds; nothing in it opens, since no key made it.
 *
 * @example
 * await store.subjects.commit(aSubject({ dueAt: new Date() }), 0)
 */
export function aSubject(overrides: Partial<Subject> = {}): Subject {
  const id = overrides.id ?? aSubjectId()
  return { ...newSubject(id), ...aBusyDay(id), ...overrides }
}

function aBusyDay(id: SubjectId): Partial<Subject> {
  const challenge = aToken()
  return {
    revocation: { epoch: 3, sessions: [{ digest: aDigest(), at: minute(-4) }] },
    contacts: [aContact({ provedAt: minute(-90_000), sent: [minute(-12), minute(-1)] }), aContact()],
    contactsAskedFor: [aDigest()],
    contactChange: aContactChange(),
    contactUndos: [
      {
        id: aToken(),
        before: [aContact({ provedAt: minute(-90_000) })],
        until: minute(600),
      },
    ],
    identity: {
      method: 'passport at the counter',
      level: 'substantial',
      checkedAt: minute(-80_000),
      evidence: aDigest(),
      by: 'clerk 7',
    },
    code: aCode(),
    throttle: {
      consecutive: 2,
      failures: [minute(-30), minute(-1)],
      locks: [{ at: minute(-300), until: minute(-285) }],
    },
    challenges: [anOpenChallenge(challenge), aClosedChallenge()],
    elevations: [aSpentElevation()],
    notices: [{ kind: 'locked', at: minute(-300) }],
    events: 41,
    outbox: anOutbox(id, challenge),
    timers: [{ kind: 'challenge-expiry', about: challenge, due: minute(4) }],
    dueAt: minute(0),
  }
}

function aContact(more: Partial<Subject['contacts'][number]> = {}): Subject['contacts'][number] {
  return {
    id: aToken(),
    kind: 'email',
    address: aSeal(),
    digest: aDigest(),
    masked: 'a***@e***.com',
    sent: [],
    ...more,
  }
}

function aContactChange(): NonNullable<Subject['contactChange']> {
  return {
    id: aToken(),
    contact: aToken(),
    kind: 'email',
    replaces: aToken(),
    address: aSeal(),
    digest: aDigest(),
    masked: 'n***@e***.org',
    askedAt: minute(-20),
    expiresAt: minute(40),
    proof: { answer: aDigest(), attemptsLeft: 5, expiresAt: minute(-10) },
    sent: [minute(-20)],
  }
}

function aCode(): NonNullable<Subject['code']> {
  const writing = { language: 'de', timeZone: 'Europe/Zurich' } as const
  return {
    held: {
      id: aToken(),
      digest: aSlowDigest(),
      over: [],
      activatedAt: minute(-500_000),
      expiresAt: minute(10_000),
      remindedDays: 14,
      writing,
    },
    waiting: {
      id: aToken(),
      issuedAt: minute(-100),
      expiresAt: minute(40_000),
      delivery: 'pickup',
      over: [],
      digest: aSlowDigest(),
      shown: { session: aDigest(), until: minute(1300) },
      writing,
    },
  }
}

function aSlowDigest(): string {
  return ['k1', 65_536, 3, randomBytes(16).toString('base64url'), randomBytes(32).toString('base64url')].join('.')
}

function anOpenChallenge(id: string): Subject['challenges'][number] {
  return {
    id,
    action: 'transfer.create',
    session: aDigest(),
    binding: aDigest(),
    mode: 'once',
    level: 'code',
    elevationSeconds: 300,
    factor: 'email-code',
    proved: [],
    contact: aToken(),
    code: { answer: aDigest(), sentAt: minute(-1) },
    earlier: [{ answer: aDigest(), sentAt: minute(-2) }],
    attemptsLeft: 4,
    openedAt: minute(-2),
    expiresAt: minute(4),
    delivery: 'queued',
    shown: aSeal(),
  }
}

function aClosedChallenge(): Subject['challenges'][number] {
  const closed = { why: 'answered', at: minute(-11) } as const
  return { ...anOpenChallenge(aToken()), earlier: [], attemptsLeft: 0, delivery: 'sent', closed }
}

function aSpentElevation(): Subject['elevations'][number] {
  return {
    id: aToken(),
    action: 'transfer.create',
    session: aDigest(),
    binding: aDigest(),
    mode: 'once',
    level: 'code',
    amr: ['otp'],
    at: minute(-11),
    expiresAt: minute(-6),
    usedAt: minute(-10),
  }
}

function anOutbox(id: SubjectId, challenge: string): Subject['outbox'] {
  const waiting = { due: minute(0), tries: 0, madeAt: minute(-1) }
  return [
    {
      ...waiting,
      id: aToken(),
      kind: 'audit',
      event: {
        id: `${id}#41`,
        at: minute(-1),
        subject: id,
        actor: 'subject',
        type: 'challenge.wrong-answer',
        challenge,
        action: 'transfer.create',
        attemptsLeft: 4,
      },
    },
    {
      ...waiting,
      id: aToken(),
      kind: 'message',
      message: 'code',
      to: 'email',
      contact: aToken(),
      address: aSeal(),
      recipient: aDigest(),
      masked: 'a***@e***.com',
      stranger: false,
      language: 'de',
      timeZone: 'Europe/Zurich',
      expiresAt: minute(4),
      challenge,
      payload: aSeal(),
    },
    { ...waiting, id: aToken(), kind: 'call', call: 'endSessions', payload: aSeal(), setAside: true },
  ]
}

function aToken(): string {
  return randomBytes(16).toString('base64url')
}

function aSeal(): string {
  return `k1.${randomBytes(90).toString('base64url')}`
}

function minute(minutes: number): Date {
  return new Date(noon + minutes * 60_000 + 123)
}
