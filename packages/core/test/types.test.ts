import {
  type Actions,
  type Authorization,
  type Bound,
  type Countersign,
  createCountersign,
  defineActions,
  type SubjectRef,
} from '../src/index.js'
import { aBank, actions, alice, aTransfer, type BankActions, closed, fields } from './a-bank.js'

// This file is proved by the compiler (tsconfig.tests.json): a line under @ts-expect-error that compiles is an error.

afterEach(closed)

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
function isTrue<T extends true>(value?: T): void {
  expect(value).toBeUndefined()
}

/** What a door asks of its action: only names that were defined. */
function requireStepUp<A extends Actions, N extends keyof A & string>(_countersign: Countersign<A>, action: N): N {
  return action
}

/** Nothing in here runs. */
function compiled(countersign: Countersign<BankActions>): void {
  requireStepUp(countersign, 'transfer.create')
  // @ts-expect-error A misspelt action does not compile.
  requireStepUp(countersign, 'transfer.craete')

  countersign.authorize(aTransfer)
  countersign.authorize({ ...alice, action: 'notes.open' })
  countersign.authorize({ ...alice, action: 'notes.open', bound: {} })
  // @ts-expect-error A misspelt action does not compile.
  countersign.authorize({ ...alice, action: 'transfer.craete', bound: fields })
  // @ts-expect-error An action that binds fields needs them.
  countersign.authorize({ ...alice, action: 'transfer.create' })
  // @ts-expect-error A misspelt field does not compile.
  countersign.authorize({ ...alice, action: 'transfer.create', bound: { ...fields, amount: undefined, ammount: '1' } })
  // @ts-expect-error A field of another type does not compile.
  countersign.authorize({ ...alice, action: 'transfer.create', bound: { ...fields, amount: 250 } })
  // @ts-expect-error A field that is left out does not compile.
  countersign.authorize({ ...alice, action: 'transfer.create', bound: { amount: '1', currency: 'EUR' } })
  // @ts-expect-error A field where none is bound does not compile.
  countersign.authorize({ ...alice, action: 'notes.open', bound: { amount: '1' } })
  // @ts-expect-error A session is needed.
  countersign.authorize({ subject: 'alice', action: 'notes.open' })

  countersign.challenges.open({ ...aTransfer, factor: 'email-code' })
  // @ts-expect-error A misspelt field does not compile when a challenge is opened either.
  countersign.challenges.open({ ...alice, action: 'transfer.create', bound: { ammount: '1' } })
  // @ts-expect-error There is no such kind of contact.
  countersign.contacts.change({ subject: 'alice', kind: 'pigeon', address: 'roof' })
  // @ts-expect-error There is no such language.
  countersign.preview({ ...aTransfer, language: 'fr' })
}

/** Nothing in here runs either. */
function defined(): void {
  // @ts-expect-error There is no such kind of field.
  defineActions({ a: { binds: { amount: 'money' }, requires: { level: 'code', mode: 'once' } } })
  // @ts-expect-error There is no such level.
  defineActions({ a: { binds: {}, requires: { level: 'base', mode: 'once' } } })
  // @ts-expect-error A store is needed.
  createCountersign({ channels: [], actions })
}

test('the compiler knows the actions and their fields', () => {
  expect([compiled, defined].map((one) => typeof one)).toEqual(['function', 'function'])
})

test('bound fields have the types of their kinds, and optional ones may be left out', () => {
  const own = defineActions({
    order: { binds: { count: 'integer', gift: 'boolean?', note: 'text?' }, requires: { level: 'code', mode: 'once' } },
  })
  type OrderBound = Bound<typeof own, 'order'>
  isTrue<Same<OrderBound['count'], number>>()
  isTrue<Same<OrderBound['gift'], boolean | undefined>>()
  const least: OrderBound = { count: 1 }

  expect(least).toEqual({ count: 1 })
})

test('what was allowed carries its fields by name and type', async () => {
  const bank = await aBank()
  const { token } = await bank.confirmed()
  const authorization = await bank.countersign.authorize({ ...aTransfer, elevations: [token] })
  if (authorization.outcome !== 'allow') throw new Error(authorization.outcome)
  const { action, bound } = authorization.stepUp
  isTrue<Same<typeof action, 'transfer.create'>>()
  isTrue<Same<typeof bound.amount, string>>()
  // @ts-expect-error There is no such field.
  expect(bound.ammount).toBeUndefined()
  expect(() => {
    // @ts-expect-error It is frozen.
    bound.amount = '1'
  }).toThrow(TypeError)
})

test('every outcome has to be looked at before anything is allowed', () => {
  const stepUpOf = (authorization: Authorization) => {
    // @ts-expect-error Only "allow" has a step-up.
    return authorization.stepUp
  }

  expect(stepUpOf({ outcome: 'unavailable', retryAfterSeconds: 2 })).toBeUndefined()
})

test.each<[SubjectRef]>([['alice'], [7], [{ tenant: 'a', id: 7 }]])('%j names a subject', (ref) => {
  expect(ref).toBeDefined()
})
