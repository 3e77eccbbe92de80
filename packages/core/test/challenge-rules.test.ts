import { aDigest, aSubject } from '@countersign/testing'
import { type Answer, answerChallenge, type Verdict } from '../src/challenge/answer-challenge.js'
import { answerDigest, isAnswer } from '../src/challenge/answer-digest.js'
import { bindingOf, isBindingOf } from '../src/challenge/binding.js'
import { cancelChallenge } from '../src/challenge/cancel-challenge.js'
import { type Challenge, challengeLimits } from '../src/challenge/challenge.js'
import { closeChallenge, closeForOtherCodes, remembered } from '../src/challenge/close-challenge.js'
import { withDelivery } from '../src/challenge/delivery.js'
import { expireChallenges } from '../src/challenge/expire-challenges.js'
import { keyRing, newKey, type Subject } from '../src/index.js'
import { newOneTimeCode } from '../src/secret/one-time-code.js'

const now = new Date('2026-03-02T12:00:00.000Z')
const later = (seconds: number) => new Date(now.getTime() + seconds * 1000)
const by = { actor: 'subject', session: 'a session' } as const

/** A subject with two open questions of one session, each with its timer and its message, and room in the outbox. */
function aSubjectWhoIsAsked(more: Partial<Subject> = {}) {
  const base = aSubject({ elevations: [], throttle: { consecutive: 0, failures: [], locks: [] } })
  const [open] = base.challenges
  const message = base.outbox.find(({ kind }) => kind === 'message')
  const [contact] = base.contacts
  if (!open || message?.kind !== 'message' || !contact) throw new Error('aSubject() has too little for this.')
  const asked = (id: string): Challenge => ({
    ...open,
    id,
    session: 'a session',
    contact: contact.id,
    attemptsLeft: 3,
    openedAt: now,
    expiresAt: later(300),
    code: { answer: aDigest(), sentAt: now },
  })
  const subject: Subject = {
    ...base,
    contacts: [{ ...contact, provedAt: later(-9000), sent: [now, later(-60)] }],
    challenges: [asked('first'), asked('second')],
    timers: ['first', 'second'].map((about) => ({ kind: 'challenge-expiry', about, due: later(300) })),
    outbox: ['first', 'second'].map((id) => ({ ...message, id: `message of ${id}`, challenge: id, madeAt: now })),
    ...more,
  }
  return { subject, asked, message }
}

const eventsOf = ({ outbox }: Subject) => outbox.flatMap((effect) => (effect.kind === 'audit' ? [effect.event] : []))
const full = (subject: Subject, entries: number): Subject => {
  const [effect] = subject.outbox
  if (!effect) throw new Error('There is nothing to fill the outbox with.')
  return { ...subject, outbox: Array.from({ length: entries }, () => effect) }
}

describe('a question that ends', () => {
  const { subject } = aSubjectWhoIsAsked()
  const [first] = subject.challenges
  const ended = first ? closeChallenge(subject, first, 'cancelled', by, now) : subject

  test('takes its timer and its message with it, and no other’s', () => {
    expect(ended.timers.map(({ about }) => about)).toEqual(['second'])
    expect(ended.outbox.filter(({ kind }) => kind === 'message').map(({ id }) => id)).toEqual(['message of second'])
  })

  test('says why and when, alone', () => {
    expect(ended.challenges.map(({ closed }) => closed)).toEqual([{ why: 'cancelled', at: now }, undefined])
  })

  test('is told with its action and who ended it', () => {
    expect(eventsOf(ended)).toEqual([
      expect.objectContaining({
        type: 'challenge.closed',
        challenge: 'first',
        action: first?.action,
        why: 'cancelled',
        ...by,
      }),
    ])
  })

  test('leaves effects that are no message of a question', () => {
    const { message } = aSubjectWhoIsAsked()
    const { challenge: _of, ...notice } = message
    const with3 = { ...subject, outbox: [...subject.outbox, { ...notice, id: 'a notice' }] }

    expect((first ? closeChallenge(with3, first, 'cancelled', by, now) : with3).outbox.map(({ id }) => id)).toContain(
      'a notice',
    )
  })
})

