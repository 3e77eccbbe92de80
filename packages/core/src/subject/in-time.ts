import { StoreUnavailable } from '../errors.js'

/**
 * What the work gives, or a refusal when it takes longer than so many milliseconds. Late work is left to itself: what
 * it gives is nobody's any more, and what it throws disturbs nobody.
 *
 * @throws StoreUnavailable with the given words.
 */
export async function inTime<T>(work: Promise<T>, milliseconds: number, refusal: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, refuse) => {
    timer = setTimeout(() => refuse(new StoreUnavailable(refusal)), milliseconds)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
