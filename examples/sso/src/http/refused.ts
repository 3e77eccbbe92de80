import { sharedProblem } from '@countersign/example-bank/parts'

/** A body as RFC 9457 has it. */
type Body = Readonly<{ type: string; title: string; status: number; [member: string]: unknown }>

/** A refusal that a route throws, in the words of whoever named it first. */
export class Refused extends Error {
  override readonly name = 'Refused'
  readonly body: Body
  readonly retryAfterSeconds: number | undefined

  constructor(body: Body, retryAfterSeconds?: number) {
    super(body.title)
    this.body = body
    this.retryAfterSeconds = retryAfterSeconds
  }
}

/** An interaction that is over, was answered in another tab, or is another browser's (T18). */
export function interactionLost(): Refused {
  return new Refused(sharedProblem('interaction-lost', { startAgain: '/' }))
}

/** The bank said no, or less than what it was asked for. `error` is its word for it. */
export function notConfirmed(error: string): Refused {
  return new Refused({
    type: 'urn:example:rhein-bakery:problem:not-confirmed',
    title: 'The bank did not confirm it',
    status: 403,
    error,
  })
}
