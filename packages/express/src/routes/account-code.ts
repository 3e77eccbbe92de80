import {
  type ActivateCodeOutcome,
  type CodeView,
  type IssueCodeOutcome,
  inGroups,
  type RevokeCodeOutcome,
  type RotateCodeOutcome,
  type ShowCodeOutcome,
  type StepUp,
} from '@countersign/core'
import { problem } from '../answering/problem.js'
import { leadTo, prefersPage, type Refusal, refuse, secondsUntil, sendJson } from '../answering/respond.js'
import { lockedRefusal, malformedRefusal, unavailableRefusal } from '../guard/refusals.js'
import type { AccountForm } from '../pages/page.js'
import type { Parts } from '../parts.js'
import { askingOf } from '../reading/asking.js'
import type { LimitedAct } from '../reading/client-limits.js'
import { securityCodeJson } from './account.js'
import { accountPath, type Saying } from './page-paths.js'
import { steppedUp } from './stepped-up.js'
import type { PersonVisit, RouteShape } from './visit.js'

type RefusedOutcome = Exclude<
  IssueCodeOutcome | RotateCodeOutcome | RevokeCodeOutcome | ShowCodeOutcome | ActivateCodeOutcome,
  { outcome: 'issued' | 'revoked' | 'nothing-to-revoke' | 'shown' | 'activated' }
>

/** `POST {base}/account/code/issue`: makes the first code ready. */
export function issueCode(parts: Parts) {
  return async function issueCodeRoute(visit: PersonVisit<'page'>): Promise<void> {
    const asking = await askingOf(visit.request, parts.options)
    await answerMade(parts, visit, 'issue', await parts.codes.issue({ subject: visit.whom.subject, ...asking }))
  }
}

/**
 * `POST {base}/account/code/rotate`: makes a new code ready, for who shows the one that works; the old one works until the new
 * one does. Where none works any more, nobody can show it: then as for a lost one.
 */
export function rotateCode(parts: Parts) {
  const stepUpFor = steppedUp(parts, 'countersign.code.replace', () => ({}))

  return async function rotateCodeRoute(visit: PersonVisit<'page'>): Promise<void> {
    const status = await parts.codes.status(visit.whom)
    if (status.outcome === 'unavailable') return refuseCode(parts, visit, 'rotate', status)
    if (!isWorking(status.code)) return rotated(parts, visit, 'rotate')
    const stepUp = await stepUpFor(visit)
    if (stepUp) await rotated(parts, visit, 'rotate', stepUp)
  }
}

/** `POST {base}/account/code/lost`: a new code for who cannot show the one before it. All contacts hear of it, and it waits a day. */
export function lostCode(parts: Parts) {
  return async function lostCodeRoute(visit: PersonVisit<'page'>): Promise<void> {
    await rotated(parts, visit, 'lost')
  }
}

async function rotated(
  parts: Parts,
  visit: PersonVisit<'page'>,
  form: 'rotate' | 'lost',
  stepUp?: StepUp,
): Promise<void> {
  const asking = await askingOf(visit.request, parts.options)
  const { subject } = visit.whom
  await answerMade(parts, visit, form, await parts.codes.rotate({ subject, ...asking, ...(stepUp && { stepUp }) }))
}

/** Whether there is a code that could be typed now. */
function isWorking({ state }: CodeView): boolean {
  return state === 'active' || state === 'expiring'
}

async function answerMade(
  parts: Parts,
  visit: PersonVisit<'page'>,
  form: AccountForm,
  outcome: IssueCodeOutcome | RotateCodeOutcome,
): Promise<void> {
  if (outcome.outcome !== 'issued') return refuseCode(parts, visit, form, outcome)
  if (visit.form) return leadTo(visit.response, accountPath(parts))
  // What waits may be for another session: the same as the account says of it in this one.
  const status = await parts.codes.status(visit.whom)
  sendJson(visit.response, 201, securityCodeJson(status.outcome === 'found' ? status.code : outcome.code))
}

/** `POST {base}/account/code/revoke`: ends the code. No step-up stands before it: a loss is reported with one factor (SP 800-63B-4, 4.3). */
export function endCode(parts: Parts) {
  return async function endCodeRoute(visit: PersonVisit<'page'>): Promise<void> {
    const asking = await askingOf(visit.request, parts.options)
    const outcome = await parts.codes.revoke({ subject: visit.whom.subject, ...asking })
    if (outcome.outcome === 'unavailable') await refuseCode(parts, visit, 'revoke', outcome)
    else await answerState(parts, visit)
  }
}

