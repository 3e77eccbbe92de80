import type { NotMeReport, NotMeState, ProofState } from '@countersign/core/door'
import { problem } from '../answering/problem.js'
import { leadTo, prefersPage, type Refusal, refuse, secondsUntil, sendJson } from '../answering/respond.js'
import { malformedRefusal, unavailableRefusal } from '../guard/refusals.js'
import type { Page } from '../pages/page.js'
import type { Parts } from '../parts.js'
import { askingOf, mannerOf } from '../reading/asking.js'
import { queryOf } from '../reading/fields.js'
import { accountPath, linkPath, type Saying } from './page-paths.js'
import { idOf } from './show-challenge.js'
import { busyRefusal, type PersonVisit, type RouteShape, type Visit } from './visit.js'

type Found = Extract<NotMeState, { outcome: 'found' }>

/** `GET {base}/not-me?token=`: shows what would be stopped. Mail scanners follow links, so that looking changes nothing. */
export function showNotMe(parts: Parts) {
  return async function showNotMeRoute(visit: Visit<never>): Promise<void> {
    const { request, response, saying } = visit
    const token = queryOf(request, 'token') ?? ''
    const trouble = troubleSaid(parts, saying, linkPath(parts, 'not-me', token))
    if (trouble) return refuse(request, response, trouble, parts.show)

    const state = await parts.door.notMe.read(token)
    if (state.outcome !== 'found')
      return refuse(request, response, overOrUnavailable(state, parts, request.originalUrl), parts.show)
    if (!prefersPage(request)) return sendJson(response, 200, notMeJson(state))
    await parts.show(request, response, 200, await notMePage(visit, token, state))
  }

  async function notMePage({ request, saying: { said } }: Visit<never>, token: string, state: Found): Promise<Page> {
    const { home, door } = parts
    if (state.stoppedAt) {
      const { takenBack = false, codeEnded = false, whole = false } = state
      return { page: 'stopped', secure: accountPath(parts), takenBack, codeEnded, whole }
    }
    if (said === 'too-late' && state.confirmedAt) return { page: 'not-me-too-late', confirmedAt: state.confirmedAt }
    const { language } = await mannerOf(request, parts.options)
    const name =
      state.action !== undefined && door.actions.has(state.action)
        ? door.words(state.action, {}, language).name
        : undefined
    return {
      page: 'not-me',
      token,
      askedAt: state.askedAt,
      endsSessions: state.endsSessions,
      home,
      ...(state.place !== undefined && { place: state.place }),
      ...(name !== undefined && { actionName: name }),
      ...(state.event && { event: state.event }),
    }
  }
}

/** `POST {base}/challenges/:id/not-me`: the button on a challenge's own page, which leads where the link of its message leads. */
export function leadToNotMe(parts: Parts) {
  return async function leadToNotMeRoute(visit: PersonVisit<'ticket'>): Promise<void> {
    const token = parts.door.notMe.tokenFor(visit.whom, idOf(visit))
    leadTo(visit.response, linkPath(parts, 'not-me', token))
  }
}

/** `POST {base}/not-me`: stops the challenge and ends all elevations of the person. */
export function stopNotMe(parts: Parts) {
  return async function stopNotMeRoute({ request, response, fields: { token }, form }: Visit<'token'>): Promise<void> {
    if (token === undefined) return refuse(request, response, malformedRefusal(parts.home), parts.show)
    const report = await parts.door.notMe.stop(token)
    if (form) return leadTo(response, linkPath(parts, 'not-me', token, sayingAfter(report)))
    await answerReport(parts, { request, response }, report)
  }
}

/** What came of a "this was not me", for a program. */
export async function answerReport(
  parts: Parts,
  { request, response }: Pick<Visit, 'request' | 'response'>,
  report: NotMeReport,
): Promise<void> {
  if (report.outcome === 'stopped' || report.outcome === 'already-confirmed') sendJson(response, 200, report)
  else await refuse(request, response, overOrUnavailable(report, parts, request.originalUrl), parts.show)
}

/** `GET {base}/proofs?token=`: shows what following the link proves. */
export function showProof(parts: Parts) {
  return async function showProofRoute({ request, response, saying }: Visit<never>): Promise<void> {
    const token = queryOf(request, 'token') ?? ''
    const trouble = troubleSaid(parts, saying, linkPath(parts, 'proofs', token))
    if (trouble) return refuse(request, response, trouble, parts.show)

    const state = await parts.door.proofs.read(token)
    if (!isProof(state))
      return refuse(request, response, overOrUnavailable(state, parts, request.originalUrl), parts.show)
    if (!prefersPage(request)) return sendJson(response, 200, state)
    const { masked } = state
    const page: Page =
      state.outcome === 'proved' ? { page: 'proved', masked, home: parts.home } : { page: 'proof', token, masked }
    await parts.show(request, response, 200, page)
  }
}

/** `POST {base}/proofs`: the address is proved. */
export function acceptProof(parts: Parts) {
  return async function acceptProofRoute({
    request,
    response,
    fields: { token },
    form,
  }: Visit<'token'>): Promise<void> {
    if (token === undefined) return refuse(request, response, malformedRefusal(parts.home), parts.show)
    const state = await parts.door.proofs.accept(token, await askingOf(request, parts.options))
    if (form)
      return leadTo(
        response,
        linkPath(parts, 'proofs', token, state.outcome === 'unavailable' ? { said: 'unavailable' } : {}),
      )
    if (isProof(state)) sendJson(response, 200, state)
    else await refuse(request, response, overOrUnavailable(state, parts, request.originalUrl), parts.show)
  }
}

function isProof(state: ProofState): state is Extract<ProofState, { masked: string }> {
  return state.outcome === 'waiting' || state.outcome === 'proved'
}

function notMeJson(state: Found): object {
  const { askedAt, action, event, confirmedAt, stoppedAt, takenBack, codeEnded, endsSessions } = state
  return { askedAt, action, event, confirmedAt, stoppedAt, takenBack, codeEnded, endsSessions }
}

/** That it was stopped is read from the store: an address claims nothing of that kind. */
function sayingAfter({ outcome }: NotMeReport): Saying {
  if (outcome === 'already-confirmed') return { said: 'too-late' }
  return outcome === 'unavailable' ? { said: 'unavailable' } : {}
}

/** A link that is over, or no certain answer. */
function overOrUnavailable(
  state: Extract<NotMeState | NotMeReport | ProofState, { outcome: 'not-found' | 'unavailable' }>,
  { home }: Parts,
  tryAgain: string,
): Refusal {
  if (state.outcome === 'unavailable') return unavailableRefusal(state.retryAfterSeconds, tryAgain)
  return { problem: problem('not-found'), page: { page: 'link-over', home } }
}

/** What the form that led here was told. */
function troubleSaid({ door }: Parts, { said, at }: Saying, tryAgain: string): Refusal | undefined {
  if (said === 'unavailable') return unavailableRefusal(5, tryAgain)
  return said === 'busy' && at ? busyRefusal(at, secondsUntil(at, door.now()), tryAgain) : undefined
}

/** What a link of a message takes. */
export function linkShape({ home }: Parts): RouteShape<never> {
  return { act: 'link', fields: [], page: () => home }
}

/** What the form behind a link takes. */
export function linkFormShape(parts: Parts, page: 'not-me' | 'proofs'): RouteShape<'token'> {
  return {
    act: page === 'not-me' ? 'end' : 'link',
    fields: ['token'],
    page: ({ fields }, saying) => linkPath(parts, page, fields.token ?? '', saying),
  }
}
