import type { CodeFormat, Language } from '@countersign/core'
import type { AccountWords } from './account-words.js'
import { english } from './english.js'
import { german } from './german.js'
import type { Moment, Text } from './text.js'

/** What the pages say, in one language. A word that a language lacks does not compile. */
export type Words = Readonly<{
  /** The name of the language, in itself. */
  language: string
  /** Before the title of a page that reports an error. */
  error: string

  check: (name: string) => Text
  codeNeeded: Text
  howToConfirm: string
  emailTo: (destination: string) => Text
  goesTo: (destination: string) => Text
  goOn: string
  sendMeACode: string

  confirm: (name: string) => Text
  sent: (destination: string, at: Moment) => Text
  sending: (destination: string, at: Moment) => Text
  worksUntil: (until: Moment) => Text
  codeFromEmail: string
  digits: (count: number) => string
  yourSecurityCode: string
  mySecurityCode: Text
  securityCodeHint: (format: CodeFormat) => string
  malformedOwnCode: (format: CodeFormat) => Text
  wrongOwnCode: (attemptsLeft: number) => Text
  ownCodeExpired: (at: Moment) => Text
  typeYourCode: string
  /** Said by the script, on the button that hides what was typed. */
  hide: string
  lostCode: string
  sendNewCode: string
  useAnotherWay: string
  cancel: string
  didYouNotAsk: Text
  stopAndSecure: string

  malformedCode: (digits: number) => Text
  wrongCode: (newest: Moment, attemptsLeft: number) => Text
  earlierCode: (newest: Moment, attemptsLeft: number) => Text
  resent: (at: Moment) => Text
  newCodePossible: (at: Moment) => Text
  lookInSpam: Text
  notDelivered: (destination: string) => Text
  tryAgain: string

  /** Said by the script, in the one status line. */
  status: Readonly<{
    sent: string
    notDelivered: (destination: string) => string
    minuteLeft: string
    expired: string
    doneElsewhere: string
    cancelled: string
  }>

  expired: Text
  detailsKept: Text
  usedUp: Text
  nothingCarriedOut: Text
  startAgain: string
  codesPause: (until: Moment) => Text
  tooManyWrong: Text
  back: string
  confirmed: Text
  oneStepLeft: Text
  alreadyConfirmed: (at: Moment) => Text
  notTwice: Text
  seeIt: string
  tookTooLong: Text
  wasStopped: Text
  cancelled: Text
  notPossible: Text
  rulesStopped: (reference: string) => Text
  help: string
  cannotCheck: Text
  allowCookies: Text
  weNeedOne: Text
  noFactor: Text
  addAnAddress: Text
  malformed: Text
  doesNotFit: Text
  tooManyRequests: Text
  tryAgainAt: (at: Moment) => Text
  notSignedIn: Text
  signInAgain: Text

  wasThisNotYou: Text
  askedFor: (at: Moment, action?: string, place?: string) => Text
  weStopIt: (endsSessions: boolean) => Text
  stopIt: string
  itWasMe: string
  stopped: Text
  takenBack: Text
  allEnded: Text
  codeEnded: Text
  addressesAsBefore: Text
  secureMyAccount: string
  callUsNow: Text
  contactUsNow: Text

  confirmAddress: Text
  address: string
  codesWillGoThere: Text
  confirmThisAddress: string
  addressConfirmed: Text
  codesGoThere: Text
  linkOver: Text
  linksWorkOnce: Text

  account: AccountWords

  privacy: string
}>

/** The words of each language. */
export const wordsOf: Readonly<Record<Language, Words>> = { en: english, de: german }
