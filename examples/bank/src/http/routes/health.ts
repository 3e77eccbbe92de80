import { Router } from 'express'
import type { BankParts } from '../bank-parts.js'

/** For whatever starts and watches the bank. */
export function healthRoutes({ countersign }: Pick<BankParts, 'countersign'>): Router {
  const routes = Router()

  routes.get('/health/live', function live(_request, response) {
    response.json({ live: true })
  })

  routes.get('/health/ready', async function ready(_request, response) {
    const health = await countersign.health()
    response.status(health.ready ? 200 : 503).json(health)
  })

  return routes
}
