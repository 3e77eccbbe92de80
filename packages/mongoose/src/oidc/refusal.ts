import { errors } from 'oidc-provider'

/** The refusal of who comes second to what can be used once. The relying party gets its code, the log its detail. */
export function alreadyUsed(model: string): errors.OIDCProviderError {
  if (model !== 'PushedAuthorizationRequest') return new errors.InvalidGrant(`${model} is unknown or already consumed`)
  return new errors.InvalidRequestUri('request_uri is invalid, expired, or was already used')
}

/** The refusal of a proof or assertion that another request has just shown. */
export function alreadySeen(): errors.OIDCProviderError {
  return new errors.InvalidRequest('a proof or assertion must only be used once')
}
