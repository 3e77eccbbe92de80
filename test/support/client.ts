import { Agent, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http'

/** An answer as it came over the wire; `json` is `undefined` where the body is none. */
export type Answer = Readonly<{
  status: number
  headers: IncomingHttpHeaders
  text: string
  json: unknown
  /** Milliseconds until the answer was whole. */
  took: number
}>

/** What is sent: `body` as JSON, `form` as the form of a page, `raw` as it is. */
export type Sending = Readonly<{
  method: string
  path: string
  body?: unknown
  form?: Readonly<Record<string, string>>
  raw?: string
  headers?: Readonly<Record<string, string>>
}>

/** Somebody who sends requests with a browser's cookies and headers, but without a browser. */
export interface Client {
  readonly origin: string
  /** @throws Error when no answer came, as from a process that was killed. */
  send(sending: Sending): Promise<Answer>
  get(path: string, headers?: Sending['headers']): Promise<Answer>
  post(path: string, body?: unknown, headers?: Sending['headers']): Promise<Answer>
  /** The same person with the same cookies, at another process. */
  at(origin: string): Client
  /** The cookies as they are now; what comes later does not change them. */
  copy(): Client
  /** Goes on with the cookies of another client. */
  takeCookiesOf(other: Client): void
  /** The `Cookie` header that would be sent now. */
  cookieHeader(): string
}

type Jar = Map<string, string>

// A connection that outlives its process would fail the next request to the port.
const agent = new Agent({ keepAlive: false, maxSockets: Number.POSITIVE_INFINITY })

/** A client without any cookie yet. */
export function aClient(origin: string): Client {
  return withJar(origin, new Map())
}

function withJar(origin: string, jar: Jar): Client {
  const send = (sending: Sending) => exchange(origin, jar, sending)
  return {
    origin,
    send,
    get: (path, headers) => send({ method: 'GET', path, ...(headers && { headers }) }),
    post: (path, body = {}, headers = {}) => send({ method: 'POST', path, body, headers }),
    at: (other) => withJar(other, jar),
    copy: () => withJar(origin, new Map(jar)),
    takeCookiesOf(other) {
      jar.clear()
      for (const pair of other.cookieHeader().split('; ').filter(Boolean)) keepPair(jar, pair)
    },
    cookieHeader: () => cookieHeader(jar),
  }
}

function exchange(origin: string, jar: Jar, sending: Sending): Promise<Answer> {
  const began = performance.now()
  const { method, path } = sending
  const body = bodyOf(sending)
  const headers = { ...headersOf(origin, jar, sending), ...(body && { 'content-length': String(body.length) }) }
  return new Promise((resolve, reject) => {
    const outgoing = request(new URL(path, origin), { method, headers, agent }, (response) => {
      read(response).then((text) => {
        keepCookies(jar, response)
        const { statusCode: status = 0, headers: received } = response
        resolve({ status, headers: received, text, json: jsonOf(text), took: performance.now() - began })
      }, reject)
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

function bodyOf({ body, form, raw }: Sending): Buffer | undefined {
  if (raw !== undefined) return Buffer.from(raw)
  if (form) return Buffer.from(new URLSearchParams(form).toString())
  return body === undefined ? undefined : Buffer.from(JSON.stringify(body))
}

function headersOf(origin: string, jar: Jar, { method, body, form, raw, headers }: Sending): Record<string, string> {
  const changes = method !== 'GET' && method !== 'HEAD'
  const json = body !== undefined || raw !== undefined
  return {
    accept: form ? 'text/html' : 'application/json',
    ...(changes && { origin, 'sec-fetch-site': 'same-origin' }),
    ...(json && { 'content-type': 'application/json' }),
    ...(form && { 'content-type': 'application/x-www-form-urlencoded' }),
    ...(jar.size > 0 && { cookie: cookieHeader(jar) }),
    ...headers,
  }
}

function cookieHeader(jar: Jar): string {
  return [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
}

async function read(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

function keepCookies(jar: Jar, { headers }: IncomingMessage): void {
  for (const line of headers['set-cookie'] ?? []) {
    const [pair = '', ...attributes] = line.split(';')
    const over = attributes.some((attribute) => /^\s*(max-age=0|expires=thu, 01 jan 1970)/i.test(attribute))
    if (over) jar.delete(pair.split('=', 1)[0] ?? '')
    else keepPair(jar, pair)
  }
}

function keepPair(jar: Jar, pair: string): void {
  const [name = '', ...value] = pair.split('=')
  jar.set(name, value.join('='))
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** What stands at a path such as `challenge.id` of an answer's JSON. */
export function valueAt({ json }: Pick<Answer, 'json'>, path: string): unknown {
  let value = json
  for (const name of path.split('.'))
    value = typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
  return value
}

/** As `valueAt`, where a text must be. */
export function textAt(answer: Answer, path: string): string {
  const value = valueAt(answer, path)
  if (typeof value === 'string') return value
  throw new Error(`There is no text at "${path}" of an answer ${answer.status}: ${answer.text.slice(0, 500)}`)
}

/** The last word of a problem's type, such as `wrong-code`; empty for what is no problem. */
export function problemOf(answer: Answer): string {
  const type = valueAt(answer, 'type')
  return typeof type === 'string' ? (type.split(':').at(-1) ?? '') : ''
}

/** A word for counting: `200`, or with its problem `410 challenge-closed`. */
export function verdictOf(answer: Answer): string {
  return `${answer.status} ${problemOf(answer)}`.trim()
}
