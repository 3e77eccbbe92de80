import { canonicalEmail, type People, Problem, type ProblemName, seeded, shaped } from '@countersign/example-bank/parts'
import type { CompleteBackchannelOutcome, OidcStepUp } from '@countersign/oidc-provider'
import express, { Router } from 'express'
import { type Configuration, errors, type Provider } from 'oidc-provider'
import { z } from 'zod'
import { detailsIn } from './payment-details.js'

type Ciba = NonNullable<NonNullable<Configuration['features']>['ciba']>
type BackchannelRequest = InstanceType<Provider['BackchannelAuthenticationRequest']>

const typed = z.strictObject({ auth_req_id: z.string(), code: z.string() })

/** CIBA: a client names somebody, who is mailed a code; the code is what the person says yes with. */
export function backchannel(stepUp: OidcStepUp, people: People): Ciba {
  return {
    enabled: true,
    deliveryModes: ['poll'],
    processLoginHint: async (_context, hint = '') => {
      const known = seeded.find(({ email }) => email === canonicalEmail(hint))
      return known?.id ?? (await people.byId(hint))?.id
    },
    processLoginHintToken: () => {
      throw new errors.InvalidRequest('name the person by login_hint')
    },
    validateRequestContext: () => undefined,
    verifyUserCode: () => undefined,
    async triggerAuthenticationDevice(context, request) {
      const { outcome } = await stepUp.openBackchannel(context, request)
      if (outcome === 'opened') return
      const { provider } = context.oidc
      const refused = outcome === 'unmet' ? new errors.UnmetAuthenticationRequirements() : new errors.AccessDenied()
      await provider.backchannelResult(request, refused)
    },
  }
}

/** The person's own device, as far as the demo has one: it takes the code of the mail. */
export function backchannelRoutes(provider: Provider, stepUp: OidcStepUp): Router {
  const routes = Router()
  routes.post('/approve', express.json({ limit: '16kb' }), async function approve(request, response) {
    const { auth_req_id: id, code } = shaped(request, typed)
    const asked = await provider.BackchannelAuthenticationRequest.find(id)
    if (!asked) throw new Problem('not-found')
    const rar = detailsIn(asked.params?.authorization_details)
    const completed = await stepUp.completeBackchannel(provider, id, {
      grantId: await grantFor(provider, asked),
      code,
      ...(rar && { rar }),
    })
    if (completed.outcome !== 'completed') throw new Problem(refusalOf(completed))
    response.json({ acr: completed.acr })
  })
  return routes
}

async function grantFor(
  provider: Provider,
  { accountId, clientId, scope, params }: BackchannelRequest,
): Promise<string> {
  const grant = new provider.Grant({ ...(accountId && { accountId }), ...(clientId && { clientId }) })
  grant.addOIDCScope(scope ?? 'openid')
  const resource = params?.resource
  if (typeof resource === 'string') grant.addResourceScope(resource, 'orders payments')
  for (const detail of detailsIn(params?.authorization_details) ?? []) grant.addRar(detail)
  return grant.save()
}

function refusalOf({ outcome }: Exclude<CompleteBackchannelOutcome, { outcome: 'completed' }>): ProblemName {
  if (outcome === 'unavailable') return 'unavailable'
  if (outcome === 'malformed') return 'malformed'
  return outcome === 'not-found' || outcome === 'closed' ? 'not-found' : 'wrong-value'
}
