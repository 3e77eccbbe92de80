export {
  type AssertOptions,
  type AuthenticationClaims,
  assertAuthentication,
  type Wanted,
} from './relying-party/assert-authentication.js'
export { type ChallengeSource, type StepUpChallenge, stepUpChallengeOf } from './relying-party/step-up-challenge.js'
export { type StepUpParametersOptions, stepUpParameters } from './relying-party/step-up-parameters.js'
