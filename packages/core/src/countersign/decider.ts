import { CountersignError } from '../errors.js'

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
