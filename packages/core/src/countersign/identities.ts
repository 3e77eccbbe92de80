import { z } from 'zod'
import { CountersignError } from '../errors.js'
import { fits } from '../outbox/outbox.js'
import { type Identity, identityLevels, recordIdentity } from '../registration/identity.js'
import { keyedDigest } from '../secret/key-ring.js'
import { change } from '../subject/change.js'
import { type SubjectRef, subjectIdOf } from '../subject/subject-id.js'
import { unchanged } from '../subject/transition.js'
import type { Identities, IdentityCheck } from './countersign.js'
import { type Engine, orUnavailable, requireRunning, unavailable } from './engine.js'

const form = z.object({
  method: z.string('is not a text').min(1, 'is empty').max(100, 'has more than 100 characters'),
  level: z.enum(identityLevels, `is none of ${identityLevels.join(', ')}`),
  checkedAt: z.date('is not a Date'),
  evidence: z.string('is not a text').min(1, 'is empty').max(500, 'has more than 500 characters'),
  by: z.string('is not a text').min(1, 'is empty').max(256, 'has more than 256 characters'),
})

/** Takes over the result of an identity check; of the evidence only a keyed digest is kept. */
export function record(
  engine: Engine,
  request: Readonly<{ subject: SubjectRef }> & IdentityCheck,
): ReturnType<Identities['record']> {
  requireRunning(engine)
  const { method, level, checkedAt, evidence, by } = requiredCheck(request)
  const subject = subjectIdOf(request.subject)
  const identity: Identity = {
    method,
    level,
    checkedAt,
    by,
    evidence: keyedDigest(engine.keys, 'evidence', [evidence.normalize('NFKC')]),
  }
  return orUnavailable(engine, () =>
    change<{ outcome: 'recorded' } | typeof unavailable>(engine.changes, subject, (one, now) =>
      fits(one.outbox, 1, 'ordinary') ? recordIdentity(one, identity, now) : unchanged(unavailable),
    ),
  )
}

function requiredCheck(request: IdentityCheck): z.infer<typeof form> {
  const checked = form.safeParse(request)
  if (checked.success) return checked.data
  const { path, message } = checked.error.issues[0] ?? { path: [], message: 'is not possible' }
  throw new CountersignError(
    'ERR_COUNTERSIGN_IDENTITY',
    `identities.record() was given a "${path.join('.')}" that ${message}. Write record({ subject, method: 'passport at the counter', level: 'substantial', checkedAt: new Date(), evidence: document.number, by: clerk.id }).`,
  )
}

/** What the last check found, without its evidence. */
export function read(
  engine: Engine,
  { subject: ref }: Readonly<{ subject: SubjectRef }>,
): ReturnType<Identities['read']> {
  return orUnavailable(engine, async () => {
    const { subject } = await engine.changes.subjects.load(subjectIdOf(ref))
    return { outcome: 'found', ...(subject?.identity && { identity: withoutEvidence(subject.identity) }) }
  })
}

/** The check as it may be read. */
export function withoutEvidence({ evidence: _, ...identity }: Identity): Omit<Identity, 'evidence'> {
  return identity
}
