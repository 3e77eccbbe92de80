import type { Origin } from '@countersign/core'
import type { Moment, Text } from './text.js'

/** What happened, as far as words need to know it. */
export type ToldEvent = Readonly<{ type: string; destination?: string | undefined; was?: string | undefined }>

/** What the account page and the page that shows a new code say, in one language. */
export type AccountWords = Readonly<{
  title: Text
  contacts: string
  verified: string
  notVerified: string
  verify: string
  verifyText: (masked: string) => Text
  sendAgain: string
  servesRecovery: (from: Moment) => string
  noContacts: Text
  waits: (masked: string) => Text
  /** The code can be typed no more. */
  waitsForLink: (masked: string) => Text
  giveUp: string
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
  /** Only proved addresses are told of anything. */
  removeUnprovedText: (masked: string) => Text

  code: string
  codeNone: Text
  codeIssued: Text
  codeActive: (until: string) => Text
  codeEnds: (days: number) => Text
  codeExpired: Text
  replaceableUntil: (day: string) => Text
  codeRevoked: Text
  missingContacts: (more: number) => Text
  missingIdentity: Text
  getCode: string
  codeReady: Text
  show: string
  codeSent: Text
  keepIt: Text
  confirmKept: Text
  enterInstead: Text
  showAnother: string
  done: string
  enterCode: string
  newCode: string
  replace: string
  replaceText: Text
  lost: string
  lostText: Text
  /** The code has ended, so that nobody can show it. */
  endedText: Text
  waitsADay: Text
  readyFrom: (from: Moment) => Text
  readyWhenAsked: Text
  /** It was asked for with the code before it, in another session. */
  waitsElsewhere: (until: Moment) => Text
  /** While the code before it works. */
  insteadOfElsewhere: Text
  /** Once the code before it has ended. */
  afterElsewhere: Text
  notMeElsewhere: Text
  revoke: string
  revokeText: Text
  keepCode: string

  yourCode: Text
  shownOnce: (until: Moment) => Text

  activity: string
  noActivity: Text
  event: (event: ToldEvent, action: string) => string | undefined
  origin: (origin: Origin) => string
  notMe: string

  addressMalformed: Text
  wrongProof: Text
  wrongCode: Text
  malformed: Text
  locked: (until: Moment) => Text
  wait: (until: Moment) => Text
  busy: (until: Moment) => Text
  uncertain: Text
  proofUsedUp: Text
  proofOver: Text
  nothingWaiting: Text
  lastContact: Text
  alreadyThere: Text
  proveFirst: Text
  tooManyContacts: Text
  tooManyChanges: Text
}>
