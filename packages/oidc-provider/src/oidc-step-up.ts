import type { Actions, Asking } from '@countersign/core'
import { type Configuration, interactionPolicy, type KoaContextWithOIDC, type Provider } from 'oidc-provider'
import { type AttachedStepUp, attachTo } from './attach.js'
import type { BackchannelRequest } from './backchannel/backchannel-request.js'
import {
  type BackchannelAnswer,
  type CompleteBackchannelOutcome,
  completeBackchannel,
} from './backchannel/complete-backchannel.js'
import { type OpenBackchannelOutcome, openBackchannel } from './backchannel/open-backchannel.js'
import { configurationWith } from './configure.js'
import type { OidcStepUpOptions } from './options.js'
import { partsOf } from './parts.js'
import { policyAround } from './policy/policy.js'

/** Step-up for one OpenID provider. */
export type OidcStepUp = Readonly<{
  /**
   * A configuration with step-up in it, for `new Provider()`. Nothing of the given one is changed.
   * @throws CountersignError `ERR_COUNTERSIGN_OIDC_DEV_INTERACTIONS`, `_NO_LOGIN`, `_CONFIGURED`.
   */
  configure<C extends Configuration>(configuration: C): C & Configuration
  /** Pages and sessions of the provider that was made with it. Once. */
  attach(provider: Provider): AttachedStepUp
  /** The interaction policy alone, for who puts a configuration together by hand [around `interactionPolicy.base()`]. */
  policy(base?: readonly interactionPolicy.Prompt[]): interactionPolicy.Prompt[]
  /** CIBA: asks the person for a code. Call it in `triggerAuthenticationDevice`. */
  openBackchannel(
    context: KoaContextWithOIDC,
    request: BackchannelRequest,
    asking?: Asking,
  ): Promise<OpenBackchannelOutcome>
  /**
   * CIBA: completes a request with what the person typed, by the level that was really reached. Call it instead of
   * `provider.backchannelResult()`, which writes whatever it is told.
   */
  completeBackchannel(
    provider: Provider,
    requestId: string,
    answer: BackchannelAnswer,
  ): Promise<CompleteBackchannelOutcome>
}>

/**
 * Adds step-up to `oidc-provider`. Make it before `countersign.start()`.
 *
 * @throws CountersignError `ERR_COUNTERSIGN_OIDC_LEVELS`, `_OIDC_PATH`, `_OIDC_OPTION`, `_OIDC_TRANSACTION`,
 *   `ERR_COUNTERSIGN_LEVEL_UNREACHABLE`, `ERR_COUNTERSIGN_DECLARED_LATE`, `ERR_COUNTERSIGN_NOT_A_COUNTERSIGN`: each says what to write.
 * @example
 * const stepUp = createOidcStepUp({ countersign, levels: [{ acr: '1' }, { acr: '2', stepUp: true, ttlSeconds: 600 }] })
 * const provider = new Provider(issuer, stepUp.configure(configuration))
 * app.use('/step-up', stepUp.attach(provider).router)
 */
export function createOidcStepUp<const A extends Actions>(options: OidcStepUpOptions<A>): OidcStepUp {
  const parts = partsOf(options)
  const policy = policyAround(parts)
  return {
    configure: (configuration) => configurationWith(parts, policy, configuration),
    attach: (provider) => attachTo(parts, options.countersign, provider),
    policy: (base = interactionPolicy.base()) => policy(base),
    openBackchannel: (context, request, asking = {}) => openBackchannel(parts, context, request, asking),
    completeBackchannel: (provider, requestId, answer) => completeBackchannel(parts, provider, requestId, answer),
  }
}
