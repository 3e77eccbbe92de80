import type { Amr } from '../assurance/level.js'
import { type ActivateOutcome, activateCode, codeToActivate } from '../code/activate-code.js'
import type { CodeWriting } from '../code/code-record.js'
import { codeOf, codeStateOf, isReplaceable, works } from '../code/code-state.js'
import { endSooner } from '../code/end-sooner.js'
import { type Issuing, issueCode, type SentDirectly } from '../code/issue-code.js'
import { type AskedBy, nextCode } from '../code/next-code.js'
import { hasCode, revokeCode } from '../code/revoke-code.js'
import { codeToPickUp, nothingToShow, type Showing, type ShowOutcome, showCode } from '../code/show-code.js'
import type { Contact } from '../delivery/contact.js'
import { nextSendAt } from '../delivery/send-budget.js'
import { CountersignError } from '../errors.js'
import { learnContacts } from '../registration/learn-contacts.js'
import { missingProofs } from '../registration/missing-proofs.js'
import { newId } from '../secret/new-id.js'
import { inGroups, newSecurityCode, readSecurityCode } from '../secret/security-code.js'
import type { SlowDigest } from '../secret/slow-digest.js'
import { change, changePrepared } from '../subject/change.js'
import { newSubject, type Subject } from '../subject/subject.js'
import { type SubjectId, type SubjectRef, subjectIdOf } from '../subject/subject-id.js'
import { type By, changed, type Transition, unchanged } from '../subject/transition.js'
import { lockedUntil } from '../throttle/throttle.js'
import { codeChecker } from './code-checker.js'
import { codeView } from './code-view.js'
import { contactsOf } from './contacts-of.js'
import type {
  ActivateCodeOutcome,
  Asking,
  CodeStatusOutcome,
  IssueCodeOutcome,
  RevokeCodeOutcome,
  RotateCodeOutcome,
  ShowCodeOutcome,
  StepUp,
  Whom,
} from './countersign.js'
import { requireDecider } from './decider.js'
import { type Engine, orUnavailable, requireRunning, unavailable } from './engine.js'
import { noticeEffect } from './notices.js'
import { originOf } from './tell-for.js'
import { writingFor } from './writing-for.js'

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

function viewOf({ checked, code }: Engine, subject: Subject, now: Date, session?: string) {
  const registration = checked.parts.registration ?? {}
  return codeView(subject, { life: code.life, registration, ...(session !== undefined && { session }) }, now)
}

/** Makes a first code ready, where everything that it needs is proved. */
export function issue(engine: Engine, request: Named): Promise<IssueCodeOutcome> {
  return issuing(engine, request, 'codes.issue', (subject, now): IssueCodeOutcome | undefined => {
    if (['active', 'expiring'].includes(codeStateOf(codeOf(subject), now))) return { outcome: 'has-one' }
    return proofsMissing(engine, subject)
  })
}

/** Makes a new code ready beside the one that works: at once for who shows that one, after a day for who cannot. */
export async function rotate(
  engine: Engine,
  request: Named & { readonly stepUp?: StepUp; readonly endsInDays?: number },
): Promise<RotateCodeOutcome> {
  const { endsInDays, stepUp } = request
  if (endsInDays !== undefined) requireDays(endsInDays)
  const taken = stepUp && takeStepUp(engine, stepUp, subjectIdOf(request.subject), replacing)
  const outcome = await issuing(
    engine,
    { ...request, ...(stepUp && taken && { typed: { at: stepUp.at, session: taken.session } }) },
    'codes.rotate',
    (subject, now): RotateCodeOutcome | undefined =>
      isReplaceable(codeOf(subject), engine.code.life, now)
        ? proofsMissing(engine, subject)
        : { outcome: 'nothing-to-replace' },
    (subject, now) => (endsInDays === undefined ? subject : endSooner(subject, endsInDays, engine.code.life, now)),
  )
  if (outcome.outcome !== 'issued') taken?.giveBack()
  return outcome
}

/** Nobody gets a code before everything that it needs is proved, also in the place of another. */
function proofsMissing({ checked }: Engine, subject: Subject): ProofsMissing | undefined {
  const missing = missingProofs(subject, checked.parts.registration ?? {})
  return missing.length > 0 ? { outcome: 'proofs-missing', missing } : undefined
}

type ProofsMissing = Extract<IssueCodeOutcome, { outcome: 'proofs-missing' }>

type Issued = Extract<IssueCodeOutcome, { outcome: 'issued' }>

/** `typed`: when and in which session the person typed the code that works, for this very request. */
type IssueRequest = Named & Readonly<{ typed?: Readonly<{ at: Date; session: string }> }>

async function issuing<O extends { outcome: string }>(
  engine: Engine,
  request: IssueRequest,
  verb: string,
  refusal: (subject: Subject, now: Date) => O | undefined,
  before = (subject: Subject, _now: Date) => subject,
) {
  requireRunning(engine)
  requireSecurityCodes(engine, verb)
  if (request.by !== undefined) requireDecider(verb, request.by)
  const id = newId()
  const prepareDirect = directCode(engine, request, id)
  const prepare = async (one: Subject, now: Date) => {
    const contacts = one.contacts.length === 0 ? await contactsOf(engine, one, now) : []
    const subject = learnContacts(one, { session: '', contacts }, now)
    const isSent = nextCode(subject, askedBy(request, subject, now), engine.code.delivery, now).delivery === 'direct'
    const refused = refusal(subject, now) ?? (isSent ? tooManyMessages(subject, now) : undefined)
    return { subject, refused, sent: isSent && !refused ? await prepareDirect(subject, now) : undefined }
  }
  return orUnavailable(engine, () =>
    changePrepared(engine.changes, subjectIdOf(request.subject), prepare, (_, now, { subject, refused, sent }) => {
      if (refused) return unchanged<O | TooManyMessages | TooManyChanges | Issued | typeof unavailable>(refused)
      const askedFor = askedBy(request, subject, now)
      const made = issueCode(
        before(subject, now),
        newIssuing(engine, request, id, askedFor, sent),
        engine.code.life,
        now,
      )
      return asIssued(engine, made, now)
    }),
  )
}

