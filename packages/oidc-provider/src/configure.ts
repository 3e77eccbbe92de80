import { CountersignError } from '@countersign/core'
import { type Configuration, interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider'
import { acrClaimOf } from './demand/acr-claim.js'
import type { Parts } from './parts.js'
import { stepUpPrompt } from './policy/plan.js'
import { authenticationClaims } from './token-claims.js'

type Policy = (host: readonly interactionPolicy.Prompt[]) => interactionPolicy.Prompt[]
type Interactions = NonNullable<Configuration['interactions']>
type Features = NonNullable<Configuration['features']>

/** What tokens say of an authentication. */
const claimNames = ['acr', 'amr', 'auth_time'] as const

/** The host's configuration with step-up in it; the host's own objects stay as they are. */
export function configurationWith<C extends Configuration>(parts: Parts, policy: Policy, host: C): C & Configuration {
  requireOwnInteractions(host)
  const { interactions = {} } = host
  return {
    ...host,
    acrValues: [...new Set([...(host.acrValues ?? []), ...parts.ladder.all.map(({ acr }) => acr)])],
    claims: withAuthentication(host.claims),
    features: { ...host.features, claimsParameter: claimsParameter(host.features) },
    interactions: {
      ...interactions,
      policy: policy(interactions.policy ?? interactionPolicy.base()),
      url: interactionUrl(parts, interactions.url),
    },
    extraTokenClaims: tokenClaims(host.extraTokenClaims),
  }
}

/** Those pages know no other prompt than the library's own, and overwrite the address of every interaction. */
function requireOwnInteractions({ features }: Configuration): void {
  if (features?.devInteractions?.enabled === false) return
  throw new CountersignError(
    'ERR_COUNTERSIGN_OIDC_DEV_INTERACTIONS',
    'The development interactions of oidc-provider are on, as they are by default, and answer 501 to a step-up. Write features: { devInteractions: { enabled: false } } and serve the login by pages of your own.',
  )
}

/** `openid` brings them along, so that no relying party has to ask for each. */
function withAuthentication(claims: Configuration['claims'] = {}): NonNullable<Configuration['claims']> {
  const { openid = ['sub'] } = claims
  if (Array.isArray(openid)) return { ...claims, openid: [...new Set([...openid, ...claimNames])] }
  const added = Object.fromEntries(claimNames.map((name) => [name, null]))
  return { ...claims, openid: { ...added, ...openid } }
}

/** Demands that cannot mean anything are refused wherever requests come in, pushed ones too. */
function claimsParameter(features: Features = {}): NonNullable<Features['claimsParameter']> {
  const { claimsParameter: host } = features
  return {
    ...host,
    enabled: true,
    async assertClaimsParameter(context, claims, client) {
      acrClaimOf(claims)
      await host?.assertClaimsParameter?.(context, claims, client)
    },
  }
}

function interactionUrl({ path }: Parts, host: Interactions['url']): NonNullable<Interactions['url']> {
  return (context, interaction) => {
    if (interaction.prompt.name === stepUpPrompt) return `${path}/${interaction.uid}`
    return host ? host(context, interaction) : `/interaction/${interaction.uid}`
  }
}

function tokenClaims(host: Configuration['extraTokenClaims']): NonNullable<Configuration['extraTokenClaims']> {
  return async (context: KoaContextWithOIDC, token) => {
    const own = authenticationClaims(context)
    const added = await host?.(context, token)
    return own || added ? { ...added, ...own } : undefined
  }
}
