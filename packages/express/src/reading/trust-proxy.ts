import { CountersignError } from '@countersign/core'
import type { Request } from 'express'

/**
 * Refuses Express's `trust proxy: true`: with it anybody names his own address, and no limit per address holds. An application
 * that was found in order is not asked again.
 *
 * @throws CountersignError `ERR_COUNTERSIGN_TRUST_PROXY`, from the first request on.
 */
export function proxyCheck(): (request: Request) => void {
  const inOrder = new WeakSet<object>()
  return function checkTrustProxy({ app }) {
    if (inOrder.has(app)) return
    if (app.get('trust proxy') !== true) inOrder.add(app)
    else
      throw new CountersignError(
        'ERR_COUNTERSIGN_TRUST_PROXY',
        "Express trusts every proxy, so that a client can name any address as its own. Say which ones there are: app.set('trust proxy', 1) for one, or their subnets.",
      )
  }
}