describe('closed questions', () => {
  const { asked } = aSubjectWhoIsAsked()
  const closedOnes = (count: number) =>
    Array.from({ length: count }, (_, index) => ({
      ...asked(`closed ${index}`),
      closed: { why: 'answered' as const, at: now },
    }))

  test('are kept up to a number, the newest ones, and every live one beside them', () => {
    const live = asked('live')
    const kept = remembered([live, ...closedOnes(challengeLimits.closedCap + 2)])

    expect(kept).toHaveLength(challengeLimits.closedCap + 1)
    expect(kept[0]).toBe(live)
    expect(kept[1]?.id).toBe('closed 2')
  })

  test('that are not too many are the very same list', () => {
    const list = closedOnes(challengeLimits.closedCap)

    expect(remembered(list)).toBe(list)
  })

  test.each([
    [challengeLimits.closedSeconds, 0],
    [challengeLimits.closedSeconds - 1, 1],
  ])('of %i seconds ago are remembered: %i', (seconds, count) => {
    const { subject } = aSubjectWhoIsAsked()
    const old = { ...asked('old'), closed: { why: 'answered' as const, at: later(-seconds) } }

    expect(expireChallenges({ ...subject, challenges: [old] }, now).challenges).toHaveLength(count)
  })
})

describe('time', () => {
  test('closes a question in the millisecond in which its code ends, as the system', () => {
    const { subject } = aSubjectWhoIsAsked()
    const at = expireChallenges(subject, later(300))

    expect(at.challenges.map(({ closed }) => closed?.why)).toEqual(['expired', 'expired'])
    expect(eventsOf(at)).toEqual([
      expect.objectContaining({ type: 'challenge.closed', why: 'expired', actor: 'system' }),
      expect.objectContaining({ type: 'challenge.closed', why: 'expired', actor: 'system' }),
    ])
  })

  test('changes nothing a millisecond before', () => {
    const { subject } = aSubjectWhoIsAsked()

    expect(expireChallenges(subject, new Date(later(300).getTime() - 1))).toBe(subject)
  })

  test('waits where the ordinary places of the outbox are taken', () => {
    const { subject } = aSubjectWhoIsAsked()

    expect(expireChallenges(full(subject, 48), later(300)).challenges.map(({ closed }) => closed)).toEqual([
      undefined,
      undefined,
    ])
  })
})

describe('who cancels', () => {
  const { subject } = aSubjectWhoIsAsked()

  test('ends the question in his own name', () => {
    const { subject: after, outcome } = cancelChallenge(subject, { challengeId: 'first', session: 'a session' }, now)

    expect(outcome).toEqual({ outcome: 'cancelled' })
    expect(after && eventsOf(after)).toEqual([expect.objectContaining({ why: 'cancelled', ...by })])
  })

  test.each([
    [63, 'cancelled'],
    [64, 'full'],
  ])('with %i entries in the outbox hears: %s', (entries, outcome) => {
    const result = cancelChallenge(full(subject, entries), { challengeId: 'first', session: 'a session' }, now)

    expect(result.outcome).toEqual({ outcome })
  })
})

describe('what became of a message', () => {
  const { subject, message } = aSubjectWhoIsAsked()
  const effect = { ...message, challenge: 'first', madeAt: now }
  const deliveries = (result: object, carried: object = effect) =>
    withDelivery(subject, { effect: carried, result } as never).challenges.map(({ delivery }) => delivery)

  test('is noted at its question alone', () => {
    expect(deliveries({ outcome: 'done' })).toEqual(['sent', 'queued'])
    expect(deliveries({ outcome: 'failed' })).toEqual(['failed', 'queued'])
  })

  test.each([
    ['is to be tried again', { outcome: 'again' }, effect],
    ['could not be opened', { outcome: 'unopenable' }, effect],
    ['belongs to no question', { outcome: 'done' }, { ...effect, challenge: undefined }],
    ['is an event', { outcome: 'done' }, { ...effect, kind: 'audit' }],
    ['was replaced by a newer one', { outcome: 'done' }, { ...effect, madeAt: later(-60) }],
  ])('is not, where it %s', (_, result, carried) => {
    expect(deliveries(result, carried)).toEqual(['queued', 'queued'])
  })

  test('of a question that asks for another factor by now is not noted', () => {
    const { code: _code, ...uncoded } = subject.challenges[0] as Challenge
    const after = withDelivery({ ...subject, challenges: [uncoded] }, { effect, result: { outcome: 'done' } } as never)

    expect(after.challenges[0]?.delivery).toBe('queued')
  })
})

