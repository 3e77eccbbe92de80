import { Agent, request } from 'node:http'

/** Headers of a request, by name in lower case. */
export type Headers = Readonly<Record<string, string>>

/** What came back: status, JSON (or nothing), and the cookies that were set, as they are sent again. */
export type Reply = Readonly<{ status: number; body: Readonly<Record<string, unknown>>; cookies: readonly string[] }>

/** Requests with a JSON body over a few connections that stay open. */
export type Client = Readonly<{
  send(method: 'GET' | 'POST', path: string, headers: Headers, body?: object): Promise<Reply>
  close(): void
}>

const connections = 10

export function createClient(url: string): Client {
  const agent = new Agent({ keepAlive: true, maxSockets: connections, scheduling: 'fifo' })
  return {
    send(method, path, headers, body) {
      const text = body === undefined ? '' : JSON.stringify(body)
      const framing = body === undefined ? {} : { 'content-type': 'application/json', 'content-length': text.length }
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
            resolve({ status: response.statusCode ?? 0, body: bodyOf(received), cookies })
          })
        })
        sent.end(text)
      })
    },
    close: () => agent.destroy(),
  }
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
