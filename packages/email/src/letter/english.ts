import type { CodeNoticeKind, ContactNoticeKind, Message, SecurityCodeNotice } from '@countersign/core'
import type { Letter, Letters, LinkLine } from './letter.js'
import type { Times } from './times.js'

/** What the messages say in English. */
export const english: Letters = {
  code: (message, times) => ({
    subject: `Your code for ${message.action.one}`,
    headline: `${capitalized(message.action.one)} waits for your code.`,
    facts: message.action.facts,
    code: message.code,
    lines: [
      `Works until ${times.until(message.expiresAt)}, for this only. Only the newest message counts.`,
      `Asked for on ${whenAndWhere(message, times)}.`,
    ],
    notMe: notMe('Did you not ask for this?', message, 'We never ask for this code by phone or chat.'),
  }),

  locked: (message, times) => ({
    subject: 'Codes are paused',
    headline: `Codes pause until ${times.until(message.until)}.`,
    facts: [],
    lines: [
      'Too many codes were wrong. Nothing was carried out. The rest of your account still works.',
      `The last try was on ${whenAndWhere(message, times)}.`,
    ],
    notMe: notMe('Was this not you?', message, neverAsk),
  }),

  contactProof: (message, times) => ({
    subject: 'Confirm your e-mail address',
    headline: 'This address waits for you to confirm it.',
    facts: [],
    proof: { before: 'Open this page and confirm:', link: message.proofUrl },
    code: message.code,
    lines: [
      `Or type the code where you gave the address, until ${times.until(message.codeExpiresAt)}.`,
      `The page works until ${times.until(message.expiresAt)}, once.`,
      `Asked for on ${whenAndWhere(message, times)}.`,
    ],
    notMe: notMe('Did you not ask for this?', message, 'Without your confirmation nobody can use your address here.'),
  }),

  contactChange: (message, times) => {
    const { subject, headline, label, effect, when } = contactNotices[message.kind]
    return {
      subject,
      headline,
      facts: [{ label, value: message.destination }],
      lines: [effect, `${when} on ${whenAndWhere(message, times)}.`],
      notMe: notMe('Was this not you?', message, neverAsk),
    }
  },

  securityCode: (message, times) => ({
    subject: 'Your security code',
    headline: 'Your security code is here. Keep it in a password manager or on paper.',
    facts: [],
    code: message.code,
    lines: [
      `Enter it once on your security page until ${times.until(message.expiresAt)}; from then on it works.`,
      `Made on ${whenAndWhere(message, times)}.`,
    ],
    notMe: notMe('Did you not ask for this?', message, 'We never ask for this code by phone or chat.'),
  }),

  codeNotice: (message, times) => {
    const { subject, headline, lines } = codeNotices[message.kind](times.until(message.until))
    const notice = notMe('Was this not you?', message, neverAsk)
    return { subject, headline, facts: [], lines: withWhen(lines, message, times), notMe: notice }
  },
}

const neverAsk = 'We never ask for a code by phone or chat.'

type ContactNotice = Readonly<Record<'subject' | 'headline' | 'label' | 'effect' | 'when', string>>

const contactNotices: Readonly<Record<ContactNoticeKind, ContactNotice>> = {
  'contact-change-asked': {
    subject: 'Your e-mail address is about to change',
    headline: 'Somebody asked to replace an e-mail address of yours.',
    label: 'New address',
    effect: 'What you have stays in use until the new one is confirmed.',
    when: 'Asked for',
  },
  'contact-changed': {
    subject: 'Your e-mail address was changed',
    headline: 'An e-mail address of yours was replaced by another one.',
    label: 'New address',
    effect: 'Codes and notices go to the new address from now on. For a day you can take this back by the link below.',
    when: 'Changed',
  },
  'contact-added': {
    subject: 'An e-mail address was added',
    headline: 'An e-mail address was added to your account.',
    label: 'New address',
    effect: 'Codes and notices can go to it from now on. For a day you can take this back by the link below.',
    when: 'Added',
  },
  'contact-removed': {
    subject: 'An e-mail address was removed',
    headline: 'An e-mail address was removed from your account.',
    label: 'Removed',
    effect: 'No code goes to it any more. For a day you can take this back by the link below.',
    when: 'Removed',
  },
}

type CodeNotice = Pick<Letter, 'subject' | 'headline' | 'lines'>

const codeNotices: Readonly<Record<CodeNoticeKind, (until: string) => CodeNotice>> = {
  'code-ready': (until) => ({
    subject: 'Your security code is ready',
    headline: 'Your security code is ready to be picked up.',
    lines: [`Sign in and open your security page until ${until}. We show the code once, after a code by e-mail.`],
  }),
  'code-asked': (from) => ({
    subject: 'Somebody asks for a new security code',
    headline: 'Somebody asks for a new security code, without the one that you have or had.',
    lines: [`It can be picked up from ${from} on, after a code by e-mail. Until then nothing changes.`],
  }),
  'code-activated': (until) => ({
    subject: 'Your security code works',
    headline: 'Your security code works from now on.',
    lines: [`It is valid until ${until}.`],
  }),
  'code-rotated': (until) => ({
    subject: 'Your security code was replaced',
    headline: 'Your security code was replaced by a new one.',
    lines: [`The old one works no more. The new one is valid until ${until}.`],
  }),
  'code-expiring': (until) => ({
    subject: 'Your security code ends soon',
    headline: `Your security code ends on ${until}.`,
    lines: ['Replace it on your security page. The old one works until the new one does.'],
  }),
  'code-expired': (until) => ({
    subject: 'Your security code has ended',
    headline: 'Your security code has reached the end of its time.',
    lines: [`It opens nothing any more. You can replace it on your security page until ${until}.`],
  }),
  'code-revoked': () => ({
    subject: 'Your security code was revoked',
    headline: 'Your security code was revoked.',
    lines: ['It works nowhere any more, and everything that it had opened is closed.'],
  }),
}

/** What time brings up was asked for by nobody, at no place. */
function withWhen(lines: readonly string[], message: SecurityCodeNotice, times: Times): readonly string[] {
  const byTime = message.kind === 'code-expiring' || message.kind === 'code-expired'
  return byTime ? lines : [...lines, `This happened on ${whenAndWhere(message, times)}.`]
}

function notMe(question: string, { notMeUrl }: Message, after: string): LinkLine {
  return { before: `${question} Stop it:`, link: notMeUrl, after }
}

/** "23 November 2026, 14:32 CET, Chrome on Windows, near Basel"; what is not known is left out. */
function whenAndWhere({ origin }: Message, times: Times): string {
  return [times.asked, origin.device, origin.place && `near ${origin.place}`].filter(Boolean).join(', ')
}

function capitalized(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1)
}
