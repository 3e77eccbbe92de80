import { exportJWK, generateKeyPair, type JWK } from 'jose'

const algorithms = ['RS256', 'ES256'] as const

/** New at each start: who verified tokens of an earlier run asks for the keys again. */
export function newSigningKeys(): Promise<JWK[]> {
  return Promise.all(algorithms.map(newSigningKey))
}

async function newSigningKey(alg: string): Promise<JWK> {
  const { privateKey } = await generateKeyPair(alg, { extractable: true })
  return { ...(await exportJWK(privateKey)), alg, use: 'sig' }
}