function asIssued(
  engine: Engine,
  { subject, outcome }: ReturnType<typeof issueCode>,
  now: Date,
): Transition<Issued | TooManyChanges | typeof unavailable> {
  if (outcome.outcome === 'too-many-changes') return unchanged(outcome)
  if (outcome.outcome === 'full' || !subject) return unchanged(unavailable)
  return changed(subject, { outcome: 'issued', code: viewOf(engine, subject, now) })
}

/** A code that was typed before the one that works began to shows nothing of that one. */
function askedBy({ by, typed }: IssueRequest, subject: Subject, now: Date): AskedBy {
  const { held } = codeOf(subject)
  if (typed && held && works(held, now) && held.activatedAt <= typed.at) return 'with-code'
  return by === undefined ? 'without-code' : 'administrator'
}

function newIssuing(
  engine: Engine,
  request: IssueRequest,
  id: string,
  asked: AskedBy,
  sent: SentDirectly | undefined,
): Issuing {
  const { typed } = request
  return {
    id,
    askedBy: asked,
    ...(asked === 'with-code' && typed && { askedIn: typed.session }),
    by: byOf(request),
    ...(request.by !== undefined && { decidedBy: request.by }),
    writing: writingOf(request),
    ...(sent && { sent }),
    tell: engine.tellFor(request),
  }
}

function byOf({ by, ...asking }: Named): By {
  return { actor: by === undefined ? 'subject' : 'application', ...originOf(asking) }
}

function writingOf({ language = 'en', timeZone = 'UTC' }: Asking): CodeWriting {
  return { language, timeZone }
}

type TooManyMessages = Readonly<{ outcome: 'too-many-messages'; retryAt: Date }>
type TooManyChanges = Readonly<{ outcome: 'too-many-changes' }>

/** A code in a message has the limits of every code in a message. */
function tooManyMessages(subject: Subject, now: Date): TooManyMessages | undefined {
  const to = recipientOf(subject)
  if (!to) return undefined
  const next = nextSendAt(to.sent, now)
  return next > now ? { outcome: 'too-many-messages', retryAt: next } : undefined
}

function recipientOf({ contacts }: Subject): Contact | undefined {
  return contacts.find(({ provedAt }) => provedAt)
}

/** A code that goes out in its message to the preferred proved contact: made and hashed once, before the decision. */
function directCode(engine: Engine, request: Named, id: string) {
  const { format, hashing } = engine.code
  const subjectId = subjectIdOf(request.subject)
  const code = newSecurityCode(format)
  let digest: SlowDigest | undefined

  return async function prepareDirect(subject: Subject, now: Date): Promise<SentDirectly | undefined> {
    const to = recipientOf(subject)
    if (!to) return undefined
    digest ??= await hashing.digest({ subject: subjectId, id }, code)
    const writing = writingFor(engine.links, request, { subject: subjectId, askedAt: now })
    const details = { code: inGroups(code) }
    const message = noticeEffect(engine.keys, { kind: 'security-code', subject: subjectId, to, writing, details }, now)
    return { digest, contact: to.id, message }
  }
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

function requireSecurityCodes({ checked }: Engine, verb: string): void {
  if (checked.parts.securityCode) return
  throw new CountersignError(
    'ERR_COUNTERSIGN_NO_SECURITY_CODE',
    `${verb}() was called, and there are no security codes. Write "securityCode: {}" in createCountersign() to give people one.`,
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

function requireDays(endsInDays: number): void {
  if (Number.isInteger(endsInDays) && endsInDays >= 0 && endsInDays <= 90) return
  throw new CountersignError(
    'ERR_COUNTERSIGN_LIMIT',
    `"endsInDays: ${String(endsInDays)}" is not possible. Give a whole number of days from 0 to 90.`,
  )
}

/** What a verb asks of the step-up of its request: which method of proof, and the action to write. */
type NeededStepUp = Readonly<{ verb: string; amr: Amr; action: string }>

/** A code that anybody could look at who holds a session would be no second secret: a delivered code was answered for this very request. */
const showing: NeededStepUp = { verb: 'codes.show', amr: 'otp', action: 'countersign.code.show' }
/** The code that works was typed for this very request. */
const replacing: NeededStepUp = { verb: 'codes.rotate', amr: 'pin', action: 'countersign.code.replace' }

/** Taken before anything is awaited, so that two requests at once do not share one; given back where nothing came of it. */
function takeStepUp(
  { stepUps }: Engine,
  stepUp: StepUp,
  subject: SubjectId,
  { verb, amr, action }: NeededStepUp,
): Readonly<{ session: string; giveBack(): void }> {
  const owner = typeof stepUp === 'object' && stepUp !== null ? stepUps.get(stepUp) : undefined
  if (owner?.subject === subject && stepUp.amr.includes(amr)) {
    stepUps.delete(stepUp)
    return { session: owner.session, giveBack: () => stepUps.set(stepUp, owner) }
  }
  throw new CountersignError(
    'ERR_COUNTERSIGN_STEP_UP',
    `${verb}() was called without the stepUp of this request. Put requireStepUp("${action}") before the route and pass "stepUp: stepUpOf(request, '${action}')"; each is good for one code.`,
  )
}
