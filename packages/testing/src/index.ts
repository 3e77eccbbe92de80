export { aCountersign, type TestCountersign, type TestParts } from './a-countersign.js'
export {
  aCodeMessage,
  aContactChangeMessage,
  aContactProofMessage,
  aLockedMessage,
  aMessageOfEachKind,
  aSecurityCodeMessage,
  aSecurityCodeNotice,
} from './a-message.js'
export { aDigest, aSubject, aSubjectId } from './a-subject.js'
export { type CapturedMessages, capturedMessages } from './captured-messages.js'
export { type ChannelContract, channelContract } from './channel-contract.js'
export type { TestFunction } from './clauses.js'
export {
  type ConfirmableRequest,
  type ConfirmedResponse,
  type ConfirmOptions,
  confirm,
  type RequestHeaders,
} from './confirm.js'
export {
  codeIn,
  type Inbox,
  type InboxBehaviour,
  type InboxCertificate,
  type InboxMessage,
  inbox,
  type RecipientBehaviour,
} from './inbox.js'
export {
  type OidcAdapterContractOptions,
  type OidcAdaptersUnderTest,
  type OidcAdapterUnderTest,
  type OidcPayload,
  oidcAdapterContract,
} from './oidc-adapter-contract.js'
export { type StillClock, stillClock } from './still-clock.js'
export { type StoreContractOptions, type StoreUnderTest, storeContract } from './store-contract.js'
