export type { AttachedStepUp } from './attach.js'
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