/** `POST {base}/account/code/show`: after a code by message, the new security code, this once. */
export function showCode(parts: Parts) {
  const stepUpFor = steppedUp(parts, 'countersign.code.show', () => ({}))

  return async function showCodeRoute(visit: PersonVisit<'page'>): Promise<void> {
    const { request, response, whom } = visit
    // Nobody is asked for a code when there is nothing to see after it.
    const status = await parts.codes.status(whom)
    if (status.outcome === 'unavailable') return refuseCode(parts, visit, 'show', status)
    const { waiting } = status.code
    if (waiting?.delivery !== 'pickup') return refuseCode(parts, visit, 'show', { outcome: 'nothing-waiting' })
    if (!waiting.from || waiting.from > parts.door.now())
      return refuseCode(parts, visit, 'show', { outcome: 'not-ready', ...(waiting.from && { from: waiting.from }) })

    const stepUp = await stepUpFor(visit)
    if (!stepUp) return
    const asking = await askingOf(request, parts.options)
    const outcome = await parts.codes.show({ ...whom, ...asking, stepUp })
    if (outcome.outcome !== 'shown') return refuseCode(parts, visit, 'show', outcome)
    const { until } = outcome
    const code = inGroups(outcome.code)
    response.vary('Accept')
    // The one form that is answered with a page: a redirect could not carry the code. A reload asks for a step-up again.
    if (visit.form && prefersPage(request)) await parts.show(request, response, 200, { page: 'new-code', code, until })
    else sendJson(response, 200, { code, until })
  }
}

/** `POST {base}/account/code/activate`: the new code works from now on, since it was typed, or said to be kept where it was shown. */
export function activateCode(parts: Parts) {
  return async function activateCodeRoute(visit: PersonVisit<'page' | 'code'>): Promise<void> {
    const { request, whom, fields } = visit
    const asking = await askingOf(request, parts.options)
    const typed = fields.code === undefined ? {} : { code: fields.code }
    const outcome = await parts.codes.activate({ ...whom, ...asking, ...typed })
    if (outcome.outcome === 'activated') await answerState(parts, visit)
    else await refuseCode(parts, visit, 'activate', outcome)
  }
}

/** What was asked is done; how things are now is told where that can be read. */
async function answerState(parts: Parts, { response, form, whom }: PersonVisit): Promise<void> {
  if (form) return leadTo(response, accountPath(parts))
  const status = await parts.codes.status(whom)
  if (status.outcome === 'found') sendJson(response, 200, securityCodeJson(status.code))
  else response.status(204).end()
}

async function refuseCode(
  parts: Parts,
  { request, response, form: posted }: PersonVisit,
  form: AccountForm,
  outcome: RefusedOutcome,
) {
  if (posted) return leadTo(response, accountPath(parts, { ...sayingAfter(outcome), form: { form } }))
  await refuse(request, response, refusalOf(parts, outcome), parts.show)
}

function refusalOf(parts: Parts, outcome: RefusedOutcome): Refusal {
  const back = accountPath(parts)
  const page = { page: 'malformed', back } as const
  switch (outcome.outcome) {
    case 'has-one':
      return { problem: problem('security-code-exists'), page }
    case 'proofs-missing':
      return { problem: problem('proofs-missing', { missing: outcome.missing }), page }
    case 'nothing-to-replace':
    case 'nothing-waiting':
    case 'too-many-changes':
      return { problem: problem(outcome.outcome), page }
    case 'not-ready':
      return {
        problem: problem('security-code-not-ready', { from: outcome.from }),
        page,
        ...(outcome.from && { retryAfterSeconds: secondsUntil(outcome.from, parts.door.now()) }),
      }
    case 'too-many-messages':
      return {
        problem: problem('too-many-messages', { retryAt: outcome.retryAt }),
        page,
        retryAfterSeconds: secondsUntil(outcome.retryAt, parts.door.now()),
      }
    case 'wrong':
      return { problem: problem('wrong-code'), page }
    case 'malformed':
      return malformedRefusal(back)
    case 'locked':
      return lockedRefusal(outcome.retryAt, { back, now: parts.door.now() }, 423)
    case 'unavailable':
      return unavailableRefusal(outcome.retryAfterSeconds, back)
  }
}

/** What the page shows by itself is not said again. */
function sayingAfter(outcome: RefusedOutcome): Saying {
  switch (outcome.outcome) {
    case 'wrong':
    case 'malformed':
    case 'nothing-waiting':
    case 'too-many-changes':
    case 'unavailable':
      return { said: outcome.outcome }
    case 'locked':
      return { said: 'locked', at: outcome.retryAt }
    case 'too-many-messages':
      return { said: 'wait', at: outcome.retryAt }
    case 'has-one':
    case 'proofs-missing':
    case 'nothing-to-replace':
    case 'not-ready':
      return {}
  }
}

/** What the routes of the code take. `page` comes from our own forms, so that none is empty. */
export function codeShape(parts: Parts, act: LimitedAct, form: AccountForm): RouteShape<'page'> {
  return { act, fields: ['page'], page: (_visit, saying) => accountPath(parts, { ...saying, form: { form } }) }
}

/** What `POST {base}/account/code/activate` takes. */
export function activateShape(parts: Parts): RouteShape<'page' | 'code'> {
  const form = { form: 'activate' } as const
  return { act: 'answer', fields: ['page', 'code'], page: (_visit, saying) => accountPath(parts, { ...saying, form }) }
}
