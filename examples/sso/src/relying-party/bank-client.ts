import {
  assertAuthentication,
  type StepUpChallenge,
  stepUpChallengeOf,
  stepUpParameters,
} from '@countersign/resource-server/relying-party'
import * as client from 'openid-client'
import { type Addresses, callbackOf } from '../addresses.js'
import { levels } from '../levels.js'
import { shop } from '../provider/clients.js'
import type { SignedIn, SignInUnderWay } from './session.js'

const scope = 'openid profile orders payments'

/** What an API answered, or what it asks for first. */
export type ApiAnswer =
  | Readonly<{ outcome: 'answered'; status: number; body: Record<string, unknown> }>
  | Readonly<{ outcome: 'step-up'; challenge: StepUpChallenge }>

/** The relying party's way to provider and API. */
export type BankClient = Readonly<{
  /** Where to send the person, and what to keep of it until the answer comes. */
  begin(wanted?: StepUpChallenge): Promise<Readonly<{ url: URL; underWay: SignInUnderWay }>>
  /** @throws CountersignError `ERR_COUNTERSIGN_UNMET_AUTHENTICATION` when less came back than was asked for. */
  finish(url: URL, underWay: SignInUnderWay): Promise<SignedIn>
  call(signedIn: SignedIn, method: 'GET' | 'POST', path: string, body?: object): Promise<ApiAnswer>
  /** Where signing out goes on, so that the provider's session ends, too. */
  signOutUrl(signedIn: SignedIn): Promise<URL>
}>

/** Asks for the provider's metadata when it is first needed. */
export function bankClient(addresses: Addresses): BankClient {
  let discovered: Promise<client.Configuration> | undefined
  const config = () => {
    discovered ??= discover(addresses).catch((error) => {
      discovered = undefined
      throw error
    })
    return discovered
  }

  return {
    async begin(wanted = { acrValues: [] }) {
      const underWay = {
        state: client.randomState(),
        nonce: client.randomNonce(),
        verifier: client.randomPKCECodeVerifier(),
        ...wanted,
      }
      const url = client.buildAuthorizationUrl(await config(), {
        redirect_uri: callbackOf(addresses),
        scope,
        resource: addresses.api,
        state: underWay.state,
        nonce: underWay.nonce,
        code_challenge: await client.calculatePKCECodeChallenge(underWay.verifier),
        code_challenge_method: 'S256',
        ...stepUpParameters(wanted),
      })
      return { url, underWay }
    },

    async finish(url, { state, nonce, verifier, ...wanted }) {
      const tokens = await client.authorizationCodeGrant(await config(), url, {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: verifier,
        idTokenExpected: true,
        ...(wanted.maxAgeSeconds !== undefined && { maxAge: wanted.maxAgeSeconds }),
      })
      const claims = tokens.claims()
      // openid-client looks at auth_time only; without this, a changed address in the browser would be believed.
      assertAuthentication(claims, wanted, { levels })
      if (!claims) throw new Error('The provider sent no ID token.')
      const { sub, acr, amr, auth_time, name } = claims
      return {
        name: typeof name === 'string' ? name : sub,
        accessToken: tokens.access_token,
        idToken: tokens.id_token ?? '',
        acr: String(acr ?? ''),
        amr: Array.isArray(amr) ? amr.map(String) : [],
        authTime: Number(auth_time ?? 0),
      }
    },

    async call({ accessToken }, method, path, body) {
      const text = body === undefined ? undefined : JSON.stringify(body)
      const response = await fetch(new URL(path, addresses.api), {
        method,
        headers: {
          authorization: `Bearer ${accessToken}`,
          ...(text !== undefined && { 'content-type': 'application/json' }),
        },
        ...(text !== undefined && { body: text }),
      })
      const challenge = stepUpChallengeOf(response)
      if (challenge) return { outcome: 'step-up', challenge }
      return { outcome: 'answered', status: response.status, body: (await response.json()) as Record<string, unknown> }
    },

    async signOutUrl({ idToken }) {
      return client.buildEndSessionUrl(await config(), {
        id_token_hint: idToken,
        post_logout_redirect_uri: `${addresses.relyingParty}/`,
      })
    },
  }
}

function discover({ issuer }: Addresses): Promise<client.Configuration> {
  return client.discovery(new URL(issuer), shop.id, shop.secret, undefined, { execute: [client.allowInsecureRequests] })
}
