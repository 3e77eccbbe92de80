const shared = 'urn:countersign:problem'
const own = 'urn:example:lindenhof-bank:problem'

/** The refusals of the bank's own routes. What Countersign's routes refuse as well has the same type there and here. */
const problems = {
  malformed: { in: shared, status: 400, title: 'The request is not of the form that this address takes' },
  'not-signed-in': { in: shared, status: 401, title: 'Sign in first' },
  'wrong-credentials': { in: own, status: 401, title: 'E-mail address or password is wrong' },
  'foreign-origin': { in: shared, status: 403, title: 'The request did not come from a page of this site' },
  'not-found': { in: shared, status: 404, title: 'There is nothing here' },
  'unsupported-media-type': { in: shared, status: 415, title: 'Send application/json or the form of the page' },
  'unknown-host': { in: shared, status: 421, title: 'This site does not go by that name' },
  'wrong-value': { in: own, status: 422, title: 'A value cannot be taken' },
  'too-many-requests': { in: shared, status: 429, title: 'Too many requests from this address' },
  'too-many-changes': { in: shared, status: 429, title: 'Too many changes in a day' },
  internal: { in: own, status: 500, title: 'Something went wrong here' },
  unavailable: { in: shared, status: 503, title: 'The bank cannot answer for certain now' },
} as const

export type ProblemName = keyof typeof problems

/** A field and what is wrong with it. The words for people are in `pages/words.ts`. */
export type FieldProblem = Readonly<{ field: string; problem: string }>

/** `status` may differ where HTTP has a better word for the same thing, such as 413. */
export type ProblemDetails = Readonly<{
  status?: number
  errors?: readonly FieldProblem[]
  retryAfterSeconds?: number
  cause?: unknown
}>

/** A refusal that an HTTP client sees (RFC 9457). */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly kind: ProblemName
  readonly status: number
  readonly errors: readonly FieldProblem[]
  readonly retryAfterSeconds: number | undefined

  constructor(kind: ProblemName, more: ProblemDetails = {}) {
    super(problems[kind].title, { cause: more.cause })
    this.kind = kind
    this.status = more.status ?? problems[kind].status
    this.errors = more.errors ?? []
    this.retryAfterSeconds = more.retryAfterSeconds
  }

  /** The body as `application/problem+json`. */
  body(requestId: string): Record<string, unknown> {
    return {
      type: `${problems[this.kind].in}:${this.kind}`,
      title: this.message,
      status: this.status,
      ...(this.errors.length > 0 && { errors: this.errors }),
      requestId,
    }
  }
}
