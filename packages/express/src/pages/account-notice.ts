import type { PageOf } from './challenge-views.js'
import { clockTime, dayAndTime } from './clock.js'
import type { AccountNotice, PageContext } from './page.js'
import type { Text } from './text.js'
import type { Words } from './words.js'

type AccountPage = PageOf<'account'>

/** Why the form that was sent from the account page was refused; `undefined` where none was. */
export function noticeInWords(page: AccountPage, words: Words, context: PageContext): Text | undefined {
  const { notice } = page
  const { account } = words
  switch (notice?.why) {
    case undefined:
      return undefined
    case 'malformed':
      return malformed(page, notice, words)
    case 'wrong':
      return notice.at?.form === 'prove' ? account.wrongProof : account.wrongCode
    case 'locked':
      return account.locked(dayAndTime(notice.until, context))
    case 'wait':
      return account.wait(clockTime(notice.until, context))
    case 'busy':
      return account.busy(clockTime(notice.until, context))
    case 'unavailable':
      return account.uncertain
    case 'used-up':
      return account.proofUsedUp
    case 'code-expired':
      return account.proofOver
    case 'nothing-waiting':
      return account.nothingWaiting
    case 'last-contact':
      return account.lastContact
    case 'already-there':
      return account.alreadyThere
    case 'prove-first':
      return account.proveFirst
    case 'too-many-contacts':
      return account.tooManyContacts
    case 'too-many-changes':
      return account.tooManyChanges
  }
}

/** What does not fit is said in the words of the field that it was typed into. */
function malformed({ digits, format }: AccountPage, { at }: AccountNotice, words: Words): Text {
  switch (at?.form) {
    case 'add':
    case 'change':
    case 'correct':
      return words.account.addressMalformed
    case 'prove':
      return words.malformedCode(digits)
    case 'activate':
      return format ? words.malformedOwnCode(format) : words.account.malformed
    default:
      return words.account.malformed
  }
}
