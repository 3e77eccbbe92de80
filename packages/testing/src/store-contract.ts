import type { Store } from '@countersign/core'
import { type ClauseOn, clausesOn, type TestFunction } from './clauses.js'
import { auditContract } from './store-contract/audit.js'
import { claimContract } from './store-contract/claim.js'
import { commitContract } from './store-contract/commit.js'
import { contactContract } from './store-contract/contacts.js'
import { limitsContract } from './store-contract/limits.js'
import { revocationContract } from './store-contract/revocations.js'

/** An empty store and what the contract may do with it. */
export type StoreUnderTest = Readonly<{
  /** Started, with nothing in it. */
  store: Store
  /** The same data through another connection or process; the races are then run through both. */
  other?: Store
  /** Called at the end of each test. */
  stop(): Promise<void>
  /** Moves the store's clock. Without it the contract waits for real time, two seconds at most in each test. */
  elapse?(seconds: number): void | Promise<void>
}>

/** What the contract needs from you. */
export type StoreContractOptions = Readonly<{
  test: TestFunction
  /** Groups the tests, if your runner has such a function. */
  describe?: (name: string, body: () => void) => unknown
  /** Called for each test. */
  makeStore(): Promise<StoreUnderTest>
}>

/** One sentence of the contract and its proof. */
export type Clause = ClauseOn<StoreUnderTest>

/**
 * What every store has to keep, said with the `test` of your runner. It asserts with `node:assert`, so it needs nothing
 * from the runner but that function; it sends many requests at once.
 *
 * @example
 * import { test } from 'node:test'
 * storeContract({ test, makeStore: async () => ({ store: memoryStore(), stop: async () => {} }) })
 */
export function storeContract({ test, describe = (_, body) => body(), makeStore }: StoreContractOptions): void {
  const clause: Clause = clausesOn(test, makeStore)

  describe('a store: subjects', () => commitContract(clause))
  describe('a store: the relay', () => claimContract(clause))
  describe('a store: contacts', () => contactContract(clause))
  describe('a store: revocations', () => revocationContract(clause))
  describe('a store: the audit log', () => auditContract(clause))
  describe('a store: limits', () => limitsContract(clause))
}
