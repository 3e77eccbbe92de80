import { aDigest, aSubject } from '@countersign/testing'
import type { Elevation } from '../src/elevation/elevation.js'
import { elevationToken, readElevationToken, type TokenClaims } from '../src/elevation/elevation-token.js'
import { holds } from '../src/elevation/holds.js'
import { tokenMemory } from '../src/elevation/token-memory.js'
import { useElevation } from '../src/elevation/use-elevation.js'
import { keyRing, newKey, type Subject } from '../src/index.js'
import { keyedDigest } from '../src/secret/key-ring.js'

const now = new Date('2026-03-02T12:00:00.000Z')
const later = (seconds: number) => new Date(now.getTime() + seconds * 1000)

const oneShot: Elevation = {
  id: 'e1',
  action: 'transfer.create',
  session: aDigest(),
  binding: aDigest(),
  mode: 'once',
  level: 'code',
  amr: ['otp'],
  at: now,
  expiresAt: later(300),
}
const another: Elevation = { ...oneShot, id: 'e2' }
const use = {
  id: 'e1',
  session: oneShot.session,
  action: oneShot.action,
  binds: (binding: string) => binding === oneShot.binding,
}
const holding = (...elevations: readonly Elevation[]) => aSubject({ elevations, outbox: [] })

describe('a use', () => {
  test('marks the elevation with its time, and no other', () => {
    const { subject } = useElevation(holding(oneShot, another), use, now)

    expect(subject?.elevations).toEqual([{ ...oneShot, usedAt: now }, another])
  })

  test('is told as an event that names elevation, action, binding and session', () => {
    const { subject } = useElevation(holding(oneShot), use, now)

    expect(subject?.outbox.at(-1)).toMatchObject({
      event: {
        type: 'elevation.used',
        elevation: 'e1',
        action: oneShot.action,
        binding: oneShot.binding,
        actor: 'subject',
        session: oneShot.session,
      },
    })
  })

  test('of a spent one writes nothing and says when it was spent', () => {
    expect(useElevation(holding({ ...oneShot, usedAt: later(-5) }), use, now)).toEqual({
      outcome: { outcome: 'already-used', id: 'e1', usedAt: later(-5) },
    })
  })

  test.each<[string, Partial<Elevation>]>([
    ['of another session', { session: aDigest() }],
    ['of another action', { action: 'notes.open' }],
    ['for other fields', { binding: aDigest() }],
    ['that is a window', { mode: 'window' }],
    ['with another id', { id: 'e3' }],
    ['that is over', { expiresAt: now }],
  ])('of one %s is as if there were none', (_, other) => {
    expect(useElevation(holding({ ...oneShot, ...other }), use, now)).toEqual({ outcome: { outcome: 'not-held' } })
  })

  test('is possible until the last millisecond', () => {
    const last = { ...oneShot, expiresAt: new Date(now.getTime() + 1) }

    expect(useElevation(holding(last), use, now).outcome.outcome).toBe('used')
  })

  test.each([
    [48, 'full'],
    [47, 'used'],
  ])('with %i entries in the outbox is %s', (entries, outcome) => {
    const [effect] = aSubject().outbox
    const outbox = Array.from({ length: entries }, () => effect as Subject['outbox'][number])
    const result = useElevation({ ...holding(oneShot), outbox }, use, now)

    expect(result.outcome.outcome).toBe(outcome)
  })
})

const window: TokenClaims['elevation'] = { ...oneShot, mode: 'window' }
const claimsOf = (subject: Subject, more: Partial<TokenClaims> = {}): TokenClaims => ({
  subject: subject.id,
  epoch: subject.revocation.epoch,
  elevation: window,
  ...more,
})

describe('a window stands in the document', () => {
  const subject = aSubject({ elevations: [another, window] })

  test('under its id, in time and in its epoch', () => {
    expect(holds(subject, claimsOf(subject), now)).toBe(true)
  })

  test.each<[string, TokenClaims, Date]>([
    ['under another id', claimsOf(subject, { elevation: { ...window, id: 'e3' } }), now],
    ['when it is over', claimsOf(subject), window.expiresAt],
    ['after a revocation', claimsOf(subject, { epoch: subject.revocation.epoch - 1 }), now],
  ])('and not %s', (_, claims, at) => {
    expect(holds(subject, claims, at)).toBe(false)
  })

  test('by the time of the document, whatever the token says', () => {
    const longer = claimsOf(subject, { elevation: { ...window, expiresAt: later(3600) } })

    expect(holds(subject, longer, later(300))).toBe(false)
  })
})

describe('a token', () => {
  const keys = keyRing(newKey())
  const claims = claimsOf(aSubject())
  const token = elevationToken(keys, claims)

  test('says everything that was put into it', () => {
    expect(readElevationToken(keys, token)).toEqual(claims)
  })

  test.each([
    ['once', 'base', 'otp'],
    ['window', 'code', 'pin'],
    ['once', 'two-factor', 'mfa'],
  ] as const)('says the mode %s, the level %s and the method %s as they are', (mode, level, method) => {
    const said = { ...claims, elevation: { ...window, mode, level, amr: [method] } }

    expect(readElevationToken(keys, elevationToken(keys, said))).toEqual(said)
  })

  test.each([
    ['nothing', ''],
    ['a text without a dot', 'rubbish'],
    ['no claims before its dot', token.slice(token.indexOf('.'))],
    ['more than 2,048 characters', `${token}${'x'.repeat(2048)}`],
    ['no MAC', `${token.split('.')[0]}.`],
  ])('with %s is none', (_, text) => {
    expect(readElevationToken(keys, text)).toBeUndefined()
  })

  test('of at most 2,048 characters is read, and of one more is not', () => {
    const padded = (length: number) =>
      elevationToken(keys, { ...claims, elevation: { ...window, action: 'a'.repeat(length) } })
    const fitting = [...Array(1500).keys()].findLast((length) => padded(length).length <= 2048) ?? 0

    expect(readElevationToken(keys, padded(fitting))).toBeDefined()
    expect(readElevationToken(keys, padded(fitting + 3))).toBeUndefined()
  })

  test('with claims of another shape is none, although its MAC is right', () => {
    const payload = Buffer.from(JSON.stringify(['alice', 1])).toString('base64url')

    expect(readElevationToken(keys, `${payload}.${keyedDigest(keys, 'elevation', [payload])}`)).toBeUndefined()
  })

  test('is verified once and then remembered', () => {
    const read = tokenMemory(keys)

    expect(read(token, now)).toBe(read(token, now))
  })

  test('that is over is forgotten and says nothing', () => {
    const read = tokenMemory(keys)
    read(token, now)

    expect(read(token, window.expiresAt)).toBeUndefined()
    expect(read(token, new Date(window.expiresAt.getTime() - 1))).toEqual(claims)
  })

  test('that this ring did not make is not remembered either', () => {
    const read = tokenMemory(keys)
    const foreign = elevationToken(keyRing(newKey()), claims)

    expect([read(foreign, now), read(foreign, now)]).toEqual([undefined, undefined])
  })

  test('gives way to newer ones when there are ten thousand', () => {
    const read = tokenMemory(keys)
    const first = read(token, now)
    for (let index = 0; index < 9_999; index += 1) read(elevationToken(keys, { ...claims, epoch: index + 10 }), now)
    expect(read(token, now)).toBe(first)
    read(elevationToken(keys, { ...claims, epoch: 10_009 }), now)

    expect(read(token, now)).not.toBe(first)
    expect(read(token, now)).toEqual(first)
  })
})
