import type { Entry } from './entry.js'

/** What came of an attempt to write a line. */
export type Appended = 'written' | 'number-taken' | 'confirmation-used'

/** Where the lines of all accounts are kept. */
export interface Ledger {
  /** The line with the highest number, as a majority of the store has it. */
  last(account: string): Promise<Entry | undefined>
  /** Newest first. */
  newest(account: string, limit: number): Promise<readonly Entry[]>
  byReference(account: string, reference: string): Promise<Entry | undefined>
  byConfirmation(account: string, confirmation: string): Promise<Entry | undefined>
  /** The transfer for which an elevation with this digest was spent. */
  byElevation(account: string, elevation: string): Promise<Entry | undefined>
  /** Writes one line; it is there entirely or not at all. Throws when the store gave no certain answer. */
  append(entry: Entry): Promise<Appended>
}
