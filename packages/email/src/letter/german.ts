import type { CodeNoticeKind, ContactNoticeKind, Message, SecurityCodeNotice } from '@countersign/core'
import type { Letter, Letters, LinkLine } from './letter.js'
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
    notMe: notMe('Waren Sie das nicht?', message, neverAsk),
  }),

  contactProof: (message, times) => ({
    subject: 'Bestätigen Sie Ihre E-Mail-Adresse',
    headline: 'Diese Adresse wartet auf Ihre Bestätigung.',
    facts: [],
    proof: { before: 'Öffnen Sie diese Seite und bestätigen Sie:', link: message.proofUrl },
    code: message.code,
    lines: [
      `Oder geben Sie den Code dort ein, wo Sie die Adresse angegeben haben, bis ${times.until(message.codeExpiresAt)}.`,
      `Die Seite gilt bis ${times.until(message.expiresAt)}, einmal.`,
      `Angefordert am ${whenAndWhere(message, times)}.`,
    ],
    notMe: notMe(
      'Kommt das nicht von Ihnen?',
      message,
      'Ohne Ihre Bestätigung kann niemand Ihre Adresse hier verwenden.',
    ),
  }),

  contactChange: (message, times) => {
    const { subject, headline, label, effect, when } = contactNotices[message.kind]
    return {
      subject,
      headline,
      facts: [{ label, value: message.destination }],
      lines: [effect, `${when} am ${whenAndWhere(message, times)}.`],
      notMe: notMe('Waren Sie das nicht?', message, neverAsk),
    }
  },

  securityCode: (message, times) => ({
    subject: 'Ihr Sicherheitscode',
    headline: 'Hier ist Ihr Sicherheitscode. Bewahren Sie ihn im Passwort-Manager oder auf Papier auf.',
    facts: [],
    code: message.code,
    lines: [
      `Geben Sie ihn bis ${times.until(message.expiresAt)} einmal auf Ihrer Sicherheitsseite ein; ab dann gilt er.`,
      `Erstellt am ${whenAndWhere(message, times)}.`,
    ],
    notMe: notMe('Kommt das nicht von Ihnen?', message, 'Wir fragen nie am Telefon oder im Chat danach.'),
  }),

  codeNotice: (message, times) => {
    const { subject, headline, lines } = codeNotices[message.kind](times.until(message.until))
    const notice = notMe('Waren Sie das nicht?', message, neverAsk)
    return { subject, headline, facts: [], lines: withWhen(lines, message, times), notMe: notice }
  },
}

const neverAsk = 'Wir fragen nie am Telefon oder im Chat nach einem Code.'

type ContactNotice = Readonly<Record<'subject' | 'headline' | 'label' | 'effect' | 'when', string>>

const contactNotices: Readonly<Record<ContactNoticeKind, ContactNotice>> = {
  'contact-change-asked': {
    subject: 'Ihre E-Mail-Adresse soll geändert werden',
    headline: 'Jemand möchte eine Ihrer E-Mail-Adressen ersetzen.',
    label: 'Neue Adresse',
    effect: 'Was Sie haben, gilt, bis die neue bestätigt ist.',
    when: 'Angefordert',
  },
  'contact-changed': {
    subject: 'Ihre E-Mail-Adresse wurde geändert',
    headline: 'Eine Ihrer E-Mail-Adressen wurde durch eine andere ersetzt.',
    label: 'Neue Adresse',
    effect:
      'Codes und Nachrichten gehen ab jetzt an die neue Adresse. Einen Tag lang können Sie das mit dem Link unten zurücknehmen.',
    when: 'Geändert',
  },
  'contact-added': {
    subject: 'Eine E-Mail-Adresse ist dazugekommen',
    headline: 'Zu Ihrem Konto ist eine E-Mail-Adresse dazugekommen.',
    label: 'Neue Adresse',
    effect:
      'Codes und Nachrichten können ab jetzt dorthin gehen. Einen Tag lang können Sie das mit dem Link unten zurücknehmen.',
    when: 'Hinzugefügt',
  },
  'contact-removed': {
    subject: 'Eine E-Mail-Adresse wurde entfernt',
    headline: 'Eine E-Mail-Adresse wurde aus Ihrem Konto entfernt.',
    label: 'Entfernt',
    effect: 'Dorthin geht kein Code mehr. Einen Tag lang können Sie das mit dem Link unten zurücknehmen.',
    when: 'Entfernt',
  },
}

type CodeNotice = Pick<Letter, 'subject' | 'headline' | 'lines'>

const codeNotices: Readonly<Record<CodeNoticeKind, (until: string) => CodeNotice>> = {
  'code-ready': (until) => ({
    subject: 'Ihr Sicherheitscode ist bereit',
    headline: 'Ihr Sicherheitscode liegt bereit.',
    lines: [
      `Melden Sie sich bis ${until} an und öffnen Sie Ihre Sicherheitsseite. Wir zeigen den Code einmal, nach einem Code per E-Mail.`,
    ],
  }),
  'code-asked': (from) => ({
    subject: 'Jemand verlangt einen neuen Sicherheitscode',
    headline: 'Jemand verlangt einen neuen Sicherheitscode, ohne den, den Sie haben oder hatten.',
    lines: [`Er kann ab ${from} abgeholt werden, nach einem Code per E-Mail. Bis dahin ändert sich nichts.`],
  }),
  'code-activated': (until) => ({
    subject: 'Ihr Sicherheitscode gilt',
    headline: 'Ihr Sicherheitscode gilt ab jetzt.',
    lines: [`Er ist gültig bis ${until}.`],
  }),
  'code-rotated': (until) => ({
    subject: 'Ihr Sicherheitscode wurde ersetzt',
    headline: 'Ihr Sicherheitscode wurde durch einen neuen ersetzt.',
    lines: [`Der alte gilt nicht mehr. Der neue ist gültig bis ${until}.`],
  }),
  'code-expiring': (until) => ({
    subject: 'Ihr Sicherheitscode endet bald',
    headline: `Ihr Sicherheitscode endet am ${until}.`,
    lines: ['Ersetzen Sie ihn auf Ihrer Sicherheitsseite. Der alte gilt, bis der neue gilt.'],
  }),
  'code-expired': (until) => ({
    subject: 'Ihr Sicherheitscode ist abgelaufen',
    headline: 'Ihr Sicherheitscode ist am Ende seiner Zeit.',
    lines: [`Er öffnet nichts mehr. Sie können ihn bis ${until} auf Ihrer Sicherheitsseite ersetzen.`],
  }),
  'code-revoked': () => ({
    subject: 'Ihr Sicherheitscode wurde gesperrt',
    headline: 'Ihr Sicherheitscode wurde gesperrt.',
    lines: ['Er gilt nirgends mehr, und alles, was er geöffnet hatte, ist geschlossen.'],
  }),
}

/** What time brings up was asked for by nobody, at no place. */
function withWhen(lines: readonly string[], message: SecurityCodeNotice, times: Times): readonly string[] {
  const byTime = message.kind === 'code-expiring' || message.kind === 'code-expired'
  return byTime ? lines : [...lines, `Das geschah am ${whenAndWhere(message, times)}.`]
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
