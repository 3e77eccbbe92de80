/** What a door needs that stands on Express beside this one, such as a Passport strategy or the pages of a sign-in. Not for applications. */
export { setOnceCookie, setWindowCookie } from './answering/elevation-cookies.js'
export { HttpUnavailable } from './answering/http-unavailable.js'
export { type Problem, type ProblemName, problem } from './answering/problem.js'
export {
  leadTo,
  prefersPage,
  type Refusal,
  refuse,
  type ShowPage,
  secondsUntil,
  sendJson,
} from './answering/respond.js'
export type { Surroundings } from './answering/show-page.js'
export { retryAfterSeconds } from './guard/decide.js'
export { finalRefusal, unavailableRefusal, withFacts } from './guard/refusals.js'
export { knownAction } from './guard/require-step-up.js'
export type { Identified, StepUpOptions } from './options.js'
export type { Addresses } from './pages/addresses.js'
export type { Page, Theme } from './pages/page.js'
export { type Parts, partsOf } from './parts.js'
export { askingOf, mannerOf } from './reading/asking.js'
export { type CookieNames, cookieNames, elevationTokens } from './reading/elevation-tokens.js'
export { queryOf } from './reading/fields.js'
export { ownHosts } from './reading/own-hosts.js'
export { type Sayable, sayingAfterAnswer } from './routes/answer-challenge.js'
export { challengeJson, refusalOf } from './routes/challenge-answers.js'
export { linkRoutes } from './routes/link-routes.js'
export { linkPath, type Saying, sayingQuery } from './routes/page-paths.js'
export { sayingAfterResend } from './routes/resend-and-cancel.js'
export { challengePage } from './routes/show-challenge.js'
export { busyRefusal, gate, type RouteShape, route, type Visit } from './routes/visit.js'
export { type Identification, type Identity, identification } from './session/identify.js'
export { rotateSession, watchSessionOf } from './session/rotate-session.js'
export { isObject, sessionPartsOf } from './session/session-object.js'
export { settingsOf } from './settings.js'
