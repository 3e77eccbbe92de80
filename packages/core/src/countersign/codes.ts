import { type ActivateOutcome, activateCode, codeToActivate } from '../code/activate-code.js'
import { hasCode, revokeCode } from '../code/revoke-code.js'
import { codeToPickUp, nothingToShow, type Showing, type ShowOutcome, showCode } from '../code/show-code.js'
import { CountersignError } from '../errors.js'
import { newSecurityCode, readSecurityCode } from '../secret/security-code.js'
import type { SlowDigest } from '../secret/slow-digest.js'
import { change, changePrepared } from '../subject/change.js'
import { newSubject, type Subject } from '../subject/subject.js'
import { type SubjectRef, subjectIdOf } from '../subject/subject-id.js'
import { changed, type Transition, unchanged } from '../subject/transition.js'
import { lockedUntil } from '../throttle/throttle.js'
import { codeChecker } from './code-checker.js'
import { viewOf } from './code-view.js'
import { contactsOf } from './contacts-of.js'
import type {
  ActivateCodeOutcome,
  Asking,
  CodeStatusOutcome,
  RevokeCodeOutcome,
  ShowCodeOutcome,
  StepUp,
  Whom,
} from './countersign.js'
import { byOf, requireDecider } from './decider.js'
import { type Engine, orUnavailable, requireRunning, unavailable } from './engine.js'
import { type ProofsMissing, proofsMissing } from './proofs-missing.js'
import { showing, takeStepUp } from './step-ups.js'
import { originOf } from './tell-for.js'

type Named = Readonly<{ subject: SubjectRef; by?: string }> & Asking

/** How it is with the code, and what would be missing of what the application says while we know nothing; looking changes nothing. */
export function status(
  engine: Engine,
  { subject: ref, session }: Named & Readonly<{ session?: string }>,
): Promise<CodeStatusOutcome> {
  const id = subjectIdOf(ref)
  return orUnavailable(engine, async () => {
    const looking = session === undefined ? undefined : engine.identityOf({ subject: ref, session }).session
    const { subject = newSubject(id), now } = await engine.changes.subjects.load(id)
    const contacts = subject.contacts.length > 0 ? subject.contacts : await contactsOf(engine, subject, now)
    return { outcome: 'found', code: viewOf(engine, { ...subject, contacts }, now, looking) }
  })
}

/** Makes the code that waits to be picked up, and hands it out this once. */
export async function show(
  engine: Engine,
  request: Whom & Asking & { readonly stepUp: StepUp },
): Promise<ShowCodeOutcome> {
  requireRunning(engine)
  const { subject, session } = engine.identityOf(request)
  const { giveBack } = takeStepUp(engine, request.stepUp, subject, showing)
  const code = newSecurityCode(engine.code.format)
  const digestFor = digestOnce(engine, subject, code)
  const outcome = await orUnavailable(engine, () =>
    changePrepared(
      engine.changes,
      subject,
      (one, now) => digestFor(codeToPickUp(one, session, now)?.id),
      (one, now, made) => shown(engine, one, made && { ...made, session, ...originOf(request) }, now),
    ),
  )
  if (outcome.outcome !== 'shown') giveBack()
  if (outcome.outcome === 'full') return unavailable
  if (outcome.outcome !== 'shown') return outcome
  return { outcome: 'shown', code, until: outcome.until }
}

function shown(
  engine: Engine,
  subject: Subject,
  made: Showing | undefined,
  now: Date,
): Transition<ShowOutcome | ProofsMissing> {
  if (!made) return unchanged(nothingToShow(subject, now))
  const missing = proofsMissing(engine, subject)
  return missing ? unchanged(missing) : showCode(subject, made, engine.code.life, now)
}

function digestOnce({ code: { hashing } }: Engine, subject: string, code: ReturnType<typeof newSecurityCode>) {
  let made: { id: string; digest: SlowDigest } | undefined
  return async (id: string | undefined) => {
    if (id === undefined) return undefined
    if (made?.id !== id) made = { id, digest: await hashing.digest({ subject, id }, code) }
    return made
  }
}

/** The new code begins to work, and the old one ends. */
export async function activate(
  engine: Engine,
  request: Whom & Asking & { readonly code?: unknown },
): Promise<ActivateCodeOutcome> {
  requireRunning(engine)
  const typed = request.code === undefined ? undefined : readSecurityCode(request.code, engine.code.format)
  if (request.code !== undefined && !typed) return { outcome: 'malformed' }
  const { subject, session } = engine.identityOf(request)
  const check = codeChecker(engine, subject, typed)
  const outcome = await orUnavailable(engine, () =>
    changePrepared(
      engine.changes,
      subject,
      (one, now) => check(lockedUntil(one.throttle, now) ? undefined : codeToActivate(one, session, now)),
      (one, now, checked): Transition<ActivateOutcome> => {
        const entered = typed && {
          typed: { id: codeToActivate(one, session, now)?.id ?? '', matches: checked?.matches === true },
        }
        return activateCode(one, { session, ...entered, tell: engine.tellFor(request) }, engine.code.life, now)
      },
    ),
  )
  return outcome.outcome === 'full' ? unavailable : outcome
}

/** Ends the code, whoever wants it. */
export function revoke(engine: Engine, request: Named & { readonly reason?: string }): Promise<RevokeCodeOutcome> {
  requireRunning(engine)
  const { by, reason = by === undefined ? 'person' : 'administrator' } = request
  if (by !== undefined) requireDecider('codes.revoke', by)
  requireReason(reason)
  const ending = {
    reason,
    by: byOf(request),
    ...(by !== undefined && { decidedBy: by }),
    tell: engine.tellFor(request),
  }
  return orUnavailable(engine, () =>
    change<RevokeCodeOutcome>(engine.changes, subjectIdOf(request.subject), (subject, now) =>
      hasCode(subject)
        ? changed(revokeCode(subject, ending, engine.code.life, now), { outcome: 'revoked' })
        : unchanged({ outcome: 'nothing-to-revoke' }),
    ),
  )
}

const longestReason = 100

function requireReason(reason: unknown): void {
  if (typeof reason === 'string' && reason.length > 0 && reason.length <= longestReason) return
  throw new CountersignError(
    'ERR_COUNTERSIGN_LIMIT',
    `codes.revoke() was given a reason that is no text of 1 to ${longestReason} characters. Give a short one: it stands in the audit log.`,
  )
}