describe('questions for a security code', () => {
  const { subject, asked } = aSubjectWhoIsAsked()
  const forCode = (id: string, ownCode?: string, more: Partial<Challenge> = {}): Challenge => ({
    ...asked(id),
    ...(ownCode !== undefined && { ownCode }),
    ...more,
  })
  const all = {
    ...subject,
    challenges: [
      forCode('for this', 'code 1'),
      forCode('for another', 'code 2'),
      forCode('for none'),
      forCode('closed', 'code 2', { closed: { why: 'answered', at: later(-5) } }),
    ],
  }
  const whys = (code: string | undefined) =>
    closeForOtherCodes(all, code, by, now).challenges.map(({ closed }) => closed?.why)

  test('that has given way are over, and told as replaced', () => {
    expect(whys('code 1')).toEqual([undefined, 'replaced', undefined, 'answered'])
    expect(eventsOf(closeForOtherCodes(all, 'code 1', by, now))).toEqual([
      expect.objectContaining({ type: 'challenge.closed', challenge: 'for another', why: 'replaced' }),
    ])
  })

  test('are all over where there is no code any more', () => {
    expect(whys(undefined)).toEqual(['replaced', 'replaced', undefined, 'answered'])
  })
})

describe('a binding', () => {
  const keys = keyRing(newKey())
  const asked = { action: 'transfer.create', bound: { amount: '1.00', payee: 'x' } }

  test('is that of its action, fields and context alone', () => {
    const binding = bindingOf(keys, { ...asked, context: 'tab 1' })

    expect(
      isBindingOf(keys, binding, { bound: { payee: 'x', amount: '1.00' }, action: asked.action, context: 'tab 1' }),
    ).toBe(true)
    for (const other of [
      asked,
      { ...asked, context: 'tab 2' },
      { ...asked, context: 'tab 1', action: 'notes.open' },
      { ...asked, context: 'tab 1', bound: { amount: '1.01', payee: 'x' } },
    ])
      expect(isBindingOf(keys, binding, other)).toBe(false)
  })

  test('of fields that have no JSON is refused with a code that stays', () => {
    expect(() => bindingOf(keys, { action: 'a', bound: undefined as never })).toThrow(
      expect.objectContaining({
        code: 'ERR_COUNTERSIGN_BOUND',
        message: expect.stringContaining('have no canonical JSON. Give texts, whole numbers and booleans.'),
      }),
    )
  })
})

test('an answer’s digest is another one with any part of its place changed', () => {
  const keys = keyRing(newKey())
  const code = newOneTimeCode(8)
  const place = {
    subject: 'alice' as Subject['id'],
    id: 'challenge',
    session: 'session',
    action: 'action',
    factor: 'email-code',
    contact: 'contact',
    binding: 'binding',
  } as const
  const digest = answerDigest(keys, place as never, code)

  expect(isAnswer(keys, digest, place as never, code)).toBe(true)
  for (const part of Object.keys(place))
    expect(isAnswer(keys, digest, { ...place, [part]: 'another' } as never, code)).toBe(false)
})

