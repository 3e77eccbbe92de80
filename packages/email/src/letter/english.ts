import type { Message } from '@countersign/core'
import type { Letters, LinkLine } from './letter.js'
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
    notMe: notMe('Was this not you?', message, 'We never ask for a code by phone or chat.'),
  }),

  contactProof: (message, times) => ({
    subject: 'Confirm your e-mail address',
    headline: 'This address waits for you to confirm it.',
    facts: [],
    proof: { before: 'Open this page and confirm:', link: message.proofUrl },
    lines: [`Works until ${times.until(message.expiresAt)}, once.`, `Asked for on ${whenAndWhere(message, times)}.`],
    notMe: notMe('Did you not ask for this?', message, 'Without your confirmation nobody can use your address here.'),
  }),

  contactChange: (message, times) =>
    message.kind === 'contact-change-asked'
      ? {
          subject: 'Your e-mail address is about to change',
          headline: 'Somebody asked to replace this e-mail address.',
          facts: [{ label: 'New address', value: message.destination }],
          lines: [
            'This address stays in use until the new one is confirmed.',
            `Asked for on ${whenAndWhere(message, times)}.`,
          ],
          notMe: notMe('Did you not ask for this?', message, 'We never ask for a code by phone or chat.'),
        }
      : {
          subject: 'Your e-mail address was changed',
          headline: 'This e-mail address was replaced by another one.',
          facts: [{ label: 'New address', value: message.destination }],
          lines: [
            'Codes and notices go to the new address from now on.',
            `Changed on ${whenAndWhere(message, times)}.`,
          ],
          notMe: notMe('Was this not you?', message, 'We never ask for a code by phone or chat.'),
        },
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
