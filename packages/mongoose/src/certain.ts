import { CountersignError, StoreUnavailable } from '@countersign/core'
import type { ClientSession, Connection, mongo } from 'mongoose'

/** Milliseconds that one operation may take, finding a server and the driver's retries included. */
export const commandMs = 3000

/**
 * Options of a write whose answer counts. The server says yes when a majority holds it in its journal; a write
 * concern that was not kept makes the driver throw.
 */
export const durable = {
  writeConcern: { w: 'majority', j: true },
  maxTimeMS: commandMs,
  ignoreUndefined: true,
} as const satisfies mongo.UpdateOptions

/**
 * Options of a read that a decision rests on. `local` on the primary is the newest state there is. A change that is
 * decided on it stands or falls with its commit: if a fail-over takes the read revision back, the commit finds another
 * one; if the commit is held by a majority, what it replaced is too. `majority` would read behind the last writers and
 * make them collide, `linearizable` would cost a write for each read.
 */
export const newest = {
  readPreference: 'primary',
  readConcern: { level: 'local' },
  maxTimeMS: commandMs,
} as const satisfies mongo.FindOptions

/** Options of a read that confirms: only what a majority holds. */
export const confirmed = { ...newest, readConcern: { level: 'majority' } } as const satisfies mongo.FindOptions

/**
 * The answer, or `StoreUnavailable` when there was none in time, or one that leaves open what happened. The driver's
 * error is its `cause`; its text, which may name hosts and values, is not in the message.
 *
 * The driver's own `timeoutMS` does nothing since its version 7.8, and finding a server may take it 30 s: the bound is here.
 */
export async function certain<Answer>(
  operation: string,
  ask: () => Promise<Answer>,
  withinMs: number = commandMs,
): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('Nothing came in time.')), withinMs)
  })
  try {
    return await Promise.race([ask(), late])
  } catch (cause) {
    if (cause instanceof CountersignError) throw cause
    throw new StoreUnavailable(`MongoDB gave no certain answer within ${withinMs} ms (${operation}).`, { cause })
  } finally {
    clearTimeout(timer)
  }
}

/**
 * A write with a session of its own that ends with it. The driver sends nothing for a session that has ended, so a
 * write that still waits for a server when its time is over is not sent later; one that was sent is ended by the
 * server (`maxTimeMS`).
 */
export async function certainWrite<Answer>(
  connection: Connection,
  operation: string,
  write: (session: ClientSession) => Promise<Answer>,
): Promise<Answer> {
  let session: ClientSession | undefined
  try {
    return await certain(operation, async () => {
      session = connection.getClient().startSession({ causalConsistency: false })
      return write(session)
    })
  } finally {
    await session?.endSession()
  }
}

/** Whether somebody else inserted this `_id` first (E11000). */
export function isDuplicate(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 11_000
}
