import type { AuditLog } from '../audit/audit-log.js'
import type { Limits } from '../delivery/limits.js'
import type { SubjectStore } from '../subject/subject-store.js'

/** What a store says of itself: `warnings` are sentences for `health()`, such as "a standalone server". */
export type StoreHealth = Readonly<{ reachable: boolean; warnings: readonly string[] }>

/**
 * Where everything is kept: ports that can be replaced one by one, `{ ...mongooseStore(connection), audit: mine }`.
 */
export interface Store {
  readonly subjects: SubjectStore
  readonly audit: AuditLog
  readonly limits: Limits
  /** It dies with the process: keys may be made at start, since nothing outlives them. */
  readonly volatile?: true
  /** Makes indexes and learns the clock. Rejects with a `CountersignError` that says what is wrong. */
  start?(): Promise<void>
  /** Ends what `start` began. The connection is the application's and stays open. */
  stop?(): Promise<void>
  health?(): Promise<StoreHealth>
}
