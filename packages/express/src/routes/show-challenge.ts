import type { ActionInWords, ChallengeView } from '@countersign/core'
import { prefersPage, refuse, secondsUntil, sendJson } from '../answering/respond.js'
import { lockedRefusal, unavailableRefusal, withFacts } from '../guard/refusals.js'
import type { CodeError, OwnCodeError, Page } from '../pages/page.js'
import type { Parts } from '../parts.js'
import { mannerOf } from '../reading/asking.js'
import { elevationTokens } from '../reading/elevation-tokens.js'
import { queryOf } from '../reading/fields.js'
import { ownPath } from '../reading/own-path.js'
import { type Resume, readResume, resumptionOf } from '../reading/resume.js'
import { challengeJson, refusalOf } from './challenge-answers.js'
import { challengePath, type Saying } from './page-paths.js'
import { readTicket } from './ticket.js'
import { busyRefusal, type PersonVisit, type RouteShape } from './visit.js'

/** What the page of a challenge is made from. */
export type Scene = Readonly<{
  challenge: ChallengeView
  action: ActionInWords
  ticket: string
  resume: Resume
  saying: Saying
  /** The browser holds what this challenge's answer earned. */
  confirmed: boolean
}>

/** `GET {base}/challenges/:id`: a challenge as JSON, or its page in the state that it is in. */
export function showChallenge(parts: Parts) {
  return async function showChallengeRoute(visit: PersonVisit<never>): Promise<void> {
    const { request, response, whom, saying } = visit
    const id = idOf(visit)
    const carried = carriedBy(visit)
    if (saying.said === 'unavailable' || saying.said === 'busy')
      return showTrouble(visit, challengePath(parts, id, carried.ticket))

    const found = await parts.challenges.read({ ...whom, challengeId: id })
    if (found.outcome !== 'found') return refuse(request, response, withStart(found, carried.resume), parts.show)
    const { challenge } = found
    response.vary('Accept')
    if (!prefersPage(request)) return sendJson(response, 200, challengeJson(challenge))

    const { language } = await mannerOf(request, parts.options)
    const action = parts.door.words(challenge.action, challenge.shown, language)
    if (await showLock(visit, challenge, action, carried.resume)) return
    const confirmed = holdsWhatItEarned(visit, challenge)
    await parts.show(request, response, 200, challengePage({ challenge, action, ...carried, saying, confirmed }, parts))
  }

  /** Any other elevation, such as an open window's, would let the interrupted request no further. */
  function holdsWhatItEarned({ request, whom }: PersonVisit<never>, { action, closed }: ChallengeView): boolean {
    return elevationTokens(request, parts.cookies, 'once').some((token) => {
      const elevation = parts.door.readElevation(whom, token)
      return elevation?.action === action && elevation.at.getTime() === closed?.at.getTime()
    })
  }

  /** The ticket in the address, and what it carries; without one the page works, and leads home. */
  function carriedBy({ request, whom }: PersonVisit<never>): Pick<Scene, 'ticket' | 'resume'> {
    const text = queryOf(request, 'ticket') ?? ''
    const read = text === '' ? undefined : readTicket(parts, whom, text)
    return read?.outcome === 'ok'
      ? { ticket: text, resume: read.resume }
      : { ticket: '', resume: readResume(undefined) }
  }

  async function showTrouble(
    { request, response, saying: { said, at } }: PersonVisit<never>,
    tryAgain: string,
  ): Promise<void> {
    if (said !== 'busy' || !at) return refuse(request, response, unavailableRefusal(5, tryAgain), parts.show)
    await refuse(request, response, busyRefusal(at, secondsUntil(at, parts.door.now()), tryAgain), parts.show)
  }

  function withStart(outcome: Parameters<typeof refusalOf>[0], { from }: Resume) {
    const refusal = refusalOf(outcome, parts)
    return refusal.page.page === 'too-late'
      ? { ...refusal, page: { ...refusal.page, startAgain: ownPath(from) } }
      : refusal
  }

  /** A challenge does not know of the lock that a guess brought; whoever comes from a guess is told. */
  async function showLock(
    { request, response, whom, saying }: PersonVisit<never>,
    challenge: ChallengeView,
    words: ActionInWords,
    resume: Resume,
  ): Promise<boolean> {
    const maybe = saying.said === 'locked' || saying.said === 'wrong' || challenge.closed?.why === 'revoked'
    if (!maybe) return false
    const { action, shown: bound } = challenge
    const authorization = await parts.door.authorize({ ...whom, action, bound, elevations: [] })
    if (authorization.outcome !== 'locked') return false
    const back = ownPath(resume.from)
    const refusal = lockedRefusal(authorization.retryAt, { back, now: parts.door.now() }, 423)
    await refuse(request, response, { ...refusal, page: withFacts(refusal.page, words) }, parts.show)
    return true
  }
}

