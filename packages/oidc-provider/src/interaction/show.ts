import type { ActionInWords, Authorization, ChallengeView, Language, ReadOutcome } from '@countersign/core'
import {
  busyRefusal,
  challengeJson,
  challengePage,
  elevationTokens,
  finalRefusal,
  mannerOf,
  type Page,
  prefersPage,
  problem,
  queryOf,
  type Refusal,
  refuse,
  secondsUntil,
  sendJson,
  unavailableRefusal,
  withFacts,
} from '@countersign/express/door'
import type { Parts } from '../parts.js'
import { pageOf, wayBack } from './page-addresses.js'
import type { OurVisit } from './visit.js'

type Asked = Extract<Authorization, { outcome: 'code-needed' }>

/** `GET /:uid`: what is asked, as a page or as JSON. Sends, spends and ends nothing. */
export function showStepUp(parts: Parts) {
  const { door } = parts

  return async function showStepUpRoute(visit: OurVisit<never>): Promise<void> {
    const { pages } = parts.attached()
    const { request, response, question } = visit
    const trouble = troubleSaid(visit)
    if (trouble) return refuse(request, response, trouble, pages.show)

    const authorization = await door.authorize({ ...question, elevations: [] })
    const found = await door.challengeOf(question)
    const refusal = await refusalFor(visit, authorization, found)
    if (refusal) return refuse(request, response, refusal, pages.show)
    if (authorization.outcome !== 'code-needed') return
    const challenge = currentOf(visit, found)
    if (prefersPage(request)) return showPage(visit, authorization, challenge)
    const { shown, factors } = authorization
    response.vary('Accept')
    if (challenge?.closed && isFinal(challenge.closed.why))
      return refuse(request, response, over(visit, challenge), pages.show)
    sendJson(response, 200, {
      prompt: 'step_up',
      shown,
      factors,
      ...(challenge && !challenge.closed && challengeJson(challenge)),
    })
  }

  /** Words of the form that led here. */
  function troubleSaid({ interaction, saying: { said, at } }: OurVisit<never>): Refusal | undefined {
    const again = pageOf(parts.path, interaction.uid)
    if (said === 'unavailable') return unavailableRefusal(5, again)
    if (said === 'busy' && at) return busyRefusal(at, secondsUntil(at, door.now()), again)
    return undefined
  }

  async function refusalFor(
    visit: OurVisit<never>,
    authorization: Authorization,
    found: ReadOutcome,
  ): Promise<Refusal | undefined> {
    const { interaction } = visit
    const tryAgain = pageOf(parts.path, interaction.uid)
    if (found.outcome === 'unavailable') return unavailableRefusal(found.retryAfterSeconds, tryAgain)
    if (authorization.outcome === 'code-needed') return undefined
    // What was presented is nothing, so that nothing can be allowed.
    if (authorization.outcome === 'allow') return unavailableRefusal(1, tryAgain)
    const ways = { back: wayBack(interaction), tryAgain, home: parts.attached().pages.home, now: nowOr(authorization) }
    const refusal = finalRefusal(authorization, ways)
    return { ...refusal, page: withFacts(refusal.page, await wordsOf(visit)) }
  }

  /** While the store is away its time is too, and no page of that kind shows one. */
  function nowOr({ outcome }: Authorization): Date {
    return outcome === 'unavailable' ? new Date() : door.now()
  }

  /** A challenge from before this question belongs to an earlier one of the same authorization request. */
  function currentOf({ plan }: OurVisit<never>, found: ReadOutcome): ChallengeView | undefined {
    if (found.outcome !== 'found') return undefined
    const { challenge } = found
    return challenge.closed && challenge.closed.at.getTime() <= plan.askedAt ? undefined : challenge
  }

  async function showPage(visit: OurVisit<never>, asked: Asked, challenge: ChallengeView | undefined): Promise<void> {
    const { request, response } = visit
    const page = await pageFor(visit, asked, challenge)
    const status = challenge?.closed && isFinal(challenge.closed.why) && page.page !== 'confirmed' ? 410 : 200
    await parts.attached().pages.show(request, response, status, page)
  }

  async function pageFor(
    visit: OurVisit<never>,
    { factors }: Asked,
    challenge: ChallengeView | undefined,
  ): Promise<Page> {
    const { request, saying, interaction } = visit
    const action = await wordsOf(visit)
    if (saying.said === 'wait' && saying.at && !challenge)
      return { page: 'wait', action, ticket: '', retryAt: saying.at }
    const wantsOther = queryOf(request, 'other') !== undefined && !challenge?.closed
    if (!challenge || wantsOther) return { page: 'ask', action, ticket: '', ways: factors }
    const back = wayBack(interaction)
    const resume = { method: 'GET', path: back, from: back, ways: factors.length } as const
    const confirmed = holdsWhatItEarned(visit, challenge)
    const { pages } = parts.attached()
    return challengePage({ challenge, action, ticket: '', resume, saying, confirmed }, pages)
  }

  /** The answer was right and the browser has what it earned: only the way back is missing. */
  function holdsWhatItEarned({ request, question, plan }: OurVisit<never>, { closed }: ChallengeView): boolean {
    const { cookies } = parts.attached().pages
    const elevations = elevationTokens(request, cookies, plan.kind === 'level' ? 'window' : 'once')
    return door.earned({ ...question, elevations }).some(({ at }) => at.getTime() === closed?.at.getTime())
  }

  /** The facts, and who asks: the person should know which application gets the answer. */
  async function wordsOf({ request, plan, interaction }: OurVisit<never>): Promise<ActionInWords> {
    const { pages, provider } = parts.attached()
    const { language } = await mannerOf(request, pages.options)
    const words = door.words(plan.action, plan.bound, language)
    const client = await provider.Client.find(String(interaction.params.client_id))
    const name = client?.clientName ?? client?.clientId
    return name === undefined
      ? words
      : { ...words, facts: [...words.facts, { label: application[language], value: name }] }
  }
}

const application: Readonly<Record<Language, string>> = { en: 'Application', de: 'Anwendung' }

/** After these, this question is over: the whole request is looked at anew. */
function isFinal(why: NonNullable<ChallengeView['closed']>['why']): boolean {
  return why === 'used-up' || why === 'revoked' || why === 'answered'
}

function over({ interaction }: OurVisit<never>, { closed }: ChallengeView): Refusal {
  const startAgain = wayBack(interaction)
  return { problem: problem('challenge-closed', { ...closed, startAgain }), page: { page: 'too-late', startAgain } }
}
