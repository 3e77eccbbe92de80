import { CountersignError } from '../errors.js'
import type { By } from '../subject/transition.js'
import type { Asking } from './countersign.js'
import { originOf } from './tell-for.js'

/**
 * Whoever decided has to be named where it was not the person.
 * @throws CountersignError `ERR_COUNTERSIGN_DECIDER` when `by` is no text of 1 to 256 characters.
 */
export function requireDecider(verb: string, by: unknown): void {
  if (typeof by === 'string' && by.length > 0 && by.length <= 256) return
  throw new CountersignError(
    'ERR_COUNTERSIGN_DECIDER',
    `${verb}() was called without saying who decided. Write ${verb}({ subject, by: administrator.id }) with a text of 1 to 256 characters.`,
  )
}

/** The person, or whom the application lets decide. */
export function byOf({ by, ...asking }: Readonly<{ by?: string }> & Asking): By {
  return { actor: by === undefined ? 'subject' : 'application', ...originOf(asking) }
}
