import { memoryStore } from '@countersign/memory'
import { stillClock } from '@countersign/testing'
import fc from 'fast-check'
import { elevationsCap } from '../src/elevation/elevation.js'
import { elevationToken, readElevationToken, type TokenClaims } from '../src/elevation/elevation-token.js'
import { endedSessions } from '../src/elevation/revoke.js'
import { keyRing, newKey } from '../src/index.js'
import { keyedDigest } from '../src/secret/key-ring.js'
import { aBank, aLookAtNotes, alice, aTransfer, type Bank, closed, fields } from './a-bank.js'

afterEach(closed)

const using = ({ countersign }: Bank, token: string, other: object = {}) =>
  countersign.authorize({ ...aTransfer, elevations: [token], ...other } as typeof aTransfer)

describe('a one-shot elevation', () => {
  test('is good once, and then says when it was used', async () => {
    const bank = await aBank()
    const { token, id } = await bank.confirmed()
    const usedAt = bank.clock.now()
    const first = await using(bank, token)
    bank.clock.advance(10)

    expect(first).toMatchObject({ outcome: 'allow', stepUp: { id, subject: 'alice', bound: fields, level: 'code' } })
    expect(await using(bank, token)).toEqual({ outcome: 'already-used', id, usedAt })
  })

  test('lets one of two hundred uses at once through', async () => {
    const bank = await aBank()
    const { token } = await bank.confirmed()
    const outcomes = await Promise.all(Array.from({ length: 200 }, () => using(bank, token)))

    expect(outcomes.filter(({ outcome }) => outcome === 'allow')).toHaveLength(1)
    expect(outcomes.filter(({ outcome }) => outcome === 'already-used')).toHaveLength(199)
  })

  test('gives a frozen step-up, bound fields included', async () => {
    const bank = await aBank()
    const { token } = await bank.confirmed()
    const used = await using(bank, token)

    expect(used.outcome === 'allow' && [used.stepUp, used.stepUp.bound].every(Object.isFrozen)).toBe(true)
  })

  test('is good for the same fields in another order', async () => {
    const bank = await aBank()
    const { token } = await bank.confirmed()
    const { amount, currency, payee } = fields

    expect((await using(bank, token, { bound: { payee, amount, currency } })).outcome).toBe('allow')
  })

  test.each<[string, object]>([
    ['another amount', { bound: { ...fields, amount: '250.01' } }],
    ['the amount written otherwise', { bound: { ...fields, amount: '250.0' } }],
    ['another payee', { bound: { ...fields, payee: 'DE89370400440532013000' } }],
    ['the payee in groups', { bound: { ...fields, payee: 'CH93 0076 2011 6238 5295 7' } }],
    ['another session', { session: 'another session' }],
    ['another person', { subject: 'bob' }],
    ['another tenant', { subject: { tenant: 'other', id: 'alice' } }],
    ['another action', { action: 'notes.open', bound: {} }],
  ])('is refused with %s, and stays good for its own', async (_, other) => {
    const bank = await aBank()
    const { token } = await bank.confirmed()

    expect((await using(bank, token, other)).outcome).toBe('code-needed')
    expect((await using(bank, token)).outcome).toBe('allow')
  })

  test.each<[string, object]>([
    ['a number where a text is bound', { ...fields, amount: 250 }],
    ['a field too many', { ...fields, memo: 'x' }],
    ['a field too few', { amount: '250.00', currency: 'EUR' }],
    ['null', { ...fields, payee: null }],
    ['an array', { ...fields, payee: [fields.payee] }],
    ['an object', { ...fields, payee: { $ne: '' } }],
  ])('is never compared with %s', async (_, bound) => {
    const bank = await aBank()
    const { token } = await bank.confirmed()

    await expect(using(bank, token, { bound })).rejects.toMatchObject({ code: 'ERR_COUNTERSIGN_BOUND' })
    expect((await using(bank, token)).outcome).toBe('allow')
  })

  test('is over after 300 seconds', async () => {
    const bank = await aBank()
    const { token, expiresAt } = await bank.confirmed()

    expect(expiresAt.getTime() - bank.clock.now().getTime()).toBe(300_000)
    bank.clock.advance(300)
    expect((await using(bank, token)).outcome).toBe('code-needed')
  })

  test.each<[string, (bank: Bank) => Promise<unknown>]>([
    ['a sign-out', ({ countersign }) => countersign.elevations.revoke(alice)],
    ['the end of everything', ({ countersign }) => countersign.elevations.revoke({ subject: 'alice' })],
    [
      'a change of contact',
      ({ countersign }) => countersign.contacts.change({ subject: 'alice', kind: 'email', address: 'a@b.de' }),
    ],
  ])('is over after %s', async (_, end) => {
    const bank = await aBank()
    const { token } = await bank.confirmed()
    await end(bank)

    expect((await using(bank, token)).outcome).not.toBe('allow')
  })

  test('is not ended by the sign-out of another session', async () => {
    const bank = await aBank()
    const { token } = await bank.confirmed()
    await bank.countersign.elevations.revoke({ subject: 'alice', session: 'another session' })

    expect((await using(bank, token)).outcome).toBe('allow')
  })

  test('is found behind others that came with it', async () => {
    const bank = await aBank()
    const { token } = await bank.confirmed()
    const elevations = ['', 'rubbish', (await bank.confirmed(aLookAtNotes)).token, token]

    expect((await bank.countersign.authorize({ ...aTransfer, elevations })).outcome).toBe('allow')
  })
})

