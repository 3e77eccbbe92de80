import type { CapturedMessages } from './captured-messages.js'
import type { StillClock } from './still-clock.js'

/** Headers of a request, by name. */
export type RequestHeaders = Readonly<Record<string, string>>

/** What `confirm` needs of a response: supertest's has it. */
export type ConfirmedResponse = Readonly<{ status: number; body: unknown; headers: Readonly<Record<string, unknown>> }>

/** What `confirm` needs of a request: supertest's has it. */
export interface ConfirmableRequest<R extends ConfirmedResponse> extends PromiseLike<R> {
  readonly app?: unknown
  /** What was set on it under that name. */
  getHeader(name: string): string | undefined
}

/** Where the code is read, and whose it is. */
export type ConfirmOptions = Readonly<{
  inbox: Pick<CapturedMessages, 'lastCode'> & Readonly<{ clock?: StillClock }>
  /** The subject's id or address; the newest code of anybody without. */
  subject?: string
}>

type Refused = Readonly<{
  type?: string
  ticket?: string
  challenges?: string
  challenge?: Readonly<{ id: string }>
  elevation?: Readonly<{ token: string }>
}>

/** A supertest request that can be made for another path of the same application. */
type Sendable<R> = PromiseLike<R> & { set(headers: RequestHeaders): Sendable<R>; send(body: object): Sendable<R> }
type RequestMaker<R> = new (app: unknown, method: string, path: string) => Sendable<R>

const needed = 'urn:countersign:problem:step-up-required'
const ownHeaders: RequestHeaders = { Accept: 'application/json', 'Sec-Fetch-Site': 'same-origin' }
const rounds = 6

/**
 * Walks a guarded supertest request to its end: asks, opens the challenge, reads the code, answers, and sends the request
 * again with the elevation. The still clock of the inbox moves past message limits by itself. A request that needs no
 * code, or is refused for another reason, comes back as it is.
 *
 * @param make makes the request with the headers that it is given; called once or twice.
 * @throws Error when a step is refused, with its problem type.
 * @example
 * const response = await confirm((headers) => request(app).post('/transfers').set(headers).send(transfer), { inbox, subject: 'alice' })
 */
export async function confirm<R extends ConfirmedResponse>(
  make: (headers: RequestHeaders) => ConfirmableRequest<R>,
  options: ConfirmOptions,
): Promise<R> {
  for (let round = 0; round < rounds; round++) {
    const asked = make(ownHeaders)
    const refusal = await asked
    if (refusal.status !== 403 || bodyOf(refusal).type !== needed) return refusal
    const confirmed = await answered(asked, refusal, options)
    if (confirmed) return make({ ...ownHeaders, ...confirmed })
  }
  throw new Error('The messages of this subject stay limited. Give the inbox of aCountersign(), whose clock can move.')
}

/** The headers that carry the elevation; `undefined` when the clock had to move and everything begins again. */
async function answered<R extends ConfirmedResponse>(
  asked: ConfirmableRequest<R>,
  refusal: R,
  { inbox, subject }: ConfirmOptions,
): Promise<RequestHeaders | undefined> {
  const post = sameApplication(asked)
  const { ticket, challenges = '' } = bodyOf(refusal)
  const cookies = takenCookies({ Cookie: asked.getHeader('cookie') ?? '' }, refusal)
  const opened = await post(challenges, { ticket }, cookies)
  if (opened.status === 429 && inbox.clock) {
    inbox.clock.advance(Number(opened.headers['retry-after']) + 1)
    return undefined
  }
  const challenge = required(opened, 201).challenge?.id ?? ''
  const answer = await post(
    `${challenges}/${challenge}/answer`,
    { code: await inbox.lastCode(subject) },
    takenCookies(cookies, opened),
  )
  const { elevation } = required(answer, 200)
  return { ...takenCookies(cookies, answer), 'Countersign-Elevation': elevation?.token ?? '' }
}

/** Sends to another path of the application that the first request was for, as the same person. */
function sameApplication<R extends ConfirmedResponse>(asked: ConfirmableRequest<R>) {
  const Maker = asked.constructor as RequestMaker<R>
  const authorization = asked.getHeader('authorization')
  return (path: string, body: object, cookies: RequestHeaders) =>
    new Maker(asked.app, 'post', path)
      .set({ ...ownHeaders, ...(authorization && { Authorization: authorization }), ...cookies })
      .send(body)
}

/** The cookies of a request with those that a response set in their place. */
function takenCookies(sent: RequestHeaders, { headers }: ConfirmedResponse): RequestHeaders {
  const jar = new Map(pairsOf(sent.Cookie?.split(/; */) ?? []))
  const set = headers['set-cookie']
  for (const [name, value] of pairsOf(Array.isArray(set) ? set.map((line) => String(line).split(';')[0] ?? '') : []))
    jar.set(name, value)
  return jar.size > 0 ? { Cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') } : {}
}

function pairsOf(cookies: readonly string[]): readonly (readonly [string, string])[] {
  return cookies
    .filter((cookie) => cookie.includes('='))
    .map((cookie) => [cookie.slice(0, cookie.indexOf('=')), cookie.slice(cookie.indexOf('=') + 1)] as const)
}

function bodyOf({ body }: ConfirmedResponse): Refused {
  return typeof body === 'object' && body !== null ? body : {}
}

function required(response: ConfirmedResponse, status: number): Refused {
  if (response.status === status) return bodyOf(response)
  throw new Error(
    `The step-up was answered ${response.status} ${bodyOf(response).type ?? ''} where ${status} was expected.`,
  )
}
