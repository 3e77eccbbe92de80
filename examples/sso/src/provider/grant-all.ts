import type { Provider } from 'oidc-provider'
import { detailsIn } from './payment-details.js'

type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>
type Missing = Readonly<{
  missingOIDCScope?: string[]
  missingOIDCClaims?: string[]
  missingResourceScopes?: Record<string, string[]>
}>

/** Grants what the request asks for, into the grant that there is. Gives the grant's id. */
export async function grantAll(provider: Provider, interaction: Interaction): Promise<string> {
  const { params, prompt, session, grantId } = interaction
  const known = grantId === undefined ? undefined : await provider.Grant.find(grantId)
  const grant = known ?? new provider.Grant({ accountId: session?.accountId ?? '', clientId: String(params.client_id) })
  const { missingOIDCScope, missingOIDCClaims, missingResourceScopes } = prompt.details as Missing
  if (missingOIDCScope) grant.addOIDCScope(missingOIDCScope.join(' '))
  if (missingOIDCClaims) grant.addOIDCClaims(missingOIDCClaims)
  for (const [resource, scopes] of Object.entries(missingResourceScopes ?? {}))
    grant.addResourceScope(resource, scopes.join(' '))
  for (const detail of detailsIn(params.authorization_details) ?? []) grant.addRar(detail)
  return grant.save()
}
