import { Agent, request } from 'node:http'

/** Headers of a request, by name in lower case. */
export type Headers = Readonly<Record<string, string>>

/** What came back: status, JSON (or nothing), the cookies that were set, as they are sent again, and where a redirect leads. */
export type Reply = Readonly<{
  status: number
  body: Readonly<Record<string, unknown>>
  cookies: readonly string[]
  location?: string
}>

/** Requests with a JSON body, or a form, over a few connections that stay open. */
export type Client = Readonly<{
  send(method: 'GET' | 'POST', path: string, headers: Headers, body?: object | URLSearchParams): Promise<Reply>
  close(): void
}>

const usualConnections = 10

export function createClient(url: string, connections = usualConnections): Client {
  const agent = new Agent({ keepAlive: true, maxSockets: connections, scheduling: 'fifo' })
  return {
    send(method, path, headers, body) {
      const { text, framing } = framed(body)
      return new Promise((resolve, reject) => {
        const sent = request(`${url}${path}`, {
          method,
          agent,
          headers: { accept: 'application/json', ...headers, ...framing },
        })
        sent.on('error', reject)
        sent.on('response', (response) => {
          let received = ''
          response.setEncoding('utf8')
          response.on('error', reject)
          response.on('data', (piece: string) => {
            received += piece
          })
          response.on('end', () => {
            const cookies = (response.headers['set-cookie'] ?? []).map((cookie) => cookie.split(';', 1)[0] ?? '')
            const { location } = response.headers
            resolve({
              status: response.statusCode ?? 0,
              body: bodyOf(received),
              cookies,
              ...(location !== undefined && { location }),
            })
          })
        })
        sent.end(text)
      })
    },
    close: () => agent.destroy(),
  }
}

function framed(body: object | URLSearchParams | undefined) {
  if (body === undefined) return { text: '', framing: {} }
  const form = body instanceof URLSearchParams
  const text = form ? body.toString() : JSON.stringify(body)
  const type = form ? 'application/x-www-form-urlencoded' : 'application/json'
  return { text, framing: { 'content-type': type, 'content-length': text.length } }
}

function bodyOf(text: string): Reply['body'] {
  const value: unknown = text.startsWith('{') ? JSON.parse(text) : {}
  return value as Reply['body']
}

/** The reply, if it has the status that the way needs; a benchmark of refusals would look fast. */
export function expected(reply: Reply, status: number): Reply {
  if (reply.status === status) return reply
  throw new Error(
    `A measured server answered ${reply.status} where ${status} was expected: ${JSON.stringify(reply.body)}`,
  )
}