describe('a windowed elevation', () => {
  const looking = ({ countersign }: Bank, token: string, other: object = {}) =>
    countersign.authorize({ ...aLookAtNotes, elevations: [token], ...other } as typeof aLookAtNotes)

  test('is good as often as it is shown, each time under another id', async () => {
    const bank = await aBank()
    const { token } = await bank.confirmed(aLookAtNotes)
    const ids = new Set<string>()
    for (let time = 0; time < 5; time++) {
      const looked = await looking(bank, token)
      if (looked.outcome === 'allow') ids.add(looked.stepUp.id)
    }

    expect(ids.size).toBe(5)
  })

  test('asks the store for nothing', async () => {
    const clock = stillClock()
    const store = memoryStore({ clock })
    const bank = await aBank({ clock, store })
    const { token } = await bank.confirmed(aLookAtNotes)
    const { load, commit } = store.subjects
    const asked: string[] = []
    store.subjects.load = (id) => {
      asked.push('load')
      return load.call(store.subjects, id)
    }
    store.subjects.commit = (subject, revision) => {
      asked.push('commit')
      return commit.call(store.subjects, subject, revision)
    }
    await looking(bank, token)

    expect(asked).toEqual([])
  })

  test.each<[string, object]>([
    ['another session', { session: 'another session' }],
    ['another person', { subject: 'bob' }],
    ['another action', { action: 'transfer.create', bound: fields }],
  ])('is nothing with %s', async (_, other) => {
    const bank = await aBank()
    const { token } = await bank.confirmed(aLookAtNotes)

    expect((await looking(bank, token, other)).outcome).toBe('code-needed')
  })

  test.each<[string, (bank: Bank) => Promise<unknown>]>([
    ['a sign-out', ({ countersign }) => countersign.elevations.revoke(alice)],
    ['the end of everything', ({ countersign }) => countersign.elevations.revoke({ subject: 'alice' })],
  ])('is over at once in the process that committed %s', async (_, end) => {
    const bank = await aBank()
    const { token } = await bank.confirmed(aLookAtNotes)
    await end(bank)

    expect((await looking(bank, token)).outcome).toBe('code-needed')
  })

  test('ends with its time', async () => {
    const bank = await aBank()
    const { token } = await bank.confirmed(aLookAtNotes)
    bank.clock.advance(299)
    expect((await looking(bank, token)).outcome).toBe('allow')

    bank.clock.advance(1)
    expect((await looking(bank, token)).outcome).toBe('code-needed')
  })

  test('says to a preview that nothing is needed, and a preview spends nothing', async () => {
    const bank = await aBank()
    const window = await bank.confirmed(aLookAtNotes)
    const once = await bank.confirmed()

    expect(await bank.countersign.preview({ ...aLookAtNotes, elevations: [window.token] })).toBe('nothing-needed')
    expect(await bank.countersign.preview({ ...aTransfer, elevations: [once.token] })).toBe('code-needed')
    expect((await using(bank, once.token)).outcome).toBe('allow')
  })
})

