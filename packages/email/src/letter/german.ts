import type { Message } from '@countersign/core'
import type { Letters, LinkLine } from './letter.js'
import type { Times } from './times.js'

/** What the messages say in German. */
export const german: Letters = {
  code: (message, times) => ({
    subject: `Ihr Code für ${message.action.one}`,
    headline: `${capitalized(message.action.one)} wartet auf Ihren Code.`,
    facts: message.action.facts,
    code: message.code,
    lines: [
      `Gilt bis ${times.until(message.expiresAt)}, nur dafür. Nur die neueste Nachricht zählt.`,
      `Angefordert am ${whenAndWhere(message, times)}.`,
    ],
    notMe: notMe('Kommt das nicht von Ihnen?', message, 'Wir fragen nie am Telefon oder im Chat danach.'),
  }),

  locked: (message, times) => ({
    subject: 'Code-Pause',
    headline: `Code-Pause bis ${times.until(message.until)}.`,
    facts: [],
    lines: [
      'Zu viele Codes waren falsch. Nichts wurde ausgeführt. Alles andere in Ihrem Konto geht weiter.',
      `Letzter Versuch am ${whenAndWhere(message, times)}.`,
    ],
    notMe: notMe('Waren Sie das nicht?', message, 'Wir fragen nie am Telefon oder im Chat nach einem Code.'),
  }),

  contactProof: (message, times) => ({
    subject: 'Bestätigen Sie Ihre E-Mail-Adresse',
    headline: 'Diese Adresse wartet auf Ihre Bestätigung.',
    facts: [],
    proof: { before: 'Öffnen Sie diese Seite und bestätigen Sie:', link: message.proofUrl },
    lines: [`Gilt bis ${times.until(message.expiresAt)}, einmal.`, `Angefordert am ${whenAndWhere(message, times)}.`],
    notMe: notMe(
      'Kommt das nicht von Ihnen?',
      message,
      'Ohne Ihre Bestätigung kann niemand Ihre Adresse hier verwenden.',
    ),
  }),

  contactChange: (message, times) =>
    message.kind === 'contact-change-asked'
      ? {
          subject: 'Ihre E-Mail-Adresse soll geändert werden',
          headline: 'Jemand möchte diese E-Mail-Adresse ersetzen.',
          facts: [{ label: 'Neue Adresse', value: message.destination }],
          lines: ['Diese Adresse gilt, bis die neue bestätigt ist.', `Angefordert am ${whenAndWhere(message, times)}.`],
          notMe: notMe(
            'Kommt das nicht von Ihnen?',
            message,
            'Wir fragen nie am Telefon oder im Chat nach einem Code.',
          ),
        }
      : {
          subject: 'Ihre E-Mail-Adresse wurde geändert',
          headline: 'Diese E-Mail-Adresse wurde durch eine andere ersetzt.',
          facts: [{ label: 'Neue Adresse', value: message.destination }],
          lines: [
            'Codes und Nachrichten gehen ab jetzt an die neue Adresse.',
            `Geändert am ${whenAndWhere(message, times)}.`,
          ],
          notMe: notMe('Waren Sie das nicht?', message, 'Wir fragen nie am Telefon oder im Chat nach einem Code.'),
        },
}

function notMe(question: string, { notMeUrl }: Message, after: string): LinkLine {
  return { before: `${question} Stoppen:`, link: notMeUrl, after }
}

/** "23. November 2026, 14:32 MEZ, Chrome auf Windows, bei Basel"; what is not known is left out. */
function whenAndWhere({ origin }: Message, times: Times): string {
  const device = origin.device?.replace(' on ', ' auf ')
  return [times.asked, device, origin.place && `bei ${origin.place}`].filter(Boolean).join(', ')
}

function capitalized(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1)
}
