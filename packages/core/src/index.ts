export type { Amr, FactorKind, Level } from './assurance/level.js'
export type { Actor, AuditEvent, AuditFact, ClosedWhy, SubjectEvent, TallyEvent } from './audit/audit-event.js'
export type { AuditLog } from './audit/audit-log.js'
export type { CodeDelivery } from './code/code-record.js'
export type { CodeState } from './code/code-state.js'
export type {
  ActivateCodeOutcome,
  ActivityOutcome,
  All,
  AnswerOutcome,
  Asking,
  Authorization,
  CancelOutcome,
  Challenges,
  ChallengeView,
  ChangeContactOutcome,
  ClaimOutcome,
  CodeStatusOutcome,
  Codes,
  CodeView,
  Contacts,
  ContactsOutcome,
  ContactView,
  CorrectOutcome,
  Countersign,
  Elevations,
  EraseOutcome,
  ExportOutcome,
  GrantedElevation,
  Health,
  Identities,
  IdentityCheck,
  IssueCodeOutcome,
  KeptAddress,
  Locked,
  NotFound,
  OpenOutcome,
  OpenRequest,
  PendingContact,
  PersonalData,
  Preview,
  ProveOutcome,
  ReadOutcome,
  RemoveContactOutcome,
  ReplaceContactOutcome,
  ResendOutcome,
  ResendProofOutcome,
  RevokeCodeOutcome,
  RevokeOutcome,
  RotateCodeOutcome,
  SendProofOutcome,
  ShowCodeOutcome,
  Situation,
  StepUp,
  Subjects,
  Unavailable,
  UnlockOutcome,
  UsableFactor,
  Whom,
  WithdrawOutcome,
} from './countersign/countersign.js'
export { createCountersign } from './countersign/create-countersign.js'
export type { Log } from './countersign/log.js'
export type { ContactChanged, KnownContacts, Named, Parts, SecurityCodeSettings } from './countersign/parts.js'
export type { Store, StoreHealth } from './countersign/store.js'
export type { Channel, Delivery } from './delivery/channel.js'
export type { ContactAddress, ContactKind, KnownContact } from './delivery/contact.js'
export type { Limits } from './delivery/limits.js'
export type {
  ActionInWords,
  CodeMessage,
  CodeNoticeKind,
  ContactChangeMessage,
  ContactNoticeKind,
  ContactProofMessage,
  Fact,
  Language,
  LockedMessage,
  Message,
  MessageKind,
  NoticeKind,
  Origin,
  SecurityCodeMessage,
  SecurityCodeNotice,
} from './delivery/message.js'
export { languages } from './delivery/message.js'
export { CountersignError, StoreUnavailable } from './errors.js'
export type {
  ActionDefinition,
  ActionName,
  Actions,
  ActionWords,
  Bound,
  BoundValue,
  BoundValues,
  FieldKind,
  FieldSpec,
  Requirement,
} from './policy/action.js'
export { defineActions } from './policy/define-actions.js'
export type { OwnActions } from './policy/own-actions.js'
export type { Identity, IdentityLevel } from './registration/identity.js'
export type { MissingProof, RegistrationPolicy } from './registration/missing-proofs.js'
export { type KeyRing, keyRing, newKey } from './secret/key-ring.js'
export { newOneTimeCode, type OneTimeCode } from './secret/one-time-code.js'
export { Secret } from './secret/secret.js'
export { type CodeFormat, inGroups, newSecurityCode, type SecurityCode } from './secret/security-code.js'
export { NewerFormat } from './subject/newer-format.js'
export { newSubject, type RevocationState, type Subject, subjectFormat } from './subject/subject.js'
export { applicationIdOf, type SubjectId, type SubjectRef, subjectIdOf } from './subject/subject-id.js'
export type { Claimed, Loaded, Revocation, SubjectStore } from './subject/subject-store.js'
