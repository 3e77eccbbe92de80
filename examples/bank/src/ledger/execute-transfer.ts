import { randomInt } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { type ConfirmedTransfer, type Entry, openingEntry, transferEntry } from './entry.js'
import type { Appended, Ledger } from './ledger.js'

export type TransferOutcome =
  | Readonly<{ outcome: 'executed'; entry: Entry }>
  | Readonly<{ outcome: 'insufficient-funds' }>

/** What a new customer starts with. */
export const openingCents = 1000_00

const mostTries = 40

/** Somebody else wrote the next line of the account each time. Nothing was carried out. */
export class AccountContended extends Error {
  override readonly name = 'AccountContended'
}

/** Gives a customer the opening credit, once. */
export async function openAccount(ledger: Ledger, account: string, now: Date): Promise<void> {
  await ledger.append(openingEntry(account, openingCents, now))
}

/**
 * Carries a confirmed transfer out, at most once: one insert holds the transfer and the new balance. Whoever loses the
 * race for the next number reads the account again, so that no balance is spent twice.
 */
export async function executeTransfer(ledger: Ledger, transfer: ConfirmedTransfer): Promise<TransferOutcome> {
  for (let tries = 0; tries < mostTries; tries += 1) {
    const last = await ledger.last(transfer.account)
    const entry = last && transferEntry(last, transfer)
    if (!entry) return { outcome: 'insufficient-funds' }

    const appended = await ledger.append(entry)
    if (appended !== 'number-taken') return executed(ledger, entry, appended)
    await pause(randomInt(Math.min(5 * 2 ** tries, 100) + 1))
  }
  throw new AccountContended(`The account changed ${mostTries} times while one transfer was to be written.`)
}

async function executed(ledger: Ledger, entry: Entry, appended: Appended): Promise<TransferOutcome> {
  if (appended === 'written') return { outcome: 'executed', entry }
  const earlier = await ledger.byConfirmation(entry.account, entry.confirmation)
  if (!earlier) throw new Error('A confirmation is marked as used, and no line of this account names it.')
  return { outcome: 'executed', entry: earlier }
}
