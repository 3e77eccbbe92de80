import type { Revocation, RevocationState, Subject, SubjectId } from '@countersign/core'
import type { UpdateQuery } from 'mongoose'
import { absent, present } from './columns.js'
import type { SubjectDocument } from './models.js'

/** The columns that make a subject; the lease is not one of them. */
export const subjectColumns = {
  format: 1,
  revision: 1,
  dueAt: 1,
  epoch: 1,
  sessions: 1,
  revokedAt: 1,
  body: 1,
} as const

type Body = Omit<Subject, 'id' | 'format' | 'revocation' | 'dueAt'>
type Sessions = RevocationState['sessions']

/** The update that puts this subject at this revision. It touches everything but the lease. */
export function replacementBy(subject: Subject, revision: number, commit: string): UpdateQuery<SubjectDocument> {
  const { id: _id, format, revocation, dueAt, ...body } = subject
  const { epoch, sessions, at: revokedAt } = revocation
  const proved = provedDigests(subject)
  const always = { format, revision, commit, epoch, sessions, body }
  const byThisCommit = revokedAt === 'this-commit'
  const sometimes = { dueAt, proved: proved.length > 0 ? proved : undefined, ...(!byThisCommit && { revokedAt }) }

  return {
    $set: { ...always, ...present(sometimes) },
    $unset: absent(sometimes),
    // The server's own clock at the moment of the write, so that no reader of the feed can have passed it by much.
    ...(byThisCommit && { $currentDate: { revokedAt: true } }),
  }
}

/** The subject as the core knows it. */
export function subjectOf(document: Pick<SubjectDocument, '_id' | keyof typeof subjectColumns>): Subject {
  const { _id, format, dueAt, epoch, sessions, revokedAt, body } = document
  const revocation = { epoch, sessions: sessions as Sessions, ...(revokedAt && { at: revokedAt }) }
  return { ...(body as Body), id: _id as SubjectId, format, revocation, ...(dueAt && { dueAt }) }
}

/** What the feed tells of it. */
export function revocationOf(document: Pick<SubjectDocument, '_id' | 'epoch' | 'sessions' | 'revokedAt'>): Revocation {
  const { _id, epoch, sessions, revokedAt } = document
  const digests = (sessions as Sessions).map(({ digest }) => digest)
  return { subject: _id as SubjectId, epoch, sessions: digests, at: revokedAt ?? new Date(0) }
}

function provedDigests({ contacts }: Subject): readonly string[] {
  return contacts.filter(({ provedAt }) => provedAt).map(({ digest }) => digest)
}