describe('an answer', () => {
  const answering = (verdict: Verdict, more: Partial<Answer> = {}): Answer => ({
    challengeId: 'first',
    session: 'a session',
    judge: () => verdict,
    elevationId: 'e1',
    levelOf: () => 'code',
    next: () => undefined,
    afterProof: (subject) => subject,
    tell: (subject) => subject,
    ...more,
  })

  test('that is right is told as closed and as granted, with everything that the elevation is good for', () => {
    const { subject } = aSubjectWhoIsAsked()
    const { subject: after, outcome } = answerChallenge(subject, answering({ is: 'right' }), now)
    const [first] = subject.challenges
    const { action, binding, mode } = first as Challenge

    expect(outcome).toMatchObject({
      outcome: 'passed',
      elevation: { id: 'e1', action, binding, mode, amr: ['otp'], at: now, expiresAt: later(300) },
    })
    expect(after && eventsOf(after)).toEqual([
      expect.objectContaining({ type: 'challenge.closed', why: 'answered', ...by }),
      expect.objectContaining({
        type: 'elevation.granted',
        elevation: 'e1',
        challenge: 'first',
        action,
        binding,
        mode,
        ...by,
      }),
    ])
  })

  test('that is right gives its message’s place back, and leaves the other contacts alone', () => {
    const { subject } = aSubjectWhoIsAsked()
    const [contact] = subject.contacts
    const other = { ...(contact as Subject['contacts'][number]), id: 'other', sent: [now] }
    const { subject: after } = answerChallenge(
      { ...subject, contacts: [...subject.contacts, other] },
      answering({ is: 'right' }),
      now,
    )

    expect(after?.contacts.map(({ sent }) => sent)).toEqual([[later(-60)], [now]])
  })

  test('that is right keeps the newest elevations, so many at most', () => {
    const { subject } = aSubjectWhoIsAsked()
    const many = Array.from({ length: 24 }, (_, index) => ({ ...aSubject().elevations[0], id: `old ${index}` }))
    const { subject: after } = answerChallenge(
      { ...subject, elevations: many as unknown as Subject['elevations'] },
      answering({ is: 'right' }),
      now,
    )

    expect(after?.elevations.map(({ id }) => id)).toEqual([...many.slice(1).map(({ id }) => id), 'e1'])
  })

  test('to an address that nobody proved proves it, is told, and what follows is asked for', () => {
    const { subject } = aSubjectWhoIsAsked()
    const { provedAt: _proved, ...unproved } = subject.contacts[0] as Subject['contacts'][number]
    const followed: string[] = []
    const { subject: after } = answerChallenge(
      { ...subject, contacts: [unproved] },
      answering(
        { is: 'right' },
        {
          afterProof: (one, { id }) => {
            followed.push(id)
            return one
          },
        },
      ),
      now,
    )

    expect(followed).toEqual(['first'])
    expect(after?.contacts[0]?.provedAt).toEqual(now)
    expect(after && eventsOf(after)[0]).toMatchObject({ type: 'contact.proved', destination: unproved.masked, ...by })
  })

  test('that is the first of two asks for the second, keeps what is proved, and is told', () => {
    const { subject } = aSubjectWhoIsAsked()
    const two = { ...subject, challenges: subject.challenges.map((one) => ({ ...one, level: 'two-factor' as const })) }
    const own = { kind: 'security-code', id: 'own', code: 'code 1' } as never
    const { subject: after, outcome } = answerChallenge(two, answering({ is: 'right' }, { next: () => own }), now)
    const contact = subject.contacts[0]?.id

    expect(outcome).toMatchObject({
      outcome: 'more-needed',
      challenge: {
        id: 'first',
        factor: 'security-code',
        attemptsLeft: 3,
        earlier: [],
        proved: [{ kind: 'email-code', contact }],
      },
    })
    expect(after?.challenges.find(({ id }) => id === 'first')).toMatchObject({ factor: 'security-code' })
    expect(after && eventsOf(after)).toEqual([
      expect.objectContaining({ type: 'challenge.half-answered', challenge: 'first', factor: 'email-code', ...by }),
    ])
  })

  test('that is the first of two, with nothing to go on with, ends the question', () => {
    const { subject } = aSubjectWhoIsAsked()
    const two = { ...subject, challenges: subject.challenges.map((one) => ({ ...one, level: 'two-factor' as const })) }
    const { subject: after, outcome } = answerChallenge(two, answering({ is: 'right' }), now)

    expect(outcome).toEqual({ outcome: 'closed', why: 'revoked', at: now })
    expect(after?.challenges.find(({ id }) => id === 'first')?.closed).toEqual({ why: 'revoked', at: now })
  })

  test.each<[Verdict, object]>([
    [{ is: 'wrong' }, { outcome: 'wrong', attemptsLeft: 2 }],
    [
      { is: 'earlier-code', sentAt: later(-90) },
      { outcome: 'earlier-code', attemptsLeft: 2, sentAt: later(-90) },
    ],
    [
      { is: 'code-expired', expiredAt: later(-90) },
      { outcome: 'code-expired', attemptsLeft: 2, expiredAt: later(-90) },
    ],
  ])('that is %p costs one try of its question alone, and is told', (verdict, expected) => {
    const { subject } = aSubjectWhoIsAsked()
    const { subject: after, outcome } = answerChallenge(subject, answering(verdict), now)

    expect(outcome).toEqual(expected)
    expect(after?.challenges.map(({ attemptsLeft }) => attemptsLeft)).toEqual([2, 3])
    expect(after?.throttle).toMatchObject({ consecutive: 1, failures: [now] })
    expect(after && eventsOf(after)).toEqual([
      expect.objectContaining({ type: 'challenge.wrong-answer', challenge: 'first', attemptsLeft: 2, ...by }),
    ])
  })

  test('that is malformed costs nothing and writes nothing', () => {
    const { subject } = aSubjectWhoIsAsked()

    expect(answerChallenge(subject, answering({ is: 'malformed' }), now)).toEqual({ outcome: { outcome: 'malformed' } })
  })

  test('that brings a lock ends everything as the system, and the person is told until when', () => {
    const failures = Array.from({ length: 9 }, (_, index) => later(-index - 1)).reverse()
    const { subject } = aSubjectWhoIsAsked({ throttle: { consecutive: 9, failures, locks: [] } })
    const notices: unknown[] = []
    const { subject: after } = answerChallenge(
      subject,
      answering(
        { is: 'wrong' },
        {
          tell: (one, notice) => {
            notices.push(notice)
            return one
          },
        },
      ),
      now,
    )
    const events = after ? eventsOf(after) : []

    expect(notices).toEqual([{ kind: 'locked', until: after?.throttle.locks[0]?.until }])
    expect(events).toContainEqual(
      expect.objectContaining({
        type: 'throttle.locked',
        actor: 'system',
        until: after?.throttle.locks[0]?.until,
        repeats: 1,
      }),
    )
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'elevations.revoked', reason: 'lock', actor: 'system' }),
    )
  })

  test.each([
    [55, 1, true, 'wrong'],
    [56, 1, true, 'full'],
    [53, 1, false, 'wrong'],
    [54, 1, false, 'full'],
    [53, 3, true, 'wrong'],
    [54, 3, true, 'full'],
  ])(
    'with %i entries waiting, %i contacts, one proved: %s, is %s before anything is compared',
    (entries, count, hasProved, outcome) => {
      const { subject } = aSubjectWhoIsAsked()
      const [proved] = subject.contacts
      if (!proved) throw new Error('There is no contact.')
      const { provedAt: _proved, ...unproved } = proved
      const contacts = [
        hasProved ? proved : unproved,
        ...Array.from({ length: count - 1 }, (_, index) => ({ ...unproved, id: `more ${index}` })),
      ]
      let compared = 0
      const judge = (): Verdict => {
        compared += 1
        return { is: 'wrong' }
      }
      const result = answerChallenge(
        full({ ...subject, contacts }, entries),
        answering({ is: 'wrong' }, { judge }),
        now,
      )

      expect([result.outcome.outcome, compared]).toEqual([outcome, outcome === 'full' ? 0 : 1])
    },
  )
})
