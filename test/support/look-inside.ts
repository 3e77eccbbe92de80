import type { AuditEvent, Subject } from '@countersign/core'
import type { Connection } from 'mongoose'

type Stored = { _id: string; body: Pick<Subject, 'challenges' | 'elevations' | 'outbox' | 'throttle'>; epoch: number }

/** What the database holds of somebody, by his address at the bank. */
export async function storedSubject(connection: Connection, email: string): Promise<Stored> {
  const subject = await connection
    .collection<Stored>('countersign_subjects')
    .findOne({ _id: await subjectId(connection, email) })
  if (!subject) throw new Error('Nothing was written about this person yet.')
  return subject
}

/** What the audit log holds of somebody, oldest first. */
export async function auditOf(connection: Connection, email: string): Promise<readonly AuditEvent['type'][]> {
  const events = await connection
    .collection<{ subject: string; event: { type: AuditEvent['type'] } }>('countersign_audit')
    .find({ subject: await subjectId(connection, email) })
    .sort({ at: 1, number: 1 })
    .toArray()
  return events.map(({ event }) => event.type)
}

/** The id of somebody's document. */
export async function subjectId(connection: Connection, email: string): Promise<string> {
  const person = await connection.collection('bank.people').findOne({ email })
  return `default/${String(person?._id)}`
}
