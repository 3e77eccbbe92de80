import type { Origin } from '@countersign/core'
import type { AccountWords, ToldEvent } from './account-words.js'
import { strong, text } from './text.js'

/** The account pages in English. */
export const accountInEnglish: AccountWords = {
  title: text`Your security`,
  contacts: 'E-mail',
  verified: 'Verified.',
  notVerified: 'Not verified yet.',
  verify: 'Verify this address',
  verifyText: (masked) => text`We send a code to ${strong(masked)}.`,
  sendAgain: 'Send it again',
  servesRecovery: (from) => `Serves recovery from ${from.words}.`,
  noContacts: text`There is none yet.`,
  waits: (masked) => text`We wrote to ${strong(masked)}. Enter the code from there, or follow its link.`,
  waitsForLink: (masked) =>
    text`We wrote to ${strong(masked)}. The code from there no longer works: follow its link, or have a new code sent.`,
  giveUp: 'Give it up',
  emailAddress: 'E-mail address',
  newAddress: 'New address',
  add: 'Add',
  addText: text`Add an address. We write to it first.`,
  change: 'Change',
  changeText: (masked) => text`Put another address in the place of ${strong(masked)}.`,
  correct: 'Correct',
  correctText: text`Correct the address. What we sent before no longer works.`,
  remove: 'Remove',
  removeText: (masked) => text`Remove ${strong(masked)}. It is told.`,
  removeUnprovedText: (masked) => text`Remove ${strong(masked)}. Your verified addresses are told.`,

  code: 'Security code',
  codeNone: text`You have none.`,
  codeIssued: text`Yours is being made ready.`,
  codeActive: (until) => text`Active until ${strong(until)}.`,
  codeEnds: (days) => (days === 1 ? text`Ends in ${strong('1 day')}.` : text`Ends in ${strong(`${days} days`)}.`),
  codeExpired: text`Expired.`,
  replaceableUntil: (day) => text`You can replace it until ${strong(day)}.`,
  codeRevoked: text`Revoked.`,
  missingContacts: (more) =>
    more === 1 ? text`To get one, verify an address first.` : text`To get one, verify ${more} addresses first.`,
  missingIdentity: text`To get one, have your identity checked first.`,
  getCode: 'Get a code',
  codeReady: text`Your code is ready. We show it once.`,
  show: 'Show it',
  codeSent: text`We sent it to you. It works once you have entered it here.`,
  keepIt: text`Keep it in a password manager or on paper.`,
  confirmKept: text`You have seen your new code. It works once you say that you keep it.`,
  enterInstead: text`In another browser, enter the new code.`,
  showAnother: 'I did not keep it: show another',
  done: 'Done',
  enterCode: 'Enter the code',
  newCode: 'Your new security code',
  replace: 'Replace',
  replaceText: text`Replace your code. We ask for the old one, and it works until the new one does.`,
  lost: 'I lost it',
  lostText: text`Ask for a new code without the old one. We tell all your addresses, and you get it after a day.`,
  endedText: text`Replace it by a new code. We tell all your addresses, and you get it after a day.`,
  waitsADay: text`You had one before: we tell all your addresses, and you get the new one after a day.`,
  readyFrom: (from) =>
    text`A new code was asked for. We show it from ${from} on. Was this not you? Stop it below, or by the link in our message.`,
  readyWhenAsked: text`A new code waits for you. Replace the old one to see it.`,
  waitsElsewhere: (until) =>
    text`A new code was asked for with the one that you have, in another session. It waits only there, until ${until}.`,
  insteadOfElsewhere: text`To get one here instead, replace the one that you have. Without it, you can ask for one only after that.`,
  afterElsewhere: text`You can ask for one here only after that.`,
  notMeElsewhere: text`Was this not you? Revoke your code below.`,
  revoke: 'Revoke',
  revokeText: text`Revoke your code. It stops at once, everywhere.`,
  keepCode: 'Keep it',

  yourCode: text`Your security code`,
  shownOnce: (until) => text`We show it this once. It works once you press the button, until ${until} at the latest.`,

  activity: 'Recent activity',
  noActivity: text`Nothing yet.`,
  event: (event, action) => eventInWords(event, capitalised(action)),
  origin: originInWords,
  notMe: 'Not me',

  addressMalformed: text`${strong('This is no e-mail address.')} Write it like alice@example.com. Nothing was changed.`,
  wrongProof: text`${strong('That code does not match.')} Use the newest message. Nothing was changed.`,
  wrongCode: text`${strong('That code does not match.')} Use the one that we showed or sent last. Nothing was changed.`,
  malformed: text`${strong('We could not read that.')} Nothing was changed.`,
  locked: (until) => text`${strong('Codes pause')} until ${until}. Too many were wrong. Nothing was changed.`,
  wait: (until) =>
    text`${strong('A message was sent a moment ago.')} The next is possible at ${until}. Nothing was changed.`,
  busy: (until) =>
    text`${strong('Too many requests')} came from your network. Nothing was changed. Try again at ${until}.`,
  uncertain: text`${strong('We got no certain answer.')} This page shows how things are now. Look here before you repeat it.`,
  proofUsedUp: text`${strong('Too many tries with this code.')} Nothing was changed.`,
  proofOver: text`${strong('That code no longer works.')} Nothing was changed.`,
  nothingWaiting: text`${strong('That no longer waits for you.')} Nothing was changed.`,
  lastContact: text`${strong('The last address stays,')} so that we can reach you. Nothing was changed.`,
  alreadyThere: text`${strong('This address is one of yours already.')} Nothing was changed.`,
  proveFirst: text`${strong('Verify the address that is there first.')} Nothing was changed.`,
  tooManyContacts: text`${strong('There is no room for another address.')} Remove one first. Nothing was changed.`,
  tooManyChanges: text`${strong('Too many changes in a day.')} Nothing was changed.`,
}

