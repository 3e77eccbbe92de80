export type { AttachedStepUp } from './attach.js'
export type { BackchannelAnswer, CompleteBackchannelOutcome } from './backchannel/complete-backchannel.js'
export type { OpenBackchannelOutcome } from './backchannel/open-backchannel.js'
export { createOidcStepUp, type OidcStepUp } from './oidc-step-up.js'
export type {
  AcrLevel,
  Awaitable,
  Demand,
  OidcStepUpOptions,
  OpenedSession,
  StepUpView,
  TransactionDetail,
  TransactionType,
} from './options.js'
