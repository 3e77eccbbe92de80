import { StoreUnavailable } from '@countersign/core'

/** No certain answer, for an application to hand on: Express answers with `status` and `headers` where nobody else handles the error. */
export class HttpUnavailable extends StoreUnavailable {
  readonly status = 503
  readonly headers: Readonly<Record<string, string>>

  constructor(message: string, retryAfterSeconds: number, options?: ErrorOptions) {
    super(message, options)
    this.headers = { 'Retry-After': String(retryAfterSeconds) }
  }
}
