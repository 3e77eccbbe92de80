import {
  canonicalEmail,
  formBody,
  jsonBody,
  longestPassword,
  type People,
  Problem,
  perMinute,
  shaped,
  wantsPage,
  whoSignsIn,
} from '@countersign/example-bank/parts'
import { type Request, type Response, Router } from 'express'
import type { Provider } from 'oidc-provider'
import { z } from 'zod'
import { interactionLost } from '../http/refused.js'
import { type ShownPage, sendPage } from '../pages/send-page.js'
import { allowFormsTo } from './form-targets.js'
import { grantAll } from './grant-all.js'

type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>

const credentials = z.strictObject({ email: z.string(), password: z.string() })
const nothing = z.strictObject({})

/** The provider's own pages: login and consent. A step-up has been answered before, by the router of Countersign. */
export function interactionRoutes(provider: Provider, people: People, clientLimits: boolean): Router {
  const routes = Router()
  routes.use(jsonBody(), formBody)

  routes.get('/:uid', async function showInteraction(request, response) {
    const interaction = await interactionOf(request, response)
    if (interaction.prompt.name === 'login') return show(request, response, loginPage(request), { prompt: 'login' })
    if (interaction.prompt.name !== 'consent') throw new Problem('not-found')
    const scopes = scopesOf(interaction)
    show(request, response, await consentPage(interaction, scopes), { prompt: 'consent', scopes })
  })

  const limit = clientLimits ? [perMinute(60)] : []
  routes.post('/:uid/login', ...limit, async function logIn(request, response) {
    const interaction = await interactionOf(request, response, 'login')
    const { email, password } = shaped(request, credentials)
    const known =
      password.length <= longestPassword ? await whoSignsIn(people, canonicalEmail(email), password) : undefined
    if (known) return finish(request, response, { login: { accountId: known.id, amr: ['pwd'], ts: nowInSeconds() } })
    if (!wantsPage(request)) throw new Problem('wrong-credentials')
    sendPage(request, response, { page: 'login', uid: interaction.uid, email, failed: true }, { status: 401 })
  })

  routes.post('/:uid/consent', async function consent(request, response) {
    const interaction = await interactionOf(request, response, 'consent')
    shaped(request, nothing)
    await finish(request, response, { consent: { grantId: await grantAll(provider, interaction) } })
  })

  routes.post('/:uid/abort', async function abort(request, response) {
    await interactionOf(request, response)
    shaped(request, nothing)
    await finish(request, response, { error: 'access_denied', error_description: 'The person went back' })
  })

  routes.use(() => {
    throw new Problem('not-found')
  })

  /** The interaction of this address and this browser (T17); anything else is lost. */
  async function interactionOf(request: Request, response: Response, prompt?: string): Promise<Interaction> {
    const interaction = await provider.interactionDetails(request, response)
    if (interaction.uid !== request.params.uid) throw interactionLost()
    if (prompt !== undefined && interaction.prompt.name !== prompt) throw new Problem('not-found')
    allowFormsTo(response, interaction.params.redirect_uri)
    return interaction
  }

  async function finish(request: Request, response: Response, result: Parameters<Provider['interactionResult']>[2]) {
    const onwards = await provider.interactionResult(request, response, result, { mergeWithLastSubmission: true })
    response.redirect(303, onwards)
  }

  async function consentPage({ uid, params }: Interaction, scopes: readonly string[]): Promise<ShownPage> {
    const client = await provider.Client.find(String(params.client_id))
    return { page: 'consent', uid, client: client?.clientName ?? String(params.client_id), scopes }
  }

  return routes
}

function loginPage(request: Request): Extract<ShownPage, { page: 'login' }> {
  return { page: 'login', uid: String(request.params.uid), email: '', failed: false }
}

function show(request: Request, response: Response, page: ShownPage, twin: object): void {
  if (wantsPage(request)) sendPage(request, response, page)
  else response.json(twin)
}

/** What is asked for and not granted yet. */
function scopesOf({ prompt: { details }, params }: Interaction): readonly string[] {
  const { missingOIDCScope, missingResourceScopes } = details as {
    missingOIDCScope?: string[]
    missingResourceScopes?: Record<string, string[]>
  }
  const missing = [...(missingOIDCScope ?? []), ...Object.values(missingResourceScopes ?? {}).flat()]
  return missing.length > 0
    ? [...new Set(missing)]
    : String(params.scope ?? '')
        .split(' ')
        .filter(Boolean)
}

/** On the provider's own clock; without it the way back would count as the login (T6). */
function nowInSeconds(): number {
  return Math.floor(Date.now() / 1000)
}
