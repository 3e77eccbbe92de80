import type { CodeNoticeKind, ContactNoticeKind, Language } from '@countersign/core'
import { aContactChangeMessage, aSecurityCodeNotice } from '@countersign/testing'
import { createRenderer } from '../src/letter/render.js'

const render = createRenderer('')

/** What each notice about a security code says, its subject first; its time is the one that the reader needs. */
const aboutCodes = {
  en: {
    'code-ready': [
      'Your security code is ready',
      'Your security code is ready to be picked up.',
      'Sign in and open your security page until 23 November 2027, 14:32 CET. We show the code once, after a code by e-mail.',
    ],
    'code-asked': [
      'Somebody asks for a new security code',
      'Somebody asks for a new security code, without the one that you have or had.',
      'It can be picked up from 23 November 2027, 14:32 CET on, after a code by e-mail. Until then nothing changes.',
    ],
    'code-activated': [
      'Your security code works',
      'Your security code works from now on.',
      'It is valid until 23 November 2027, 14:32 CET.',
    ],
    'code-rotated': [
      'Your security code was replaced',
      'Your security code was replaced by a new one.',
      'The old one works no more. The new one is valid until 23 November 2027, 14:32 CET.',
    ],
    'code-expiring': [
      'Your security code ends soon',
      'Your security code ends on 23 November 2027, 14:32 CET.',
      'Replace it on your security page. The old one works until the new one does.',
    ],
    'code-expired': [
      'Your security code has ended',
      'Your security code has reached the end of its time.',
      'It opens nothing any more. You can replace it on your security page until 23 November 2027, 14:32 CET.',
    ],
    'code-revoked': [
      'Your security code was revoked',
      'Your security code was revoked.',
      'It works nowhere any more, and everything that it had opened is closed.',
    ],
  },
  de: {
    'code-ready': [
      'Ihr Sicherheitscode ist bereit',
      'Ihr Sicherheitscode liegt bereit.',
      'Melden Sie sich bis 23. November 2027, 14:32 MEZ an und öffnen Sie Ihre Sicherheitsseite. Wir zeigen den Code einmal, nach einem Code per E-Mail.',
    ],
    'code-asked': [
      'Jemand verlangt einen neuen Sicherheitscode',
      'Jemand verlangt einen neuen Sicherheitscode, ohne den, den Sie haben oder hatten.',
      'Er kann ab 23. November 2027, 14:32 MEZ abgeholt werden, nach einem Code per E-Mail. Bis dahin ändert sich nichts.',
    ],
    'code-activated': [
      'Ihr Sicherheitscode gilt',
      'Ihr Sicherheitscode gilt ab jetzt.',
      'Er ist gültig bis 23. November 2027, 14:32 MEZ.',
    ],
    'code-rotated': [
      'Ihr Sicherheitscode wurde ersetzt',
      'Ihr Sicherheitscode wurde durch einen neuen ersetzt.',
      'Der alte gilt nicht mehr. Der neue ist gültig bis 23. November 2027, 14:32 MEZ.',
    ],
    'code-expiring': [
      'Ihr Sicherheitscode endet bald',
      'Ihr Sicherheitscode endet am 23. November 2027, 14:32 MEZ.',
      'Ersetzen Sie ihn auf Ihrer Sicherheitsseite. Der alte gilt, bis der neue gilt.',
    ],
    'code-expired': [
      'Ihr Sicherheitscode ist abgelaufen',
      'Ihr Sicherheitscode ist am Ende seiner Zeit.',
      'Er öffnet nichts mehr. Sie können ihn bis 23. November 2027, 14:32 MEZ auf Ihrer Sicherheitsseite ersetzen.',
    ],
    'code-revoked': [
      'Ihr Sicherheitscode wurde gesperrt',
      'Ihr Sicherheitscode wurde gesperrt.',
      'Er gilt nirgends mehr, und alles, was er geöffnet hatte, ist geschlossen.',
    ],
  },
} satisfies Record<Language, Record<CodeNoticeKind, readonly string[]>>