/** The page of a challenge in the state that it is in. */
export function challengePage(scene: Scene, parts: Parts): Page {
  const { challenge, action, ticket } = scene
  if (challenge.closed) return closedPage(scene, challenge.closed, parts.home)
  if (challenge.expiresAt <= parts.door.now()) return { page: 'expired', action, ticket }
  return challenge.factor === 'security-code' ? ownCodePage(scene, parts) : codePage(scene, parts)
}

function closedPage(
  { action, ticket, resume, confirmed }: Scene,
  { why, at }: NonNullable<ChallengeView['closed']>,
  home: string,
): Page {
  const back = ownPath(resume.from)
  switch (why) {
    case 'answered':
      return confirmed
        ? { page: 'confirmed', action, resume: resumptionOf(resume) }
        : { page: 'already-used', action, at, see: home }
    case 'expired':
    case 'replaced':
      return { page: 'expired', action, ticket }
    case 'used-up':
      return { page: 'used-up', action, startAgain: back }
    case 'cancelled':
      return { page: 'cancelled', action, back }
    case 'revoked':
      return { page: 'ended', action, startAgain: back }
  }
}

function codePage({ challenge, action, ticket, resume, saying }: Scene, { door }: Parts): Page {
  const { id, destination = '', expiresAt, attemptsLeft } = challenge
  const { sentAt = expiresAt, resendAt = expiresAt, delivery = 'sent' } = challenge
  const error = codeError(saying, attemptsLeft, door.codeDigits)
  const notice = saying.said === 'resent' || saying.said === 'wait' ? { notice: saying.said } : {}
  return {
    page: 'code',
    action,
    ticket,
    challenge: { id, destination, sentAt, expiresAt, resendAt, delivery, attemptsLeft },
    digits: door.codeDigits,
    otherWays: resume.ways > 1,
    ...notice,
    ...(error && { error }),
  }
}

function ownCodePage({ challenge, action, ticket, resume, saying }: Scene, { door }: Parts): Page {
  const { id, expiresAt, attemptsLeft } = challenge
  const error = ownCodeError(saying, attemptsLeft)
  return {
    page: 'own-code',
    action,
    ticket,
    challenge: { id, expiresAt, attemptsLeft },
    format: door.securityCode ?? { alphabet: 'letters-and-digits', length: 10 },
    otherWays: resume.ways > 1,
    ...(error && { error }),
  }
}

function ownCodeError({ said, at }: Saying, attemptsLeft: number): OwnCodeError | undefined {
  if (said === 'malformed') return { kind: 'malformed' }
  if (said === 'code-expired' && at) return { kind: 'expired', expiredAt: at }
  return said === 'wrong' || said === 'code-expired' ? { kind: 'wrong', attemptsLeft } : undefined
}

function codeError({ said, at }: Saying, attemptsLeft: number, digits: number): CodeError | undefined {
  if (said === 'malformed') return { kind: 'malformed', digits }
  if (said === 'earlier-code' && at) return { kind: 'earlier-code', attemptsLeft, sentAt: at }
  return said === 'wrong' || said === 'earlier-code' ? { kind: 'wrong', attemptsLeft } : undefined
}

/** The challenge that the address names. */
export function idOf({ request }: Readonly<{ request: PersonVisit['request'] }>): string {
  const { id } = request.params
  return typeof id === 'string' ? id : ''
}

/** What `GET {base}/challenges/:id` takes. */
export function showShape({ home }: Parts): RouteShape<never> {
  return { act: 'read', fields: [], page: () => home }
}
