import type { ActivityEvent } from './page.js'
import type { Moment, Text } from './text.js'

/** What the account page and the page that shows a new code say, in one language. */
export type AccountWords = Readonly<{
  title: Text
  contacts: string
  verified: string
  notVerified: string
  servesRecovery: (from: Moment) => string
  noContacts: Text
  waits: (masked: string) => Text
  emailAddress: string
  newAddress: string
  add: string
  addText: Text
  change: string
  changeText: (masked: string) => Text
  correct: string
  correctText: Text
  remove: string
  removeText: (masked: string) => Text

  code: string
  codeNone: Text
  codeIssued: Text
  codeActive: (until: string) => Text
  codeEnds: (days: number) => Text
  codeExpired: Text
  codeRevoked: Text
  missingContacts: (more: number) => Text
  missingIdentity: Text
  getCode: string
  codeReady: Text
  show: string
  codeSent: Text
  keepIt: Text
  confirmKept: Text
  done: string
  enterCode: string
  newCode: string
  replace: string
  replaceText: Text
  revoke: string
  revokeText: Text

  yourCode: Text
  shownOnce: (until: Moment) => Text

  activity: string
  noActivity: Text
  event: (event: ActivityEvent, action: string) => string | undefined

  wrong: Text
  malformed: Text
  locked: (until: Moment) => Text
  nothingWaiting: Text
  lastContact: Text
  proveFirst: Text
  tooManyChanges: Text
}>