/** What each notice about an address says, its subject first. */
const aboutContacts = {
  en: {
    'contact-change-asked': [
      'Your e-mail address is about to change',
      'Somebody asked to replace an e-mail address of yours.',
      'New address a***@n***.example',
      'What you have stays in use until the new one is confirmed.',
      'Asked for on 23 November 2026, 14:32 CET, Chrome on Windows, near Basel.',
    ],
    'contact-changed': [
      'Your e-mail address was changed',
      'An e-mail address of yours was replaced by another one.',
      'New address a***@n***.example',
      'Codes and notices go to the new address from now on. For a day you can take this back by the link below.',
      'Changed on 23 November 2026, 14:32 CET, Chrome on Windows, near Basel.',
    ],
    'contact-added': [
      'An e-mail address was added',
      'An e-mail address was added to your account.',
      'New address a***@n***.example',
      'Codes and notices can go to it from now on. For a day you can take this back by the link below.',
      'Added on 23 November 2026, 14:32 CET, Chrome on Windows, near Basel.',
    ],
    'contact-removed': [
      'An e-mail address was removed',
      'An e-mail address was removed from your account.',
      'Removed a***@n***.example',
      'No code goes to it any more. For a day you can take this back by the link below.',
      'Removed on 23 November 2026, 14:32 CET, Chrome on Windows, near Basel.',
    ],
  },
  de: {
    'contact-change-asked': [
      'Ihre E-Mail-Adresse soll geändert werden',
      'Jemand möchte eine Ihrer E-Mail-Adressen ersetzen.',
      'Neue Adresse a***@n***.example',
      'Was Sie haben, gilt, bis die neue bestätigt ist.',
      'Angefordert am 23. November 2026, 14:32 MEZ, Chrome auf Windows, bei Basel.',
    ],
    'contact-changed': [
      'Ihre E-Mail-Adresse wurde geändert',
      'Eine Ihrer E-Mail-Adressen wurde durch eine andere ersetzt.',
      'Neue Adresse a***@n***.example',
      'Codes und Nachrichten gehen ab jetzt an die neue Adresse. Einen Tag lang können Sie das mit dem Link unten zurücknehmen.',
      'Geändert am 23. November 2026, 14:32 MEZ, Chrome auf Windows, bei Basel.',
    ],
    'contact-added': [
      'Eine E-Mail-Adresse ist dazugekommen',
      'Zu Ihrem Konto ist eine E-Mail-Adresse dazugekommen.',
      'Neue Adresse a***@n***.example',
      'Codes und Nachrichten können ab jetzt dorthin gehen. Einen Tag lang können Sie das mit dem Link unten zurücknehmen.',
      'Hinzugefügt am 23. November 2026, 14:32 MEZ, Chrome auf Windows, bei Basel.',
    ],
    'contact-removed': [
      'Eine E-Mail-Adresse wurde entfernt',
      'Eine E-Mail-Adresse wurde aus Ihrem Konto entfernt.',
      'Entfernt a***@n***.example',
      'Dorthin geht kein Code mehr. Einen Tag lang können Sie das mit dem Link unten zurücknehmen.',
      'Entfernt am 23. November 2026, 14:32 MEZ, Chrome auf Windows, bei Basel.',
    ],
  },
} satisfies Record<Language, Record<ContactNoticeKind, readonly string[]>>

/** When and where it was done; what time brought up was done by nobody. */
const happened = {
  en: ['This happened on 23 November 2026, 14:32 CET, Chrome on Windows, near Basel.'],
  de: ['Das geschah am 23. November 2026, 14:32 MEZ, Chrome auf Windows, bei Basel.'],
}

/** How to object, in every notice. */
const objecting = {
  en: [
    'Was this not you? Stop it: https://bank.example/countersign/not-me?token=r5-Kq2Xz',
    'We never ask for a code by phone or chat.',
  ],
  de: [
    'Waren Sie das nicht? Stoppen: https://bank.example/countersign/not-me?token=r5-Kq2Xz',
    'Wir fragen nie am Telefon oder im Chat nach einem Code.',
  ],
}

/** Subject and paragraphs. */
function saidBy({ subject, text }: ReturnType<typeof render>): readonly string[] {
  return [subject, ...text.trim().split(/\n{2,}/)]
}

describe.each(['en', 'de'] as const)('in the language "%s" a notice', (language) => {
  test.each(Object.keys(aboutCodes.en) as CodeNoticeKind[])(
    '"%s" says what, until when, when and where it was done, and how to stop it',
    (kind) => {
      const isByTime = kind === 'code-expiring' || kind === 'code-expired'
      const said = saidBy(render({ ...aSecurityCodeNotice({ language }), kind }))

      expect(said).toEqual([
        ...aboutCodes[language][kind],
        ...(isByTime ? [] : happened[language]),
        ...objecting[language],
      ])
    },
  )

  test.each(Object.keys(aboutContacts.en) as ContactNoticeKind[])(
    '"%s" says which address, masked, when and where it was done, and how to take it back',
    (kind) => {
      expect(saidBy(render(aContactChangeMessage(kind, { language })))).toEqual([
        ...aboutContacts[language][kind],
        ...objecting[language],
      ])
    },
  )
})
