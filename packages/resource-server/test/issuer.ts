import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose'

/** A key of the issuer: what signs, and what is published. */
export type SigningKey = Readonly<{ sign: CryptoKey; published: JWK }>

/** An authorization server on the loopback interface that publishes keys, signs tokens, and answers introspection. */
export type Issuer = Readonly<{
  url: string
  /** What is published now. */
  keys: SigningKey[]
  /** What the metadata say beside the usual. */
  metadata: Record<string, unknown>
  /** What introspection answers, by token. */
  opaque: Map<string, Record<string, unknown>>
  /** What was asked, oldest first: path, and credentials where some came. */
  asked: string[]
  /** A token of alice for the API, signed by the newest key. What is undefined is left out. */
  token(claims?: Claims, header?: Claims): Promise<string>
  /** Makes a key and publishes it, in place of the others or beside them. */
  rotate(others?: 'replaced' | 'kept'): Promise<void>
  /** Breaks every connection, or answers with a status. */
  fail(how: 'breaks' | number | undefined): void
  stop(): Promise<void>
}>

/** Claims or a header, right or wrong. */
export type Claims = Readonly<Record<string, unknown>>

export const audience = 'https://api.example.test'

/** Starts one. `path` is where it lives below its origin. */
export async function anIssuer({ path = '', wellKnown = openIdWellKnown } = {}): Promise<Issuer> {
  const asked: string[] = []
  const opaque = new Map<string, Record<string, unknown>>()
  const metadata: Record<string, unknown> = {}
  const keys: SigningKey[] = [await aKey()]
  let failing: 'breaks' | number | undefined

  const server = createServer((request, response) => {
    asked.push([request.url, request.headers.authorization].filter(Boolean).join(' '))
    if (failing === 'breaks') request.socket.destroy()
    else if (failing !== undefined) response.writeHead(failing).end()
    else answer(request, response)
  })
  const url = `http://127.0.0.1:${await listening(server)}${path}`

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const answers: Readonly<Record<string, () => Promise<unknown>>> = {
      [wellKnown(path)]: async () => ({
        issuer: url,
        jwks_uri: `${url}/jwks`,
        introspection_endpoint: `${url}/introspect`,
        ...metadata,
      }),
      [`${path}/jwks`]: async () => ({ keys: keys.map(({ published }) => published) }),
      [`${path}/introspect`]: async () =>
        opaque.get(new URLSearchParams(await text(request)).get('token') ?? '') ?? { active: false },
    }
    const found = await answers[request.url ?? '']?.()
    response.writeHead(found ? 200 : 404, { 'content-type': 'application/json' }).end(JSON.stringify(found))
  }

  return {
    url,
    keys,
    metadata,
    opaque,
    asked,
    async token(claims = {}, header = {}) {
      const { sign, published } = keys.at(-1) as SigningKey
      return new SignJWT({ ...usualClaims(url), ...claims } as JWTPayload)
        .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: published.kid, ...header } as { alg: string })
        .sign(sign)
    },
    async rotate(others = 'replaced') {
      const key = await aKey()
      if (others === 'replaced') keys.splice(0)
      keys.push(key)
    },
    fail(how) {
      failing = how
    },
    stop: () => stopped(server),
  }
}

export function openIdWellKnown(path: string): string {
  return `${path}/.well-known/openid-configuration`
}

export function oauthWellKnown(path: string): string {
  return `/.well-known/oauth-authorization-server${path}`
}

/** A token from now on for five minutes, after a sign-in with level 2 a minute ago. */
export function usualClaims(issuer: string): JWTPayload {
  const now = Math.floor(Date.now() / 1000)
  const times = { iat: now, exp: now + 300, auth_time: now - 60 }
  const who = { sub: 'alice', client_id: 'app', scope: 'openid orders', acr: '2', amr: ['pwd', 'otp'] }
  return { iss: issuer, aud: audience, jti: randomUUID(), ...times, ...who }
}

export async function aKey(alg = 'ES256', kid: string | undefined = randomUUID()): Promise<SigningKey> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true })
  return { sign: privateKey, published: { ...(await exportJWK(publicKey)), use: 'sig', ...(kid && { kid, alg }) } }
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

async function stopped(server: Server): Promise<void> {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
}
