import type { CodeFormat } from '@countersign/core'
import { accountInEnglish } from './account-english.js'
import { exampleOf } from './code-example.js'
import { type Moment, strong, text } from './text.js'
import type { Words } from './words.js'

/** The pages in English. */
export const english: Words = {
  language: 'English',
  error: 'Error',

  check: (name) => text`Check this ${name}`,
  codeNeeded: text`You need a code, for this only.`,
  howToConfirm: 'How do you want to confirm?',
  emailTo: (destination) => text`E-mail to ${strong(destination)}`,
  goesTo: (destination) => text`It goes to ${strong(destination)}.`,
  goOn: 'Continue',
  sendMeACode: 'Send me a code',

  confirm: (name) => text`Confirm this ${name}`,
  sent: (destination, at) => text`We sent a code to ${strong(destination)} at ${at}.`,
  sending: (destination, at) => text`We are sending a code to ${strong(destination)} at ${at}.`,
  worksUntil: (until) => text`It works until ${until}, for this only.`,
  codeFromEmail: 'Code from the e-mail',
  digits: (count) => `${count} digits, with or without spaces`,
  yourSecurityCode: 'Your security code',
  mySecurityCode: text`My security code`,
  securityCodeHint: (format) => `${charactersOf(format)}, such as ${exampleOf(format)}`,
  malformedOwnCode: (format) =>
    text`${strong(`Your security code has ${charactersOf(format)}.`)} This did not count as a try.`,
  wrongOwnCode: (attemptsLeft) => text`${strong('That is not your security code.')} ${triesLeft(attemptsLeft)}`,
  ownCodeExpired: (at) =>
    text`${strong('Your security code has expired.')} It ended on ${at}. Use another way, then replace it.`,
  typeYourCode: 'Type my security code',
  hide: 'Hide',
  lostCode: 'I lost my code',
  sendNewCode: 'Send a new code',
  useAnotherWay: 'Use another way',
  cancel: 'Cancel',
  didYouNotAsk: text`${strong('Did you not ask for this?')} Keep the code to yourself.`,
  stopAndSecure: 'Stop and secure my account',

  malformedCode: (digits) => text`${strong(`The code has ${digits} digits.`)} This did not count as a try.`,
  wrongCode: (newest, attemptsLeft) =>
    text`${strong('That code does not match.')} Use the message from ${newest}. ${triesLeft(attemptsLeft)}`,
  earlierCode: (newest, attemptsLeft) =>
    text`${strong('That code is from an earlier message.')} Only the one from ${newest} works. ${triesLeft(attemptsLeft)}`,
  resent: (at) => text`New code sent at ${at}. ${strong('Only this one works.')}`,
  newCodePossible: (at) => text`A new code is possible at ${at}`,
  lookInSpam: text`Look in spam, too.`,
  notDelivered: (destination) => text`${strong(`We could not deliver to ${destination}.`)}`,
  tryAgain: 'Try again',

  status: {
    sent: 'The code is sent.',
    notDelivered: (destination) => `We could not deliver to ${destination}. Send a new code or use another way.`,
    minuteLeft: '1 minute left.',
    expired: 'This code has expired. Send a new one.',
    doneElsewhere: 'Done in another tab. You can close this one.',
    cancelled: 'Stopped. Nothing was carried out.',
  },

  expired: text`That code no longer works`,
  detailsKept: text`Your details are kept.`,
  usedUp: text`Too many tries with this code`,
  nothingCarriedOut: text`Nothing was carried out.`,
  startAgain: 'Start again',
  codesPause: (until) => text`Codes pause until ${until}`,
  tooManyWrong: text`Too many were wrong. Nothing was carried out. The rest still works.`,
  back: 'Back',
  confirmed: text`Confirmed`,
  oneStepLeft: text`One step left.`,
  alreadyConfirmed: (at) => text`Already confirmed ${preposition(at)} ${at}`,
  notTwice: text`It is not carried out twice; see whether it was.`,
  seeIt: 'See it',
  tookTooLong: text`This took too long`,
  wasStopped: text`This was stopped`,
  cancelled: text`Cancelled`,
  notPossible: text`Not possible now`,
  rulesStopped: (reference) => text`Our safety rules stopped it. Reference ${strong(reference)}.`,
  help: 'Help',
  cannotCheck: text`Codes cannot be checked now`,
  allowCookies: text`Please allow cookies`,
  weNeedOne: text`We need one.`,
  noFactor: text`We have nowhere to send a code`,
  addAnAddress: text`This needs a code, and your account has no address for codes yet. Nothing was carried out. Add an address in your settings, then start again.`,
  malformed: text`We cannot go on from here`,
  doesNotFit: text`This page does not belong to your sign-in, or a part of its address is missing. Nothing was carried out. Go back and start again.`,
  tooManyRequests: text`Too many requests`,
  tryAgainAt: (at) => text`They came from your network in a short time. Nothing was carried out. Try again at ${at}.`,
  notSignedIn: text`You are not signed in`,
  signInAgain: text`Your sign-in has ended. Nothing was carried out. Sign in, then start again.`,

  wasThisNotYou: text`Was this not you?`,
  askedFor: (at, action, place) =>
    text`${action === undefined ? '' : `${capitalised(action)}, `}${at}${place === undefined ? '' : `, ${place}`}.`,
  weStopIt: (endsSessions) => (endsSessions ? text`We stop it and sign out your devices.` : text`We stop it.`),
  stopIt: 'Stop it',
  itWasMe: 'It was me',
  stopped: text`Stopped`,
  takenBack: text`Taken back`,
  allEnded: text`Everything that was open in your name has ended.`,
  codeEnded: text`Your security code has ended, too; you get a new one after a day.`,
  addressesAsBefore: text`Your addresses are as they were.`,
  secureMyAccount: 'Secure my account',
  callUsNow: text`Call us now:`,
  contactUsNow: text`Contact us now, in the way you know.`,

  confirmAddress: text`Is this address yours?`,
  address: 'Address',
  codesWillGoThere: text`Once you confirm it, your codes go there. Not yours, or not asked for by you? Close this page; nothing changes.`,
  confirmThisAddress: 'Confirm this address',
  addressConfirmed: text`Address confirmed`,
  codesGoThere: text`Your codes go there from now on.`,
  linkOver: text`This link has ended`,
  linksWorkOnce: text`Such a link works once, and not for long. Opening it again changed nothing.`,

  account: accountInEnglish,

  privacy: 'Privacy',
}

function charactersOf({ alphabet, length }: CodeFormat): string {
  return alphabet === 'digits' ? `${length} digits` : `${length} letters and digits`
}

function triesLeft(count: number): string {
  return count === 1 ? '1 try left.' : `${count} tries left.`
}

function preposition({ dated }: Moment): string {
  return dated ? 'on' : 'at'
}

function capitalised(name: string): string {
  return name.charAt(0).toLocaleUpperCase('en') + name.slice(1)
}
