import { randomBytes } from 'node:crypto'
import type { Cents } from '../money.js'
import type { TransferOrder } from './transfer-order.js'

/**
 * One line of an account, never changed once it is written. The account's balance is that of its last line, so that
 * the transfer and the money it takes are one write: nothing can stop in between.
 */
export type Entry = Readonly<{
  account: string
  /** Counts from 0 without gaps. Two writers who read the same last line want the same number; one of them gets it. */
  number: number
  /** What a customer may quote. */
  reference: string
  /** Under a unique index: whatever was confirmed is carried out at most once. */
  confirmation: string
  /** Digest of the elevation that the request brought: whoever brings it again repeats a transfer that was carried out. */
  elevation?: string
  kind: 'opening' | 'transfer'
  /** What the line adds to the account; below zero for what left it. */
  cents: Cents
  balance: Cents
  at: Date
  currency: string
  payee?: string
  name?: string
}>

/** Money that goes out because of a confirmation. */
export type ConfirmedTransfer = Readonly<{
  account: string
  order: TransferOrder
  confirmation: string
  elevation?: string
  at: Date
}>

/** The first line of an account. */
export function openingEntry(account: string, cents: Cents, at: Date): Entry {
  return {
    account,
    number: 0,
    reference: 'OPENING',
    confirmation: `opening:${account}`,
    kind: 'opening',
    cents,
    balance: cents,
    at,
    currency: 'EUR',
  }
}

/** The line that follows `last` when the transfer is carried out; `undefined` when the money is not there. */
export function transferEntry(last: Entry, transfer: ConfirmedTransfer): Entry | undefined {
  const { account, order, confirmation, elevation, at } = transfer
  if (order.cents > last.balance) return undefined
  return {
    account,
    number: last.number + 1,
    reference: newReference(),
    confirmation,
    kind: 'transfer',
    cents: -order.cents,
    balance: last.balance - order.cents,
    at,
    currency: order.currency,
    payee: order.payee,
    ...(order.name !== undefined && { name: order.name }),
    ...(elevation !== undefined && { elevation }),
  }
}

/** Without letters that are mistaken for digits. */
const referenceLetters = '23456789ABCDEFGHJKMNPQRSTVWXYZ'

function newReference(): string {
  const letters = Array.from(randomBytes(12), (byte) => referenceLetters[byte % referenceLetters.length])
  return `LB${letters.join('')}`
}
