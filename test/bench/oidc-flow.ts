import { type Client, createClient, expected, type Reply } from './frame/client.js'
import { type MeasuredServer, startServer } from './frame/measured-server.js'
import type { Comparison } from './frame/report.js'
import type { Measurement } from './frame/rounds.js'
import { application } from './servers/openid-provider.js'
import { addressOf, headersOf, type Walker, withCookies } from './ways/walker.js'

/** Flows of one round, and those before them that wake the process up after the other's turn. */
const flows = 60
const uncounted = 12

/** A whole code flow (authorize, token, userinfo) of somebody whose session has the level: with the extension, beside the bare provider. */
export const oidcFlowComparisons: readonly Comparison[] = [{ bench: 'oidc-flow', against: 'oidc-bare', goal: 1.05 }]

export const oidcFlowServers = {
  'oidc-bare': () => measurement('oidc-bare'),
  'oidc-flow': () => measurement('oidc-flow'),
} as const

async function measurement(program: string): Promise<Measurement & Pick<MeasuredServer, 'stop'>> {
  const server = await startServer(program)
  const client = createClient(server.url)
  const alice = await signedIn(server, client)
  return {
    name: program,
    stop() {
      client.close()
      server.stop()
    },
    async round() {
      await inTurn(uncounted, () => flow(client, alice))
      const microseconds = await server.measure(() => inTurn(flows, () => flow(client, alice)))
      return { [program]: microseconds / flows }
    },
  }
}

const authorize = `/auth?${new URLSearchParams({
  client_id: application.id,
  response_type: 'code',
  redirect_uri: application.redirectUri,
  scope: 'openid',
  acr_values: '2',
})}`

/** A few connections, each with one flow after the other. */
async function inTurn(count: number, work: () => Promise<void>): Promise<void> {
  const lanes = 6
  await Promise.all(
    Array.from({ length: lanes }, async (_, lane) => {
      for (let done = lane; done < count; done += lanes) await work()
    }),
  )
}

async function flow(client: Client, walker: Walker): Promise<void> {
  const asked = expected(await client.send('GET', authorize, headersOf(walker)), 303)
  const code = new URL(asked.location ?? '').searchParams.get('code')
  if (code === null) throw new Error(`A provider led to ${asked.location} where a code was expected.`)
  const redeemed = await client.send('POST', '/token', {}, tokenRequest(code))
  const token = String(expected(redeemed, 200).body.access_token)
  expected(await client.send('GET', '/me', { authorization: `Bearer ${token}` }), 200)
}

function tokenRequest(code: string): URLSearchParams {
  return new URLSearchParams({
    grant_type: 'authorization_code',
    code,
    redirect_uri: application.redirectUri,
    client_id: application.id,
    client_secret: application.secret,
  })
}

/** Walks through login, consent and step-up once; the session of the first way back has the level. */
async function signedIn(server: MeasuredServer, client: Client): Promise<Walker> {
  let walker: Walker = { name: 'alice', headers: { origin: server.url }, cookies: new Map() }
  let at = authorize
  for (let steps = 0; steps < 20; steps += 1) {
    const reply = await client.send('GET', at, headersOf(walker))
    walker = withCookies(walker, reply)
    if (reply.location?.startsWith(application.redirectUri)) return lasting(walker)
    const next = reply.location ?? (await confirmed(at))
    at = new URL(next, server.url).pathname + new URL(next, server.url).search
  }
  throw new Error('The way to a session goes round in circles.')

  async function confirmed(page: string): Promise<string> {
    await posted(`${page}/challenge`, {}, 201)
    const codes = await untilCode(server)
    const reply = await posted(`${page}/answer`, { code: codes[addressOf(walker)] ?? '' }, 303)
    return reply.location ?? ''
  }

  async function posted(path: string, body: object, status: number): Promise<Reply> {
    const reply = expected(await client.send('POST', path, headersOf(walker), body), status)
    walker = withCookies(walker, reply)
    return reply
  }
}

/** The code leaves behind the answer that announces it. */
async function untilCode(server: MeasuredServer): Promise<Readonly<Record<string, string>>> {
  await server.measure(async () => {}, 1)
  return server.codes()
}

/** Without the cookies that belonged to the way. */
function lasting(walker: Walker): Walker {
  return { ...walker, cookies: new Map([...walker.cookies].filter(([name]) => !name.startsWith('_interaction'))) }
}
