import {
  canonicalEmail,
  jsonBody,
  knownMediaType,
  type People,
  Problem,
  seeded,
  shaped,
  sharedProblem,
} from '@countersign/example-bank/parts'
import type { CompleteBackchannelOutcome, OidcStepUp } from '@countersign/oidc-provider'
import { Router } from 'express'
import { type Configuration, errors, type Provider } from 'oidc-provider'
import { z } from 'zod'
import { Refused } from '../http/refused.js'
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
  routes.post('/approve', knownMediaType, jsonBody(), async function approve(request, response) {
    const { auth_req_id: id, code } = shaped(request, typed)
    const asked = await provider.BackchannelAuthenticationRequest.find(id)
    if (!asked) throw new Problem('not-found')
    if (asked.grantId || asked.error) throw alreadyOver(asked)
    const rar = detailsIn(asked.params?.authorization_details)
    const completed = await stepUp.completeBackchannel(provider, id, {
      grantId: await grantFor(provider, asked),
      code,
      ...(rar && { rar }),
    })
    if (completed.outcome !== 'completed') throw refusalOf(completed)
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

/** Said yes to before, or refused when it came. */
function alreadyOver({ grantId }: BackchannelRequest): Refused {
  return new Refused(sharedProblem('challenge-closed', { why: grantId ? 'answered' : 'cancelled' }))
}

/** The answers of the challenge routes, for the same outcomes. */
function refusalOf(completed: Exclude<CompleteBackchannelOutcome, { outcome: 'completed' }>): Error {
  switch (completed.outcome) {
    case 'wrong':
      return new Refused(sharedProblem('wrong-code', { attemptsLeft: completed.attemptsLeft }))
    case 'earlier-code': {
      const { attemptsLeft, sentAt } = completed
      return new Refused(sharedProblem('earlier-code', { attemptsLeft, sentAt }))
    }
    case 'code-expired': {
      const { attemptsLeft, expiredAt } = completed
      return new Refused(sharedProblem('security-code-expired', { attemptsLeft, expiredAt }))
    }
    case 'closed':
      return new Refused(sharedProblem('challenge-closed', { why: completed.why, at: completed.at }))
    case 'locked':
      return new Refused(
        sharedProblem('step-up-locked', { retryAt: completed.retryAt }, 423),
        secondsUntil(completed.retryAt),
      )
    // What was asked for cannot be reached by the code that was mailed.
    case 'more-needed':
    case 'unmet':
      return new Refused(sharedProblem('step-up-unavailable'))
    case 'unavailable':
      return new Problem('unavailable', completed)
    case 'malformed':
    case 'not-found':
      return new Problem(completed.outcome)
  }
}

function secondsUntil(time: Date): number {
  return Math.max(1, Math.ceil((time.getTime() - Date.now()) / 1000))
}
