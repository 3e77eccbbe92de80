import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'

/** An authorization server in the measuring process: whatever it costs is not counted. */
export type TokenIssuer = Readonly<{
  url: string
  /** The tokens of one round, the same whenever they are asked for: each server sees each of them in one of its rounds only. */
  tokensOf(round: number): Promise<readonly string[]>
  stop(): void
}>

export const audience = 'https://api.example.test'
const lifeSeconds = 3600

/** Publishes a key and signs by RS256: what most issuers do, and the signature that is verified fastest. */
export async function startTokenIssuer(tokensEachRound: number): Promise<TokenIssuer> {
  const { publicKey, privateKey } = await generateKeyPair('RS256')
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'bench', alg: 'RS256', use: 'sig' }] }
  const server = createServer((request, response) => {
    const metadata = { issuer: url, jwks_uri: `${url}/jwks` }
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(request.url === '/jwks' ? jwks : metadata))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const signed = new Map<number, Promise<readonly string[]>>()

  function sign(jti: string): Promise<string> {
    const authenticated = { acr: '2', amr: ['pwd', 'otp'], auth_time: Math.floor(Date.now() / 1000) }
    return new SignJWT({ client_id: 'app', scope: 'openid notes', jti, ...authenticated })
      .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid: 'bench' })
      .setIssuer(url)
      .setAudience(audience)
      .setSubject('alice')
      .setIssuedAt()
      .setExpirationTime(`${lifeSeconds}s`)
      .sign(privateKey)
  }

  return {
    url,
    tokensOf(round) {
      const known =
        signed.get(round) ?? Promise.all(Array.from({ length: tokensEachRound }, (_, n) => sign(`${round}-${n}`)))
      signed.set(round, known)
      return known
    },
    stop() {
      server.closeAllConnections()
      server.close()
    },
  }
}
