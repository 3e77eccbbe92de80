import { type Client, createClient, expected } from './frame/client.js'
import { type MeasuredServer, startServer } from './frame/measured-server.js'
import type { Comparison } from './frame/report.js'
import type { Measurement } from './frame/rounds.js'
import { startTokenIssuer, type TokenIssuer } from './frame/token-issuer.js'

/** Requests of one round, and those before them that wake the process up after the others' turns. */
const requests = 250
const uncounted = 50

/**
 * `requireToken` before a route: `require-token` with a token that was never seen, beside a handler that verifies it by jose and does nothing
 * else; `require-token-again` with one that was seen before, beside the same route without any look at it.
 */
export const requireTokenComparisons: readonly Comparison[] = [
  { bench: 'require-token', against: 'bare-jose', goal: 1.05 },
  { bench: 'require-token', against: 'express-oauth2-jwt-bearer' },
  { bench: 'require-token-again', against: 'bare-express', goal: 1.15 },
  { bench: 'require-token-again', against: 'express-oauth2-jwt-bearer-again' },
]

type Stoppable = Measurement & Pick<MeasuredServer, 'stop'>

/** Starts what is measured; the authorization server ends with the first of them. */
export async function requireTokenServers(): Promise<readonly (() => Promise<Stoppable>)[]> {
  const issuer = await startTokenIssuer(uncounted + requests)
  const programs = ['bare-express', 'require-token', 'bare-jose', 'express-oauth2-jwt-bearer']
  return programs.map((program) => () => measurement(program, issuer))
}

async function measurement(program: string, issuer: TokenIssuer): Promise<Stoppable> {
  const server = await startServer(program, { BENCH_ISSUER: issuer.url })
  const client = createClient(server.url)
  let rounds = 0

  return {
    name: program,
    stop() {
      issuer.stop()
      client.close()
      server.stop()
    },
    async round() {
      const tokens = await issuer.tokensOf(rounds++)
      const fresh = await measured(server, client, tokens)
      const seen = await measured(
        server,
        client,
        tokens.map(() => tokens.at(-1) ?? ''),
      )
      // A route that looks at no token does not care which one it is.
      return program === 'bare-express' ? { [program]: seen } : { [program]: fresh, [`${program}-again`]: seen }
    },
  }
}

async function measured(server: MeasuredServer, client: Client, tokens: readonly string[]): Promise<number> {
  await load(client, tokens.slice(0, uncounted))
  return (await server.measure(() => load(client, tokens.slice(uncounted)))) / (tokens.length - uncounted)
}

async function load(client: Client, tokens: readonly string[]): Promise<void> {
  await Promise.all(
    tokens.map(async (token) =>
      expected(await client.send('GET', '/notes', { authorization: `Bearer ${token}` }), 200),
    ),
  )
}
