/** The address of the page that explains an error code. */
const errorPages = 'https://github.com/countersign/countersign/blob/main/docs/errors.md'

/**
 * What must not happen: a set-up that cannot work, or a call that no correct program makes.
 *
 * Expected refusals (a wrong code, a lock) are values, never this error. `code` is stable; the message says what came
 * and what to write instead.
 *
 * @example
 * try { createCountersign(parts) } catch (error) {
 *   if (error instanceof CountersignError) console.error(error.code, error.docs)
 * }
 */
export class CountersignError extends Error {
  override readonly name = 'CountersignError'
  /** Stable, `ERR_COUNTERSIGN_...`; each one has a section in `docs/errors.md`. */
  readonly code: `ERR_COUNTERSIGN_${string}`
  /** Where the code is explained. */
  readonly docs: string

  constructor(code: `ERR_COUNTERSIGN_${string}`, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
    this.docs = `${errorPages}#${code.toLowerCase()}`
  }
}

/**
 * The store, or something it needs, gave no certain answer. A use case that meets it ends without a verdict; doors
 * answer 503 with `Retry-After`.
 */
export class StoreUnavailable extends CountersignError {
  constructor(
    message: string,
    options?: ErrorOptions,
    code: `ERR_COUNTERSIGN_${string}` = 'ERR_COUNTERSIGN_STORE_UNAVAILABLE',
  ) {
    super(code, message, options)
  }
}
