import { revoke as revokeIn } from '../elevation/revoke.js'
import { change } from '../subject/change.js'
import { type SubjectRef, subjectIdOf } from '../subject/subject-id.js'
import { changed } from '../subject/transition.js'
import type { RevokeOutcome } from './countersign.js'
import { type Engine, orUnavailable } from './engine.js'
import { requireSession, sessionDigest } from './identity.js'

/** Ends a session with all that it was worth, or everything of a person; acknowledged means in force everywhere within a second. */
export async function revoke(
  engine: Engine,
  { subject: ref, session, reason }: Readonly<{ subject: SubjectRef; session?: string; reason?: string }>,
): Promise<RevokeOutcome> {
  const subject = subjectIdOf(ref)
  if (session !== undefined) requireSession(session)
  const ending = {
    ...(session !== undefined && { session: sessionDigest(subject, session) }),
    reason: reason ?? (session === undefined ? 'application' : 'sign-out'),
    by: { actor: 'application' } as const,
  }
  return orUnavailable(engine, () =>
    change(engine.changes, subject, (one, now) => changed(revokeIn(one, ending, now), { outcome: 'revoked' as const })),
  )
}
