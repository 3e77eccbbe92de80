import { createHash } from 'node:crypto'
import express, { type Express } from 'express'
import { exportJWK, generateKeyPair } from 'jose'
import type { Configuration, Provider } from 'oidc-provider'

/** Routes do not depend on it: the port is known later. */
export const issuer = 'http://127.0.0.1:3000'
export const application = { id: 'app', secret: 'secret', redirectUri: 'http://127.0.0.1:1/callback' } as const

/** A provider on its own memory, the same with and without step-up. */
export async function configuration(): Promise<Configuration> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  return {
    acrValues: ['1', '2'],
    claims: { openid: ['sub', 'acr', 'amr', 'auth_time'] },
    clients: [
      {
        client_id: application.id,
        client_secret: application.secret,
        redirect_uris: [application.redirectUri],
        id_token_signed_response_alg: 'ES256',
        token_endpoint_auth_method: 'client_secret_post',
      },
    ],
    cookies: { keys: [createHash('sha256').update('a key for the benchmark').digest('hex')] },
    features: { devInteractions: { enabled: false } },
    findAccount: (_context, sub) => ({ accountId: sub, claims: () => ({ sub }) }),
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    jwks: { keys: [{ ...(await exportJWK(privateKey)), alg: 'ES256', use: 'sig' }] },
    pkce: { required: () => false },
    ttl: { AccessToken: 300, AuthorizationCode: 60, Grant: 3600, IdToken: 300, Interaction: 600, Session: 3600 },
  }
}

/** Signs alice in without asking, with what `login` says of it, and grants what is asked for. */
export function addOwnPages(app: Express, provider: Provider, login: Readonly<{ acr?: string; amr?: string[] }>): void {
  const pages = express.Router()
  pages.get('/:uid', async (request, response) => {
    const { prompt, params, session } = await provider.interactionDetails(request, response)
    const ts = Math.floor(Date.now() / 1000)
    const result =
      prompt.name === 'login'
        ? { login: { accountId: 'alice', ts, ...login } }
        : { consent: { grantId: await granted(provider, String(params.client_id), session?.accountId ?? '') } }
    await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: true })
  })
  app.use('/interaction', pages)
}

function granted(provider: Provider, clientId: string, accountId: string): Promise<string> {
  const grant = new provider.Grant({ accountId, clientId })
  grant.addOIDCScope('openid')
  return grant.save()
}
