import { type ClauseOn, clausesOn, type TestFunction } from './clauses.js'
import { bearerContract } from './oidc-adapter-contract/bearers.js'
import { consumeContract } from './oidc-adapter-contract/consume.js'
import { payloadContract } from './oidc-adapter-contract/payloads.js'
import { recordContract } from './oidc-adapter-contract/records.js'
import { searchContract } from './oidc-adapter-contract/searches.js'

/** What oidc-provider keeps of one artefact; the keys are its own business. */
export type OidcPayload = Record<string, unknown>

/** An adapter of one model, as oidc-provider describes it: a search gives a payload, or nothing. */
export type OidcAdapterUnderTest = Readonly<{
  upsert(id: string, payload: OidcPayload, expiresIn?: number): Promise<unknown>
  find(id: string): Promise<unknown>
  findByUid(uid: string): Promise<unknown>
  findByUserCode(userCode: string): Promise<unknown>
  consume(id: string): Promise<unknown>
  destroy(id: string): Promise<unknown>
  revokeByGrantId(grantId: string): Promise<unknown>
}>

/** Adapters on an empty place, and what the contract may do with it. */
export type OidcAdaptersUnderTest = Readonly<{
  /** The adapter of a model; asked once for each. */
  adapter(model: string): OidcAdapterUnderTest
  /** The same data through another connection or process; the races are then run through both. */
  other?(model: string): OidcAdapterUnderTest
  /** Called at the end of each test. */
  stop(): Promise<void>
}>

/** What the contract needs from you. */
export type OidcAdapterContractOptions<Made extends OidcAdaptersUnderTest> = Readonly<{
  test: TestFunction
  /** Groups the tests, if your runner has such a function. */
  describe?: (name: string, body: () => void) => unknown
  /** Called for each test. */
  makeAdapters(): Promise<Made>
  /** Everything that is stored, as text. Without it nothing is said of what a thief reads: right for a memory, not for a database. */
  dump?: (made: Made) => Promise<string>
}>

/** One sentence of the contract and its proof. */
export type OidcClause = ClauseOn<OidcAdaptersUnderTest>

/**
 * What every adapter of oidc-provider has to keep, said with the `test` of your runner: what the library relies on, and that what is
 * used once is used once by requests that come together. It asserts with `node:assert`.
 *
 * @example
 * import { test } from 'node:test'
 * oidcAdapterContract({ test, makeAdapters: async () => ({ adapter: (model) => new MyAdapter(model), stop: async () => {} }) })
 */
export function oidcAdapterContract<Made extends OidcAdaptersUnderTest>({
  test,
  describe = (_, body) => body(),
  makeAdapters,
  dump,
}: OidcAdapterContractOptions<Made>): void {
  const clause = clausesOn(test, makeAdapters)

  describe('an adapter: records', () => recordContract(clause))
  describe('an adapter: payloads', () => payloadContract(clause))
  describe('an adapter: searches', () => searchContract(clause))
  describe('an adapter: what is used once', () => consumeContract(clause))
  if (dump) describe('an adapter: what a thief reads', () => bearerContract(clause, dump))
}
