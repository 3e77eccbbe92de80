import { type Answered, answerChallenge } from '../challenge/answer-challenge.js'
import { isAnswer } from '../challenge/answer-digest.js'
import { bindingOf, isBindingOf } from '../challenge/binding.js'
import { cancelChallenge } from '../challenge/cancel-challenge.js'
import type { Challenge } from '../challenge/challenge.js'
import { endOf, findChallenge } from '../challenge/find-challenge.js'
import { type Opening, type OpeningOutcome, openChallenge } from '../challenge/open-challenge.js'
import { resendCode } from '../challenge/resend-challenge.js'
import type { NewCode } from '../challenge/send-code.js'
import { openAddress } from '../delivery/new-contact.js'
import { elevationSeconds } from '../elevation/elevation.js'
import { elevationToken } from '../elevation/elevation-token.js'
import { CountersignError } from '../errors.js'
import { chosenFactor, usableFactors } from '../factor/usable-factors.js'
import type { Effect } from '../outbox/effect.js'
import type { ActionDefinition, BoundValues } from '../policy/action.js'
import { checkBoundValues } from '../policy/field.js'
import { hasToAsk, learnContacts } from '../registration/learn-contacts.js'
import { newId } from '../secret/new-id.js'
import { newOneTimeCode, readOneTimeCode } from '../secret/one-time-code.js'
import { change, changePrepared } from '../subject/change.js'
import type { Subject } from '../subject/subject.js'
import { changed, type Transition, unchanged } from '../subject/transition.js'
import { type Lock, lockedUntil } from '../throttle/throttle.js'
import { factorNeed, type PlainSituation } from './authorize.js'
import { contactsOf } from './contacts-of.js'
import type {
  AnswerOutcome,
  Asking,
  CancelOutcome,
  OpenOutcome,
  ReadOutcome,
  ResendOutcome,
  Whom,
} from './countersign.js'
import { definitionOf, type Engine, orUnavailable, requireRunning, unavailable, writingFor } from './engine.js'
import type { Identity } from './identity.js'
import { callEffect, noticeEffect } from './notices.js'
import { challengeView, openShown, sealShown } from './view.js'

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
      const knowing = contacts ? learnContacts(subject, { session: identity.session, contacts }, now) : subject
      const { subject: after, outcome } = openChallenge(engine.keys, knowing, opening(now), now)
      return { ...(after && { subject: after }), outcome: openOutcome(engine, after ?? knowing, outcome, now) }
    })
  })
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
  const { action } = request
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
    binding: bindingOf(keys, action, bound),
    binds: (binding: string) => isBindingOf(keys, binding, action, bound),
    shown: sealShown(keys, subject, id, bound),
    need: factorNeed(engine, definition, request),
    ...(request.factor !== undefined && { factor: request.factor }),
  }
  const made = newCode(engine)
  return (now) => ({
    ...shared,
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
    writing: writingFor(engine, asking, about),
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

/** Spends an attempt, compares, closes; the outcome is told after the commit. */
export async function answer(
  engine: Engine,
  request: Named & Asking & Readonly<{ code: unknown }>,
): Promise<AnswerOutcome> {
  requireRunning(engine)
  const code = readOneTimeCode(request.code, engine.checked.codeDigits)
  if (!code) return { outcome: 'malformed' }
  return orUnavailable(engine, async () => {
    const identity = engine.identityOf(request)
    const { keys } = engine
    const elevationId = newId()
    const answered = await change(engine.changes, identity.subject, (subject, now) =>
      answerChallenge(
        subject,
        {
          challengeId: request.challengeId,
          session: identity.session,
          matches: (challenge, sent) =>
            isAnswer(keys, sent.answer, { ...challenge, ...sent, subject: identity.subject }, code),
          elevationId,
          provedEffects: (one, challenge, at) => provedEffects(engine, one, challenge, at),
          lockedEffects: (one, lock, at) => lockedEffects(engine, request, one, lock, at),
        },
        now,
      ),
    )
    return answerOutcome(engine, identity, answered)
  })
}

function answerOutcome({ keys }: Engine, { subject }: Identity, answered: Answered): AnswerOutcome {
  if (answered.outcome === 'full') return unavailable
  if (answered.outcome !== 'passed') return answered
  const { elevation, epoch } = answered
  const { id, action, mode, expiresAt } = elevation
  return {
    outcome: 'passed',
    elevation: { id, action, mode, expiresAt, token: elevationToken(keys, { subject, epoch, elevation }) },
  }
}

/** The application's own table follows a proof made here, where it wants to. */
function provedEffects(
  { checked, keys }: Engine,
  subject: Subject,
  challenge: Challenge,
  now: Date,
): readonly Effect[] {
  const contact = subject.contacts.find(({ id }) => id === challenge.contact)
  const address = contact && openAddress(keys, subject.id, { contact: contact.id, address: contact.address })
  if (!contact || !address || !checked.parts.contactChanged) return []
  return [
    callEffect(
      keys,
      'contactChanged',
      subject.id,
      { kind: contact.kind, address: address.reveal(), proved: true },
      now,
    ),
  ]
}

/** To every proved contact, three at most. */
function lockedEffects(
  engine: Engine,
  asking: Asking,
  subject: Subject,
  { until }: Lock,
  now: Date,
): readonly Effect[] {
  const writing = writingFor(engine, asking, { subject: subject.id, askedAt: now })
  return subject.contacts
    .filter(({ provedAt }) => provedAt)
    .slice(0, 3)
    .map((to) =>
      noticeEffect(
        engine.keys,
        { kind: 'locked', subject: subject.id, to, writing, details: { until: until.getTime() } },
        now,
      ),
    )
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
  const need = factorNeed(engine, definitionOf(engine, challenge.action), request)
  const factor = chosenFactor(usableFactors(keys, subject.contacts, need), request.factor ?? challenge.contact)
  if (!factor) return unchanged({ outcome: 'factor-not-available' })

  const bound = openShown(keys, subject.id, challenge)
  const code = made(request, bound, { subject: subject.id, askedAt: now, challenge: challenge.id })
  const { subject: after, outcome } = resendCode(keys, subject, { challenge, factor, made: code }, now)
  if (outcome.outcome === 'full') return unchanged(unavailable)
  if (outcome.outcome === 'too-many-messages')
    return unchanged({ ...outcome, challenge: challengeView(keys, subject, challenge, now) })
  const renewed = after?.challenges.find(({ id }) => id === challenge.id)
  return after && renewed
    ? changed(after, { outcome: 'sent', challenge: challengeView(keys, after, renewed, now) })
    : unchanged(unavailable)
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
