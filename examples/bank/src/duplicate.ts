import { mongo } from 'mongoose'

const duplicateKey = 11_000

/** Whether MongoDB refused a write because a unique index already holds the value. */
export function isDuplicate(error: unknown): boolean {
  return error instanceof mongo.MongoServerError && error.code === duplicateKey
}