describe('sign-outs', () => {
  const signOut = ({ countersign }: Bank, session: string) =>
    countersign.elevations.revoke({ subject: 'alice', session })

  test('of eight sessions leave the elevations of others alone', async () => {
    const bank = await aBank()
    const { token } = await bank.confirmed()
    for (let number = 0; number < 8; number++) await signOut(bank, `session ${number}`)

    expect((await bank.subject()).revocation).toMatchObject({ epoch: 0 })
    expect((await using(bank, token)).outcome).toBe('allow')
  })

  test('of more than eight raise the epoch of the whole person', async () => {
    const bank = await aBank()
    const { token } = await bank.confirmed()
    for (let number = 0; number < 9; number++) await signOut(bank, `session ${number}`)

    expect((await bank.subject()).revocation).toMatchObject({ epoch: 1 })
    expect((await using(bank, token)).outcome).toBe('code-needed')
  })

  test.each([1, 8, 9, 17])('numbered %i: the session that signed out opens no challenge any more', async (count) => {
    const bank = await aBank()
    await bank.confirmed()
    for (let number = 1; number < count; number++) await signOut(bank, `session ${number}`)
    await signOut(bank, alice.session)

    expect((await bank.countersign.challenges.open(aTransfer)).outcome).toBe('used-up')
    expect((await bank.subject()).revocation.sessions.length).toBeLessThanOrEqual(endedSessions.cap)
  })

  test('are remembered when everything of the person ends', async () => {
    const bank = await aBank()
    await bank.confirmed()
    await signOut(bank, alice.session)
    await bank.countersign.elevations.revoke({ subject: 'alice' })

    expect((await bank.countersign.challenges.open(aTransfer)).outcome).toBe('used-up')
  })

  test('of one session twice is one sign-out', async () => {
    const bank = await aBank()
    for (let time = 0; time < 20; time++) await signOut(bank, 'one session')

    expect((await bank.subject()).revocation).toMatchObject({ epoch: 0, sessions: [{}] })
  })
})

describe('a token', () => {
  const [old, young] = [newKey(), newKey()]
  const keys = keyRing(young)
  const at = new Date('2026-03-02T12:00:00Z')
  const claims: TokenClaims = {
    subject: 'default/alice',
    epoch: 3,
    elevation: {
      id: 'id',
      action: 'notes.open',
      session: 'session',
      binding: 'binding',
      mode: 'window',
      level: 'code',
      amr: ['otp'],
      at,
      expiresAt: new Date(at.getTime() + 300_000),
    },
  }
  const token = elevationToken(keys, claims)

  test('says what it was made of', () => {
    expect(readElevationToken(keys, token)).toEqual(claims)
  })

  test('with any one character changed is none', () => {
    const changed = Array.from(token, (character, place) => {
      return token.slice(0, place) + (character === 'A' ? 'B' : 'A') + token.slice(place + 1)
    })

    expect(changed.filter((one) => readElevationToken(keys, one))).toEqual([])
  })

  test('cut short or made longer is none', () => {
    const cut = Array.from({ length: token.length }, (_, length) => token.slice(0, length))

    expect([...cut, `${token}A`, `${token}.`, ` ${token}`].filter((one) => readElevationToken(keys, one))).toEqual([])
  })

  test('of another ring is none, and of an older key of this ring is one', () => {
    const older = elevationToken(keyRing(old), claims)

    expect(readElevationToken(keys, older)).toBeUndefined()
    expect(readElevationToken(keyRing(`${young} ${old}`), older)).toEqual(claims)
  })

  test('whose claims were made for another purpose is none', () => {
    const payload = token.slice(0, token.indexOf('.'))

    expect(readElevationToken(keys, `${payload}.${keyedDigest(keys, 'link', [payload])}`)).toBeUndefined()
  })

  test('may be anything at all: it is refused without an error', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.base64String()), (text) => {
        expect(readElevationToken(keys, text)).toBeUndefined()
        expect(readElevationToken(keys, `${text}.${text}`)).toBeUndefined()
      }),
    )
  })

  test.each<[string, unknown]>([
    ['no list', {}],
    ['null', null],
    ['too short a list', ['default/alice']],
    ['another level', ['s', 1, 'i', 'a', 's', 'b', 'window', 'root', ['otp'], 1, 2]],
    ['a text for a time', ['s', 1, 'i', 'a', 's', 'b', 'window', 'code', ['otp'], '1', 2]],
  ])('that was made rightly and says %s is none', (_, said) => {
    const payload = Buffer.from(JSON.stringify(said)).toString('base64url')

    expect(readElevationToken(keys, `${payload}.${keyedDigest(keys, 'elevation', [payload])}`)).toBeUndefined()
  })
})

test('a document keeps the newest elevations, so many at most', async () => {
  const bank = await aBank()
  const tokens: string[] = []
  for (let number = 0; number < elevationsCap + 4; number++) {
    tokens.push((await bank.confirmed()).token)
    await bank.carryOut()
  }

  expect((await bank.subject()).elevations).toHaveLength(elevationsCap)
  expect((await using(bank, tokens.at(-1) ?? '')).outcome).toBe('allow')
  expect((await using(bank, tokens[0] ?? '')).outcome).toBe('code-needed')
})
