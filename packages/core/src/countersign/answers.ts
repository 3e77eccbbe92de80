import type { Answer, Verdict } from '../challenge/answer-challenge.js'
import { type Answered, answerChallenge } from '../challenge/answer-challenge.js'
import { isAnswer } from '../challenge/answer-digest.js'
import { answerable } from '../challenge/answerable.js'
import type { Challenge, SentCode } from '../challenge/challenge.js'
import { works } from '../code/code-state.js'
import { type ComparableCode, comparableCode, ownCodeOf, withDigest } from '../code/own-code.js'
import { elevationToken } from '../elevation/elevation-token.js'
import { levelTogether } from '../factor/usable-factors.js'
import { newId } from '../secret/new-id.js'
import { type OneTimeCode, readOneTimeCode } from '../secret/one-time-code.js'
import { readSecurityCode, type SecurityCode } from '../secret/security-code.js'
import { changePrepared } from '../subject/change.js'
import type { Subject } from '../subject/subject.js'
import type { Transition } from '../subject/transition.js'
import { type CheckedCode, codeChecker } from './code-checker.js'
import type { AnswerOutcome, Asking, Whom } from './countersign.js'
import { definitionOf, type Engine, orUnavailable, requireRunning, unavailable } from './engine.js'
import { chooseFactor } from './factors-of.js'
import type { Identity } from './identity.js'
import { ownedBy } from './owned-by.js'
import { challengeView, openShown } from './view.js'

type AnswerRequest = Whom & Asking & Readonly<{ challengeId: string; code: unknown }>

/** What was typed, read as each kind of code that it may be. */
type Typed = Readonly<{ oneTime?: OneTimeCode | undefined; own?: SecurityCode | undefined }>

/** Spends an attempt, compares, closes; the outcome is told after the commit. A slow hash is computed between load and commit. */
export async function answer(engine: Engine, request: AnswerRequest): Promise<AnswerOutcome> {
  requireRunning(engine)
  const typed: Typed = {
    oneTime: readOneTimeCode(request.code, engine.checked.codeDigits),
    own: readSecurityCode(request.code, engine.code.format),
  }
  if (!typed.oneTime && !typed.own) return { outcome: 'malformed' }
  return orUnavailable(engine, async () => {
    const identity = engine.identityOf(request)
    const check = codeChecker(engine, identity.subject, typed.own)
    const question = { challengeId: request.challengeId, session: identity.session }
    const prepare = (subject: Subject, now: Date) => check(codeToCompare(subject, question, now))
    const made = newAnswer(engine, request, identity, typed)
    return changePrepared(engine.changes, identity.subject, prepare, (subject, now, checked) =>
      decided(engine, subject, made(checked, now), checked, now),
    )
  })
}

/** The code that this answer will be compared with, if it may be compared at all: a guess that is refused costs no hash. */
function codeToCompare(
  subject: Subject,
  question: Readonly<{ challengeId: string; session: string }>,
  now: Date,
): ComparableCode | undefined {
  const found = answerable(subject, question, now)
  const { ownCode } = found.outcome === 'live' ? found.challenge : {}
  return ownCode === undefined ? undefined : comparableCode(subject, ownCode)
}

function newAnswer(engine: Engine, request: AnswerRequest, { subject, session }: Identity, typed: Typed) {
  const elevationId = newId()
  return (checked: CheckedCode | undefined, now: Date): ((one: Subject) => Answer) =>
    (one) => ({
      challengeId: request.challengeId,
      session,
      elevationId,
      judge: (challenge) =>
        challenge.factor === 'security-code'
          ? judgeOwn(one, challenge, typed.own, checked, now)
          : judgeDelivered(engine, subject, challenge, typed.oneTime),
      levelOf: (proved) => levelTogether(proved, ownCodeOf(one, engine.code.hashing.isSound, now)),
      next: (after, challenge, proved) => {
        const question = {
          definition: definitionOf(engine, challenge.action),
          bound: openShown(engine.keys, subject, challenge),
          ...(request.openedBy && { openedBy: request.openedBy }),
        }
        return chooseFactor(engine, question, after, { living: { ...challenge, proved } }, now)
      },
      afterProof: (after, challenge, at) => ownedBy(engine, request, after, challenge, at),
      tell: engine.tellFor(request),
    })
}

/** A code that took the place of the one that was asked for is a wrong one here, as any other. */
function judgeOwn(
  subject: Subject,
  { ownCode }: Challenge,
  typed: SecurityCode | undefined,
  checked: CheckedCode | undefined,
  now: Date,
): Verdict {
  if (!typed) return { is: 'malformed' }
  const held = comparableCode(subject, ownCode)
  if (!held || checked?.digest !== held.digest || !checked.matches) return { is: 'wrong' }
  return works(held, now) ? { is: 'right' } : { is: 'code-expired', expiredAt: held.expiresAt }
}

function judgeDelivered(
  { keys }: Engine,
  subject: string,
  challenge: Challenge,
  typed: OneTimeCode | undefined,
): Verdict {
  if (!typed) return { is: 'malformed' }
  const { contact = '', code, earlier } = challenge
  const isOf = (sent: SentCode & Readonly<{ contact?: string }>) =>
    isAnswer(keys, sent.answer, { ...challenge, contact, ...sent, subject }, typed)
  if (code && isOf(code)) return { is: 'right' }
  const before = earlier.find(isOf)
  return before ? { is: 'earlier-code', sentAt: before.sentAt } : { is: 'wrong' }
}

function decided(
  engine: Engine,
  subject: Subject,
  made: (subject: Subject) => Answer,
  checked: CheckedCode | undefined,
  now: Date,
): Transition<AnswerOutcome> {
  const { subject: after, outcome } = answerChallenge(subject, made(subject), now)
  const kept = after && checked?.renewed && isRight(outcome) ? withDigest(after, checked.renewed) : after
  return { ...(kept && { subject: kept }), outcome: answerOutcome(engine, kept ?? subject, outcome, now) }
}

function isRight({ outcome }: Answered): boolean {
  return outcome === 'passed' || outcome === 'more-needed'
}

function answerOutcome({ keys }: Engine, subject: Subject, answered: Answered, now: Date): AnswerOutcome {
  if (answered.outcome === 'full') return unavailable
  if (answered.outcome === 'more-needed')
    return { outcome: 'more-needed', challenge: challengeView(keys, subject, answered.challenge, now) }
  if (answered.outcome !== 'passed') return answered
  const { elevation, epoch } = answered
  const { id, action, mode, expiresAt } = elevation
  return {
    outcome: 'passed',
    elevation: { id, action, mode, expiresAt, token: elevationToken(keys, { subject: subject.id, epoch, elevation }) },
  }
}