function originInWords({ device, place }: Origin): string {
  return [device, place].filter((known) => known !== undefined).join(', ')
}

function eventInWords({ type, destination = '', was = '' }: ToldEvent, action: string): string | undefined {
  switch (type) {
    case 'challenge.opened':
      return action === '' ? 'Code asked for' : `${action}: code asked for`
    case 'challenge.wrong-answer':
      return action === '' ? 'Wrong code' : `${action}: wrong code`
    case 'elevation.granted':
      return action === '' ? 'Confirmed with a code' : `${action} confirmed`
    case 'throttle.locked':
      return 'Codes paused after too many wrong ones'
    case 'throttle.unlocked':
      return 'Codes work again'
    case 'contact.proved':
      return `${destination} verified`
    case 'contact.change-asked':
      return `${destination} asked for, not verified yet`
    case 'contact.change-stopped':
      return `${destination} not taken`
    case 'contact.changed':
      return `${was} changed to ${destination}`
    case 'contact.added':
      return `${destination} added`
    case 'contact.removed':
      return `${destination} removed`
    case 'contact.restored':
      return `${destination} taken back`
    case 'code.issued':
      return 'Security code made ready'
    case 'code.asked':
      return 'New security code asked for, without the old one'
    case 'code.stopped':
      return 'New security code stopped'
    case 'code.shown':
      return 'Security code shown'
    case 'code.activated':
      return 'Security code active'
    case 'code.wrong-entry':
      return 'New security code entered wrongly'
    case 'code.lapsed':
      return 'New security code not picked up in time'
    case 'code.expired':
      return 'Security code expired'
    case 'code.revoked':
      return 'Security code revoked'
    case 'identity.recorded':
      return 'Identity checked'
  }
}

function capitalised(name: string): string {
  return name.charAt(0).toLocaleUpperCase('en') + name.slice(1)
}
