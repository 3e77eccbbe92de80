import type { Actions, Countersign } from '@countersign/core'
import type { Identified } from '@countersign/express/door'
import { partsOf as pagePartsOf, type StepUpOptions, settingsOf } from '@countersign/express/door'
import type { Request, Response, Router } from 'express'
import type { Provider } from 'oidc-provider'
import { interactionRoutes } from './interaction/interaction-routes.js'
import type { SurroundingsByRequest } from './interaction/visit.js'
import type { Parts } from './parts.js'
import { sessionText } from './person.js'
import { sessionDoor } from './provider-session.js'

/** What there is once the provider is there too. */
export type AttachedStepUp = Readonly<{
  /** The pages of a step-up. Mount it at `path`, without a body parser before it. */
  router: Router
  /**
   * Who is signed in at the provider, for Express routes of the same program: `stepUp(countersign, { identify })`. What is
   * confirmed there and here is then of one session.
   */
  identify: (request: Request) => Promise<Identified | undefined>
  /**
   * Raises the provider's session to a level by what an Express guard of the same program has just asked for: an action that the level
   * names in `raisedBy`. The next request of a relying party gets the level, also with `prompt=none`.
   *
   * @example
   * app.get('/vault', requireStepUp('vault.open'), async (request, response) => { await raise(request, '2'); ... })
   */
  raise: (request: Request, acr: string) => Promise<'raised' | 'not-raised'>
}>

/** Brings the pages to a provider, and what ends with its sessions to an end. */
export function attachTo<A extends Actions>(
  parts: Parts,
  countersign: Countersign<A>,
  provider: Provider,
): AttachedStepUp {
  const sessions = sessionDoor(parts, provider)
  const surroundings: SurroundingsByRequest = new WeakMap()
  const settings = settingsOf(countersign, pageOptions(parts, provider, sessions.identify), 'sign-in')
  const pages = pagePartsOf(settings, (request) => surroundings.get(request) ?? {})
  parts.attach({ provider, pages: withRendering(parts, pages) })
  provider.on('session.destroyed', (session) => endSession(parts, session))
  return { router: interactionRoutes(parts, surroundings), ...sessions }
}

function pageOptions(
  { options, path }: Parts,
  provider: Provider,
  identify: AttachedStepUp['identify'],
): StepUpOptions {
  const { language, timeZone, theme, clientLimits, origins = [] } = options
  return {
    identify,
    base: path,
    origins: [...new Set([...origins, new URL(provider.issuer).origin])],
    ...(language && { language }),
    ...(timeZone && { timeZone }),
    ...(theme && { theme }),
    ...(clientLimits && { clientLimits }),
  }
}

type Pages = ReturnType<typeof pagePartsOf>

function withRendering({ options: { render } }: Parts, pages: Pages): Pages {
  if (!render) return pages
  const show = async (request: Request, response: Response, status: number, page: Parameters<Pages['show']>[3]) => {
    const { uid } = request.params
    response.status(status)
    await render(request, response, { status, page, uid: typeof uid === 'string' ? uid : undefined })
  }
  return { ...pages, show }
}

/** Signed out at the provider: what the session earned is worth nothing any more, and its open questions are closed. */
function endSession(
  { countersign, door }: Parts,
  { accountId, uid }: Readonly<{ accountId?: string | undefined; uid: string }>,
): void {
  if (accountId === undefined) return
  const about = { subject: accountId, session: sessionText(uid), reason: 'sign-out' }
  countersign.elevations
    .revoke(about)
    .then(({ outcome }) => outcome === 'revoked' || Promise.reject(new Error('The store gave no certain answer.')))
    .catch((error: unknown) =>
      door.log.error(
        { code: 'ERR_COUNTERSIGN_STORE_UNAVAILABLE', reason: error instanceof Error ? error.message : 'unknown' },
        'A session of the provider has ended, and what it had earned could not be ended with it. It is of no use without the session, and ends by its time.',
      ),
    )
}
