import { CountersignError } from '@countersign/core'

/** The authorization server gave no usable answer, so that nothing can be said about a token: 503. */
export class IssuerUnavailable extends CountersignError {
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_COUNTERSIGN_ISSUER_UNAVAILABLE', message, options)
  }

  /** Whatever stopped us from asking. */
  static from(error: unknown): IssuerUnavailable {
    if (error instanceof IssuerUnavailable) return error
    return new IssuerUnavailable('The authorization server could not be asked.', { cause: error })
  }
}
