import type { CodeWriting } from '../code/code-record.js'
import { codeOf, codeStateOf, isReplaceable, works } from '../code/code-state.js'
import { endSooner } from '../code/end-sooner.js'
import { type Issuing, issueCode, type SentDirectly } from '../code/issue-code.js'
import { type AskedBy, nextCode } from '../code/next-code.js'
import type { Contact } from '../delivery/contact.js'
import { nextSendAt } from '../delivery/send-budget.js'
import { CountersignError } from '../errors.js'
import { learnContacts } from '../registration/learn-contacts.js'
import { newId } from '../secret/new-id.js'
import { inGroups, newSecurityCode } from '../secret/security-code.js'
import type { SlowDigest } from '../secret/slow-digest.js'
import { changePrepared } from '../subject/change.js'
import type { Subject } from '../subject/subject.js'
import { type SubjectRef, subjectIdOf } from '../subject/subject-id.js'
import { changed, type Transition, unchanged } from '../subject/transition.js'
import { viewOf } from './code-view.js'
import { contactsOf } from './contacts-of.js'
import type { Asking, IssueCodeOutcome, RotateCodeOutcome, StepUp } from './countersign.js'
import { byOf, requireDecider } from './decider.js'
import { type Engine, orUnavailable, requireRunning, unavailable } from './engine.js'
import { noticeEffect } from './notices.js'
import { proofsMissing } from './proofs-missing.js'
import { replacing, takeStepUp } from './step-ups.js'
import { writingFor } from './writing-for.js'

type Named = Readonly<{ subject: SubjectRef; by?: string }> & Asking

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

function requireSecurityCodes({ checked }: Engine, verb: string): void {
  if (checked.parts.securityCode) return
  throw new CountersignError(
    'ERR_COUNTERSIGN_NO_SECURITY_CODE',
    `${verb}() was called, and there are no security codes. Write "securityCode: {}" in createCountersign() to give people one.`,
  )
}

function requireDays(endsInDays: number): void {
  if (Number.isInteger(endsInDays) && endsInDays >= 0 && endsInDays <= 90) return
  throw new CountersignError(
    'ERR_COUNTERSIGN_LIMIT',
    `"endsInDays: ${String(endsInDays)}" is not possible. Give a whole number of days from 0 to 90.`,
  )
}
