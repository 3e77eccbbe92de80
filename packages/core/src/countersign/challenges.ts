import type { NewCode } from '../challenge/ask-for.js'
import { bindingOf, isBindingOf } from '../challenge/binding.js'
import { cancelChallenge } from '../challenge/cancel-challenge.js'
import { endOf, findChallenge } from '../challenge/find-challenge.js'
import { type Opening, type OpeningOutcome, openChallenge } from '../challenge/open-challenge.js'
import { resendCode } from '../challenge/resend-challenge.js'
import type { Contact } from '../delivery/contact.js'
import { elevationSeconds } from '../elevation/elevation.js'
import { CountersignError } from '../errors.js'
import type { ActionDefinition, BoundValues } from '../policy/action.js'
import { checkBoundValues } from '../policy/field.js'
import { hasToAsk, learnContacts } from '../registration/learn-contacts.js'
import { newId } from '../secret/new-id.js'
import { newOneTimeCode } from '../secret/one-time-code.js'
import { change, changePrepared } from '../subject/change.js'
import type { Subject } from '../subject/subject.js'
import { type Transition, unchanged } from '../subject/transition.js'
import { lockedUntil } from '../throttle/throttle.js'
import type { PlainSituation } from './authorize.js'
import { contactsOf } from './contacts-of.js'
import type { Asking, CancelOutcome, OpenOutcome, ReadOutcome, ResendOutcome, Whom } from './countersign.js'
import { definitionOf, type Engine, orUnavailable, requireRunning, unavailable } from './engine.js'
import { chooseFactor } from './factors-of.js'
import type { Identity } from './identity.js'
import { challengeView, openShown, sealShown } from './view.js'
import { writingFor } from './writing-for.js'

/** A question to open, its action known by name only. */
export type PlainOpenRequest = PlainSituation & Readonly<{ factor?: string; askedAt?: Date }>

type Named = Whom & Readonly<{ challengeId: string }>

/** Opens a challenge: contacts are learned where they have to be, the code is made, one commit holds the rest. */
export async function open(engine: Engine, request: PlainOpenRequest): Promise<OpenOutcome> {
  requireRunning(engine)
  const definition = definitionOf(engine, request.action)
  const bound = requiredBound(definition, request)
  return orUnavailable(engine, async () => {
    const identity = engine.identityOf(request)
    const opening = openingOf(engine, request, definition, bound, identity)
    const prepare = (subject: Subject, now: Date) =>
      hasToAsk(subject, identity.session) ? contactsOf(engine, subject, now) : undefined
    return changePrepared(engine.changes, identity.subject, prepare, (subject, now, contacts) => {
      const knowing = contacts ? learned(engine, request, subject, contacts, now) : subject
      const { subject: after, outcome } = openChallenge(engine.keys, knowing, opening(now), now)
      return { ...(after && { subject: after }), outcome: openOutcome(engine, after ?? knowing, outcome, now) }
    })
  })
}

/** Takes over what the application's table says; with `follow`, also where it differs. */
function learned(
  engine: Engine,
  request: Whom & Asking,
  subject: Subject,
  contacts: readonly Contact[],
  now: Date,
): Subject {
  const { session } = engine.identityOf(request)
  const follow = engine.checked.parts.onContactsDiffer === 'follow'
  const changes = { id: newId(), tell: engine.tellFor(request), follow }
  return learnContacts(subject, { session, contacts, changes }, now)
}

function requiredBound(definition: ActionDefinition, { action, bound }: PlainOpenRequest): BoundValues {
  if (definition.requires === 'nothing')
    throw new CountersignError(
      'ERR_COUNTERSIGN_NOTHING_REQUIRED',
      `The action "${action}" requires nothing, so there is nothing to answer. Call authorize() and go on.`,
    )
  const checked = checkBoundValues(definition, bound)
  if (checked.outcome === 'ok') return checked.bound
  throw new CountersignError(
    'ERR_COUNTERSIGN_BOUND',
    `The action "${action}" was asked for with a "${checked.field}" that ${checked.problem}. Give exactly the fields that it binds.`,
  )
}

function openingOf(
  engine: Engine,
  request: PlainOpenRequest,
  definition: ActionDefinition,
  bound: BoundValues,
  { subject, session }: Identity,
): (now: Date) => Opening {
  const { keys } = engine
  const id = newId()
  const { action, context } = request
  const requires = definition.requires
  if (requires === 'nothing')
    throw new CountersignError('ERR_COUNTERSIGN_NOTHING_REQUIRED', `The action "${action}" requires nothing.`)
  const seconds = requires.mode === 'once' ? requires.validSeconds : requires.windowSeconds
  const shared = {
    id,
    session,
    action,
    mode: requires.mode,
    level: requires.level,
    elevationSeconds: seconds ?? elevationSeconds.default,
    binding: bindingOf(keys, { action, bound, context }),
    binds: (binding: string) => isBindingOf(keys, binding, { action, bound, context }),
    shown: sealShown(keys, subject, id, bound),
  }
  const made = newCode(engine)
  return (now) => ({
    ...shared,
    choose: (one, living) =>
      chooseFactor(engine, { ...request, definition, bound }, one, { wanted: request.factor, living }, now),
    askedAt: request.askedAt ?? now,
    made: (challenge) => made(request, bound, { subject, askedAt: now, challenge }),
  })
}

