import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import type { OidcAdapterUnderTest, OidcPayload } from '../oidc-adapter-contract.js'

/** The models that oidc-provider asks an adapter for. */
export const oidcModels = [
  'Session',
  'Interaction',
  'Grant',
  'AuthorizationCode',
  'AccessToken',
  'RefreshToken',
  'ClientCredentials',
  'DeviceCode',
  'BackchannelAuthenticationRequest',
  'PushedAuthorizationRequest',
  'PreAuthorizedCode',
  'ReplayDetection',
  'Client',
  'InitialAccessToken',
  'RegistrationAccessToken',
] as const

/** The models of which `consume` is called. */
export const usedOnce = [
  'AuthorizationCode',
  'RefreshToken',
  'DeviceCode',
  'BackchannelAuthenticationRequest',
  'PushedAuthorizationRequest',
  'PreAuthorizedCode',
] as const

/** An id as oidc-provider draws them. */
export function anId(): string {
  return randomBytes(32).toString('base64url')
}

/** A payload as oidc-provider makes them for this id, with something of the test's. */
export function aPayload(id: string, more: OidcPayload = {}): OidcPayload {
  const iat = Math.floor(Date.now() / 1000)
  return { iat, exp: iat + 60, jti: id, ...more }
}

/** What is stored under the id; fails when there is nothing. */
export async function found(adapter: OidcAdapterUnderTest, id: string): Promise<OidcPayload> {
  const payload = await adapter.find(id)
  assert.ok(typeof payload === 'object' && payload !== null, 'nothing was found')
  return { ...payload }
}

/** Puts a payload there and gives what was put. */
export async function put(adapter: OidcAdapterUnderTest, more: OidcPayload = {}, id = anId()) {
  const payload = aPayload(id, more)
  await adapter.upsert(id, payload, 60)
  return { id, payload }
}

/** Fails when something is there. */
export async function missing(searching: Promise<unknown>): Promise<void> {
  assert.equal((await searching) ?? undefined, undefined)
}
