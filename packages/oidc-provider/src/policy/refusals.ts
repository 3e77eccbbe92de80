import { StoreUnavailable } from '@countersign/core'
import { errors } from 'oidc-provider'
import type { Parts } from '../parts.js'

/** The error of a demand that no step-up of this person could meet. */
export function unmet({ options }: Pick<Parts, 'options'>): Error {
  const description = 'the requested level of authentication cannot be reached'
  return options.unmetError === 'access_denied'
    ? new errors.AccessDenied(description)
    : new errors.UnmetAuthenticationRequirements(description)
}

/** Nothing is known for certain now. */
export function unavailable(): Error {
  return new errors.TemporarilyUnavailable('the level of authentication cannot be checked now')
}

/** Runs what asks the store; no certain answer is an error of the request, never a level. */
export async function orUnavailable<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    throw error instanceof StoreUnavailable ? unavailable() : error
  }
}
