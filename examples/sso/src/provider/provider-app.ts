import {
  type Inbox,
  knownHost,
  knownMediaType,
  ownOrigin,
  type People,
  wantsPage,
} from '@countersign/example-bank/parts'
import type { AttachedStepUp, OidcStepUp } from '@countersign/oidc-provider'
import express, { type Express } from 'express'
import type { Provider } from 'oidc-provider'
import type { Logger } from 'pino'
import type { Addresses } from '../addresses.js'
import { refusals } from '../http/refusals.js'
import { surround } from '../http/surroundings.js'
import { sendPage } from '../pages/send-page.js'
import { backchannelRoutes } from './backchannel.js'
import { contentSecurity } from './form-targets.js'
import { houseLook } from './house-look.js'
import { interactionRoutes } from './interactions.js'

/** What the provider's routes work with. */
export type ProviderAppParts = Readonly<{
  addresses: Addresses
  provider: Provider
  stepUp: OidcStepUp
  attached: AttachedStepUp
  people: People
  clientLimits: boolean
  inbox?: Inbox
  log: Logger
}>

/** The OpenID provider as an Express application: read from top to bottom, this is the way of a request. */
export function createProviderApp(parts: ProviderAppParts): Express {
  const { addresses, provider, stepUp, attached, people, clientLimits, inbox, log } = parts
  const site = new URL(addresses.issuer)
  const app = express()
  surround(app, { log, policy: contentSecurity() })
  app.use(knownHost(site))
  app.get('/', (_request, response) => response.redirect(303, addresses.relyingParty))
  if (inbox)
    app.get('/inbox', function showInbox(request, response) {
      if (wantsPage(request)) sendPage(request, response, { page: 'inbox', mails: inbox.mails() })
      else response.json(inbox.mails())
    })
  app.use(backchannelRoutes(provider, stepUp))
  app.use('/interaction', attached.router)
  app.use('/interaction', ownOrigin(site), knownMediaType, interactionRoutes(provider, people, clientLimits))
  app.use('/interaction', refusals(log))
  provider.use(houseLook)
  app.use(provider.callback())
  app.use(refusals(log))
  return app
}