/** A code and the ids around it, made before the decision; the link names the time of the decision. */
function newCode(engine: Engine) {
  const { codeDigits, codeSeconds } = engine.checked
  const code = newOneTimeCode(codeDigits)
  const messageId = newId()
  return (asking: Asking, bound: BoundValues, about: Parameters<typeof writingFor>[2]): NewCode => ({
    code,
    messageId,
    codeSeconds,
    bound,
    writing: writingFor(engine.links, asking, about),
  })
}

function openOutcome({ keys }: Engine, subject: Subject, outcome: OpeningOutcome, now: Date): OpenOutcome {
  if (outcome.outcome === 'full') return unavailable
  if (outcome.outcome === 'used-up' || outcome.outcome === 'factor-not-available' || outcome.outcome === 'locked')
    return outcome
  if (outcome.outcome === 'opened')
    return { outcome: 'opened', challenge: challengeView(keys, subject, outcome.challenge, now) }
  const { retryAt, challenge } = outcome
  return {
    outcome: 'too-many-messages',
    retryAt,
    ...(challenge && { challenge: challengeView(keys, subject, challenge, now) }),
  }
}

/** A challenge of this subject and session, as it stands. */
export async function read(engine: Engine, request: Named): Promise<ReadOutcome> {
  return orUnavailable(engine, async () => {
    const identity = engine.identityOf(request)
    const { subject, now } = await engine.changes.subjects.load(identity.subject)
    const challenge = subject && findChallenge(subject, request.challengeId, identity.session)
    return challenge
      ? { outcome: 'found', challenge: challengeView(engine.keys, subject, challenge, now) }
      : { outcome: 'not-found' }
  })
}

/** The newest challenge of a session for an action, its fields and its context, by which a door finds it again without an id. */
export async function challengeOf(engine: Engine, request: PlainSituation): Promise<ReadOutcome> {
  const { action, bound = {}, context } = request
  return orUnavailable(engine, async () => {
    const { subject: id, session } = engine.identityOf(request)
    const { subject, now } = await engine.changes.subjects.load(id)
    const challenge = subject?.challenges.findLast(
      (one) =>
        one.session === session &&
        one.action === action &&
        isBindingOf(engine.keys, one.binding, { action, bound, context }),
    )
    return subject && challenge
      ? { outcome: 'found', challenge: challengeView(engine.keys, subject, challenge, now) }
      : { outcome: 'not-found' }
  })
}

/** A new code for the same question, over the same factor or another one. */
export async function resend(
  engine: Engine,
  request: Named & Asking & Readonly<{ factor?: string }>,
): Promise<ResendOutcome> {
  requireRunning(engine)
  const made = newCode(engine)
  return orUnavailable(engine, async () => {
    const identity = engine.identityOf(request)
    return change(engine.changes, identity.subject, (subject, now) => resent(engine, request, subject, made, now))
  })
}

function resent(
  engine: Engine,
  request: Parameters<typeof resend>[1],
  subject: Subject,
  made: ReturnType<typeof newCode>,
  now: Date,
): Transition<ResendOutcome> {
  const { keys } = engine
  const challenge = findChallenge(subject, request.challengeId, engine.identityOf(request).session)
  if (!challenge) return unchanged({ outcome: 'not-found' })
  const retryAt = lockedUntil(subject.throttle, now)
  if (retryAt) return unchanged({ outcome: 'locked', retryAt })
  const end = endOf(challenge, now)
  if (end) return unchanged({ outcome: 'closed', ...end })
  const bound = openShown(keys, subject.id, challenge)
  const question = { ...request, definition: definitionOf(engine, challenge.action), bound }
  const wanted = request.factor ?? challenge.contact ?? challenge.factor
  const factor = chooseFactor(engine, question, subject, { wanted, living: challenge }, now)
  if (!factor) return unchanged({ outcome: 'factor-not-available' })

  const code = made(request, bound, { subject: subject.id, askedAt: now, challenge: challenge.id })
  const { subject: after, outcome } = resendCode(keys, subject, { challenge, factor, made: code }, now)
  if (outcome.outcome === 'full') return unchanged(unavailable)
  const view = challengeView(keys, after ?? subject, outcome.challenge, now)
  if (outcome.outcome === 'too-many-messages') return unchanged({ ...outcome, challenge: view })
  return { ...(after && { subject: after }), outcome: { outcome: 'sent', challenge: view } }
}

/** Ends a live challenge because the person wants it. */
export async function cancel(engine: Engine, request: Named): Promise<CancelOutcome> {
  requireRunning(engine)
  return orUnavailable(engine, async () => {
    const { subject, session } = engine.identityOf(request)
    const cancelled = await change(engine.changes, subject, (one, now) =>
      cancelChallenge(one, { challengeId: request.challengeId, session }, now),
    )
    return cancelled.outcome === 'full' ? unavailable : cancelled
  })
}
