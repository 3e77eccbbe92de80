import { describe, expect, test } from '@jest/globals'
import type { Page } from '../src/pages/page.js'
import { pageScript } from '../src/pages/page-script.js'
import { renderPage } from '../src/pages/render-page.js'
import { elementsOf, select, titleOn, wordsOn } from './pages-document.js'
import { aCodePage, aContext, assets, aTransfer, at, galleryIn, theme } from './pages-gallery.js'

const languages = ['en', 'de'] as const
const everyPage = languages.flatMap((language) =>
  Object.entries(galleryIn(language)).map(([name, page]) => ({ name, language, page })),
)

describe.each(everyPage)('the page $name in $language', ({ page, language }) => {
  const html = renderPage(page, aContext(language))

  test('is a whole document whose parts are closed and named once', () => {
    const ids = select(html, { attribute: 'id' }).map(({ attributes }) => attributes.get('id'))

    expect(html).toMatch(/^<!doctype html>\n<html lang="(?:en|de)"/)
    expect(new Set(ids).size).toBe(ids.length)
    expect(select(html, { name: 'h1' })).toHaveLength(1)
    expect(select(html, { name: 'html' })[0]?.attributes.get('lang')).toBe(language)
    expect(html).not.toMatch(/undefined|\[object|NaN|Invalid/)
  })

  test('has no script and no style of its own', () => {
    const scripts = select(html, { name: 'script' })

    expect(scripts.map(({ text }) => text)).toEqual([''])
    expect(scripts[0]?.attributes.get('src')).toBe(assets.script)
    expect(select(html, { name: 'style' })).toEqual([])
    for (const { attributes } of elementsOf(html)) {
      for (const name of attributes.keys()) expect(name).not.toMatch(/^on|^style$/)
    }
  })

  test('ties every field to a label and every description to what it names', () => {
    const ids = new Set(select(html, { attribute: 'id' }).map(({ attributes }) => attributes.get('id')))
    const fields = select(html, { name: 'input' }).filter(({ attributes }) =>
      ['text', 'email'].includes(attributes.get('type') ?? ''),
    )

    for (const { attributes } of fields) {
      expect(select(html, { name: 'label', attribute: 'for', value: attributes.get('id') ?? '-' })).toHaveLength(1)
      for (const id of attributes.get('aria-describedby')?.split(' ') ?? []) expect(ids).toContain(id)
    }
  })

  test('takes the focus in one place', () => {
    const [focused, ...others] = select(html, { attribute: 'autofocus' })

    expect(others).toEqual([])
    expect(focused?.name).toBe(whatIsFocused(html))
    expect(select(html, { name: 'h1' })[0]?.attributes.get('tabindex')).toBe('-1')
  })

  test('changes nothing by a link: what acts is a POST form', () => {
    for (const { attributes } of select(html, { name: 'form' })) expect(attributes.get('method')).toBe('post')
    for (const { attributes } of select(html, { name: 'a' })) {
      expect(attributes.get('href')).not.toMatch(/\/(?:cancel|resend|answer|not-me|proofs)/)
    }
  })

  test('shows each string as text, whatever is in it', () => {
    const attack = `"'><script>alert(1)</script><img src=x onerror=alert(1)>`
    const attacked = renderPage(poisoned(page, attack), aContext(language, { person: attack }))

    expect(shapeOf(attacked)).toEqual(shapeOf(html))
  })

  test('lets no string lead to a script or elsewhere by a form', () => {
    for (const attack of [
      'javascript:alert(1)',
      ' JavaScript:alert(1)',
      '//elsewhere.example',
      '/\\elsewhere.example',
    ]) {
      const attacked = renderPage(poisoned(page, attack), aContext(language, { otherLanguageUrl: attack }))
      const targets = elementsOf(attacked).flatMap(({ attributes }) => [
        ...[attributes.get('href') ?? []].flat(),
        ...[attributes.get('action') ?? []].flat(),
      ])

      for (const target of targets) expect(target).toMatch(/^\/(?![/\\])|^tel:\+?\d+$/)
    }
  })
})

describe('the words are those that were agreed', () => {
  const fromTo = [
    [
      'ask-one-way',
      'Check this transfer|You need a code, for this only. It goes to a***@e***.com.|Send me a code',
      'Überweisung prüfen|Sie brauchen einen Code, nur dafür. Er geht an a***@e***.com.|Code senden',
    ],
    [
      'ask-ways',
      'You need a code, for this only.|How do you want to confirm?|E-mail to a***@e***.com|Continue',
      'Sie brauchen einen Code, nur dafür.|Wie möchten Sie bestätigen?|E-Mail an a***@e***.com|Weiter',
    ],
    [
      'code',
      'Confirm this transfer|We sent a code to a***@e***.com at 14:32. It works until 14:37, for this only.|Code from the e-mail|8 digits, with or without spaces|Send 250.00 EUR|Send a new code|Use another way|Cancel|Did you not ask for this? Keep the code to yourself.|Stop and secure my account',
      'Überweisung bestätigen|Wir haben um 14:32 einen Code an a***@e***.com gesendet. Er gilt bis 14:37, nur dafür.|Code aus der E-Mail|8 Ziffern, mit oder ohne Leerzeichen|250,00 EUR überweisen|Neuen Code senden|Anderen Weg wählen|Abbrechen|Kommt das nicht von Ihnen? Behalten Sie den Code für sich.|Stoppen und Konto sichern',
    ],
    ['code-queued', 'We are sending a code to a***@e***.com', 'Wir senden um 14:32 einen Code an a***@e***.com.'],
    [
      'code-malformed',
      'The code has 8 digits. This did not count as a try.',
      'Der Code hat 8 Ziffern. Das zählte nicht als Versuch.',
    ],
    [
      'code-wrong',
      'That code does not match. Use the message from 14:32. 4 tries left.',
      'Dieser Code stimmt nicht. Nehmen Sie die Nachricht von 14:32. Noch 4 Versuche.',
    ],
    ['code-wrong-last', '1 try left.', 'Noch 1 Versuch.'],
    [
      'code-earlier',
      'That code is from an earlier message. Only the one from 14:32 works. 3 tries left.',
      'Dieser Code kommt aus einer älteren Nachricht. Nur der von 14:32 gilt. Noch 3 Versuche.',
    ],
    ['code-resent', 'New code sent at 14:32. Only this one works.', 'Neuer Code um 14:32 gesendet. Nur dieser gilt.'],
    [
      'code-wait',
      'A new code is possible at 14:33. Look in spam, too.',
      'Ein neuer Code ist um 14:33 möglich. Schauen Sie auch im Spam.',
    ],
    [
      'code-undelivered',
      'We could not deliver to a***@e***.com.|Try again|Use another way',
      'a***@e***.com war nicht erreichbar.|Noch einmal|Anderen Weg wählen',
    ],
    [
      'expired',
      'That code no longer works|Your details are kept.|Send a new code',
      'Dieser Code gilt nicht mehr|Ihre Angaben bleiben.|Neuen Code senden',
    ],
    [
      'used-up',
      'Too many tries with this code|Nothing was carried out.|Start again',
      'Zu viele Versuche mit diesem Code|Nichts wurde ausgeführt.|Neu beginnen',
    ],
    ['wait', 'A new code is possible at 14:42|Look in spam, too.', 'Ein neuer Code ist um 14:42 möglich|Spam'],
    [
      'locked',
      'Codes pause until 14:47|Too many were wrong. Nothing was carried out. The rest still works.|Back',
      'Code-Pause bis 14:47|Zu viele waren falsch. Nichts wurde ausgeführt; alles andere geht weiter.|Zurück',
    ],
    ['confirmed-post', 'Confirmed|One step left.|Send 250.00 EUR', 'Bestätigt|Noch ein Schritt.|250,00 EUR überweisen'],
    [
      'already-used',
      'Already confirmed at 14:33|It is not carried out twice; see whether it was.|See it',
      'Schon bestätigt um 14:33|Zweimal wird nichts ausgeführt; sehen Sie nach.|Ansehen',
    ],
    [
      'too-late',
      'This took too long|Nothing was carried out.|Start again',
      'Das dauerte zu lange|Nichts wurde ausgeführt.|Neu beginnen',
    ],
    [
      'ended',
      'This was stopped|Nothing was carried out.|Start again',
      'Das wurde gestoppt|Nichts wurde ausgeführt.|Neu beginnen',
    ],
    ['cancelled', 'Cancelled|Nothing was carried out.|Back', 'Abgebrochen|Nichts wurde ausgeführt.|Zurück'],
    [
      'denied',
      'Not possible now|Our safety rules stopped it. Reference 7F3K-92.|Back|Help',
      'Jetzt nicht möglich|Unsere Regeln haben es gestoppt. Nummer 7F3K-92.|Zurück|Hilfe',
    ],
    [
      'unavailable',
      'Codes cannot be checked now|Nothing was carried out.|Try again',
      'Die Prüfung ruht|Nichts wurde ausgeführt.|Noch einmal',
    ],
    [
      'no-cookie',
      'Please allow cookies|We need one.|Try again',
      'Bitte Cookies erlauben|Eines brauchen wir.|Noch einmal',
    ],
    [
      'not-me',
      'Was this not you?|Transfer, 14:32, Basel.|We stop it and sign out your devices.|Stop it|It was me',
      'Waren Sie das nicht?|Überweisung, 14:32, Basel.|Wir stoppen es und melden Ihre Geräte ab.|Stoppen|Das war ich',
    ],
    [
      'all-stopped',
      'Stopped|Everything that was open in your name has ended.|Your security code has ended, too; you get a new one after a day.',
      'Gestoppt|Alles, was in Ihrem Namen offen war, ist beendet.|Auch Ihr Sicherheitscode ist gesperrt; einen neuen bekommen Sie nach einem Tag.',
    ],
    [
      'own-code',
      'Your security code|10 letters and digits, such as 7KQ4M-2XR9T|Send 250.00 EUR|Use another way|I lost my code',
      'Ihr Sicherheitscode|10 Buchstaben und Ziffern, etwa 7KQ4M-2XR9T|250,00 EUR überweisen|Anderen Weg wählen|Code verloren',
    ],
    [
      'account-new',
      'Not verified yet.|Verify this address|To get one, verify an address first.',
      'Noch nicht bestätigt.|Adresse bestätigen|Bestätigen Sie dafür erst eine Adresse.',
    ],
    ['account-without-code', 'Verified.|You have none.|Get a code', 'Bestätigt.|Sie haben keinen.|Code holen'],
    [
      'account-ready',
      'Your code is ready. We show it once.|Show it',
      'Ihr Code ist bereit. Wir zeigen ihn einmal.|Zeigen',
    ],
    [
      'account-active',
      'Active until 23 May 2027.|Replace your code. We ask for the old one, and it works until the new one does.|I lost it|Ask for a new code without the old one. We tell all your addresses, and you get it after a day.|Revoke your code. It stops at once, everywhere.|Keep it',
      'Aktiv bis 23. Mai 2027.|Code ersetzen. Wir fragen nach dem alten, und er gilt, bis der neue gilt.|Verloren|Neuen Code ohne den alten verlangen. Alle Ihre Adressen erfahren davon, und Sie bekommen ihn nach einem Tag.|Code sperren. Er gilt sofort nirgends mehr.|Behalten',
    ],
    [
      'account-lost',
      'A new code was asked for. We show it from 16:33 on. Was this not you? Stop it below, or by the link in our message.|Replace|Revoke',
      'Ein neuer Code wurde verlangt. Wir zeigen ihn ab 16:33. Waren Sie das nicht? Stoppen Sie es unten oder mit dem Link in unserer Nachricht.|Ersetzen|Sperren',
    ],
    [
      'account-to-replace',
      'A new code waits for you. Replace the old one to see it.|Replace|I lost it',
      'Ein neuer Code wartet auf Sie. Ersetzen Sie den alten, um ihn zu sehen.|Ersetzen|Verloren',
    ],
    [
      'account-elsewhere',
      'A new code was asked for with the one that you have, in another session. It waits only there, until 16:33. To get one here instead, replace the one that you have. Without it, you can ask for one only after that. Was this not you? Revoke your code below.|Replace|Revoke',
      'Ein neuer Code wurde mit dem bisherigen verlangt, in einer anderen Sitzung. Er wartet nur dort, bis 16:33. Um stattdessen hier einen zu bekommen, ersetzen Sie den bisherigen. Ohne ihn können Sie erst danach einen verlangen. Waren Sie das nicht? Sperren Sie Ihren Code unten.|Ersetzen|Sperren',
    ],
    [
      'account-sent-elsewhere',
      'A new code was asked for with the one that you have, in another session. It waits only there, until 16:33. To get one here instead, replace the one that you have. Without it, you can ask for one only after that. Was this not you? Revoke your code below.|Replace|Revoke',
      'Ein neuer Code wurde mit dem bisherigen verlangt, in einer anderen Sitzung. Er wartet nur dort, bis 16:33. Um stattdessen hier einen zu bekommen, ersetzen Sie den bisherigen. Ohne ihn können Sie erst danach einen verlangen. Waren Sie das nicht? Sperren Sie Ihren Code unten.|Ersetzen|Sperren',
    ],
    [
      'account-elsewhere-expired',
      'A new code was asked for with the one that you have, in another session. It waits only there, until 16:33. You can ask for one here only after that. Was this not you? Revoke your code below.|Revoke',
      'Ein neuer Code wurde mit dem bisherigen verlangt, in einer anderen Sitzung. Er wartet nur dort, bis 16:33. Hier können Sie erst danach einen verlangen. Waren Sie das nicht? Sperren Sie Ihren Code unten.|Sperren',
    ],
    [
      'account-beside-unproved',
      'Not verified yet.|Verify this address|Remove|Remove k***@l***.ch. Your verified addresses are told.',
      'Noch nicht bestätigt.|Adresse bestätigen|Entfernen|k***@l***.ch entfernen. Ihre bestätigten Adressen erfahren davon.',
    ],
    [
      'account-changing',
      'We wrote to k***@l***.ch. Enter the code from there, or follow its link.|Code from the e-mail|Send it again|Give it up',
      'Wir haben an k***@l***.ch geschrieben. Geben Sie den Code von dort ein, oder folgen Sie dem Link.|Code aus der E-Mail|Noch einmal senden|Verwerfen',
    ],
    [
      'account-proof-over',
      'We wrote to k***@l***.ch. The code from there no longer works: follow its link, or have a new code sent.|Send it again|Give it up',
      'Wir haben an k***@l***.ch geschrieben. Der Code von dort gilt nicht mehr: Folgen Sie dem Link, oder lassen Sie einen neuen Code senden.|Noch einmal senden|Verwerfen',
    ],
    [
      'account-proof-used-up',
      'Too many tries with this code. Nothing was changed.',
      'Zu viele Versuche mit diesem Code. Nichts wurde geändert.',
    ],
    ['account-expiring', 'Ends in 7 days.', 'Endet in 7 Tagen.'],
    [
      'account-expired',
      'Expired. You can replace it until 20 December 2026.|Replace|Replace it by a new code. We tell all your addresses, and you get it after a day.',
      'Abgelaufen. Sie können ihn bis 20. Dezember 2026 ersetzen.|Ersetzen|Durch einen neuen Code ersetzen. Alle Ihre Adressen erfahren davon, und Sie bekommen ihn nach einem Tag.',
    ],
    [
      'account-revoked',
      'Revoked.|You had one before: we tell all your addresses, and you get the new one after a day.|Get a code',
      'Gesperrt.|Sie hatten schon einen: Alle Ihre Adressen erfahren davon, und Sie bekommen den neuen nach einem Tag.|Code holen',
    ],
    [
      'account-active',
      'Recent activity|Transfer confirmed|14:33, Chrome on Windows, Basel|Not me',
      'Letzte Aktivität|Überweisung bestätigt|14:33, Chrome auf Windows, Basel|Nicht ich',
    ],
    [
      'account-address-wrong',
      'This is no e-mail address. Write it like alice@example.com. Nothing was changed.',
      'Das ist keine E-Mail-Adresse. Schreiben Sie etwa alice@example.com. Nichts wurde geändert.',
    ],
    [
      'account-last-contact',
      'The last address stays, so that we can reach you. Nothing was changed.|Your security',
      'Die letzte Adresse bleibt, damit wir Sie erreichen. Nichts wurde geändert.|Ihre Sicherheit',
    ],
    ['not-me-event', 'a***@e***.com changed to k***@l***.ch, 14:32.', 'a***@e***.com zu k***@l***.ch geändert, 14:32.'],
    ['not-me-keeps-sessions', 'We stop it. Stop it', 'Wir stoppen es. Stoppen'],
    [
      'stopped',
      'Stopped|Nothing was carried out.|Secure my account',
      'Gestoppt|Nichts wurde ausgeführt.|Konto sichern',
    ],
    [
      'taken-back',
      'Taken back|Your addresses are as they were.|Secure my account',
      'Zurückgenommen|Ihre Adressen sind wie zuvor.|Konto sichern',
    ],
    [
      'not-me-too-late',
      'Already confirmed at 14:33|Call us now:|+41 44 000 00 00',
      'Schon bestätigt um 14:33|Rufen Sie jetzt an:|+41 44 000 00 00',
    ],
  ] as const

  test.each(fromTo)('%s', (name, english, german) => {
    const words = { en: english, de: german }
    for (const language of languages) {
      const page = galleryIn(language)[name]
      if (!page) throw new Error(`The gallery has no page "${name}".`)
      const shown = wordsOn(renderPage(page, aContext(language)))
      for (const sentence of words[language].split('|')) expect(shown).toContain(sentence)
    }
  })
})

describe('the title', () => {
  test('names the page, the main fact and the brand', () => {
    const html = renderPage(aCodePage('en'), aContext('en'))

    expect(titleOn(html)).toBe('Confirm this transfer: 250.00 EUR - Lindenhof Bank')
  })

  test('begins with the error', () => {
    const error = { kind: 'wrong', attemptsLeft: 4 } as const

    expect(titleOn(renderPage(aCodePage('en', { error }), aContext('en')))).toMatch(/^Error: Confirm this transfer: /)
    expect(titleOn(renderPage(aCodePage('de', { error }), aContext('de')))).toMatch(/^Fehler: Überweisung bestätigen: /)
  })

  test('says nothing of facts where there are none', () => {
    expect(titleOn(renderPage({ page: 'stopped', secure: '/' }, aContext('en')))).toBe('Stopped - Lindenhof Bank')
  })
})

describe('the code page', () => {
  const html = renderPage(aCodePage('en', { error: { kind: 'wrong', attemptsLeft: 4 } }), aContext('en'))

  test('has the field of a one-time code, and never what was typed', () => {
    const [field] = select(html, { name: 'input', attribute: 'id', value: 'code' })

    expect(Object.fromEntries(field?.attributes ?? [])).toEqual({
      class: 'cs-field',
      id: 'code',
      name: 'code',
      type: 'text',
      inputmode: 'numeric',
      autocomplete: 'one-time-code',
      autocapitalize: 'off',
      autocorrect: 'off',
      spellcheck: 'false',
      enterkeyhint: 'done',
      dir: 'ltr',
      'aria-describedby': 'code-error code-hint facts',
      'aria-invalid': 'true',
      autofocus: '',
    })
  })

  test('shows the facts before the field and names the act on the button', () => {
    const names = elementsOf(html).map(({ name, attributes }) => attributes.get('id') ?? name)
    const [button] = select(html, { name: 'button' })

    expect(names.indexOf('facts')).toBeGreaterThan(names.indexOf('h1'))
    expect(names.indexOf('facts')).toBeLessThan(names.indexOf('code'))
    expect(button?.text).toBe('Send 250.00 EUR')
  })

  test('sends each of its forms where it belongs', () => {
    const actions = select(html, { name: 'form' }).map(({ attributes }) => attributes.get('action'))
    const tickets = select(html, { name: 'input', attribute: 'name', value: 'ticket' })

    expect(actions).toEqual([
      '/countersign/challenges/c1/answer',
      '/countersign/challenges/c1/resend',
      '/countersign/challenges/c1/cancel',
      '/countersign/challenges/c1/not-me',
    ])
    expect(tickets.map(({ attributes }) => attributes.get('value'))).toEqual(['v1.ticket', 'v1.ticket', 'v1.ticket'])
    expect(html).toContain('href="/countersign/step-up?ticket=v1.ticket&amp;other=1"')
  })

  test('offers no other way where there is none', () => {
    expect(wordsOn(renderPage(aCodePage('en', { otherWays: false }), aContext('en')))).not.toContain('Use another way')
  })

  test('has one status line, empty at first', () => {
    const lines = select(html, { attribute: 'role' })

    expect(lines.map(({ attributes, text }) => [attributes.get('role'), text])).toEqual([['status', '']])
  })
})

describe('the account page', () => {
  test.each(['account-proof-over', 'account-proof-used-up'])('has no field for a code that is over: %s', (name) => {
    const page = galleryIn('en')[name]

    expect(page && renderPage(page, aContext('en'))).not.toContain('id="proof-code"')
  })

  test.each([
    ['account-elsewhere', ['rotate', 'revoke']],
    ['account-sent-elsewhere', ['rotate', 'revoke']],
    ['account-elsewhere-expired', ['revoke']],
    ['account-to-replace', ['rotate', 'lost', 'revoke']],
  ] as const)('offers of a code that waits only what brings it on: %s', (name, offered) => {
    const page = galleryIn('en')[name]
    const html = page ? renderPage(page, aContext('en')) : ''

    expect(html).not.toContain('id="new-code"')
    expect(codeForms(html)).toEqual(offered)
  })

  test('removes an address that is not proved, and no proved one that would be the last', () => {
    const page = galleryIn('en')['account-beside-unproved']
    const html = page ? renderPage(page, aContext('en')) : ''

    expect(removable(html)).toEqual(['k2'])
  })

  test('removes none where none is proved', () => {
    const page = galleryIn('en')['account-new']
    const contacts = ['k1', 'k2'].map((id) => ({ id, kind: 'email', masked: 'a***@e***.com', proved: false }) as const)
    const html = page?.page === 'account' ? renderPage({ ...page, contacts }, aContext('en')) : ''

    expect(html).toContain('Verify this address')
    expect(removable(html)).toEqual([])
  })

  test('says of each of two buttons that read alike which address it is about', () => {
    const page = galleryIn('en')['account-active']
    const html = page ? renderPage(page, aContext('en')) : ''

    for (const contact of ['contact-k1', 'contact-k2']) {
      expect(html).toMatch(new RegExp(`<p id="${contact}"><strong><bdi>[ak]\\*\\*\\*@`))
      for (const word of ['Change', 'Remove']) {
        expect(html).toContain(`<summary aria-describedby="${contact}">${word}</summary>`)
        expect(html).toContain(`type="submit" aria-describedby="${contact}">${word}</button>`)
      }
    }
  })
})

describe('the confirmed page', () => {
  test('sends the interrupted request again with all its fields', () => {
    const html = renderPage(galleryIn('en')['confirmed-post'] ?? aCodePage('en'), aContext('en'))
    const fields = select(html, { name: 'input' }).map(({ attributes }) => [
      attributes.get('name'),
      attributes.get('value'),
    ])

    expect(select(html, { attribute: 'id', value: 'resume' })[0]?.attributes.get('action')).toBe('/transfers')
    expect(fields).toContainEqual(['amount', '250.00'])
    expect(select(html, { name: 'button' }).map(({ text }) => text)).toEqual(['Send 250.00 EUR'])
  })

  test('goes on to a page by a link', () => {
    const html = renderPage(galleryIn('en')['confirmed-get'] ?? aCodePage('en'), aContext('en'))

    expect(select(html, { attribute: 'id', value: 'resume' })[0]?.attributes.get('href')).toBe('/notes?page=2')
  })

  test.each(['https://elsewhere.example/', '//elsewhere.example', '/.//elsewhere.example', '/\t/elsewhere.example'])(
    'sends nothing to %j',
    (path) => {
      const page: Page = { page: 'confirmed', action: aTransfer('en'), resume: { method: 'POST', path, fields: [] } }

      const [form] = select(renderPage(page, aContext('en')), { attribute: 'id', value: 'resume' })

      expect(form?.attributes.get('action')).toMatch(/^\/(?:elsewhere\.example)?$/)
    },
  )
})

describe('moments', () => {
  const locked: Page = { page: 'locked', retryAt: at('14:47'), back: '/' }
  const heading = (context: Parameters<typeof aContext>[1], language: 'en' | 'de' = 'en') =>
    select(renderPage(locked, aContext(language, context)), { name: 'h1' })[0]?.text

  test('are shown by the clock of the person', () => {
    expect(heading({})).toBe('Codes pause until 14:47')
    expect(heading({ timeZone: 'America/New_York' })).toBe('Codes pause until 08:47')
  })

  test('name the zone when it is not known to be the person’s', () => {
    expect(heading({ timeZone: 'UTC', timeZoneKnown: false })).toBe('Codes pause until 13:47 UTC')
    expect(heading({ timeZoneKnown: false }, 'de')).toBe('Code-Pause bis 14:47 MEZ')
  })

  test('name the day when it is another one', () => {
    const now = new Date('2026-11-25T09:00:00Z')
    const used: Page = { page: 'already-used', at: at('14:33'), see: '/' }

    expect(heading({ now })).toBe('Codes pause until 23 November, 14:47')
    expect(wordsOn(renderPage(used, aContext('de', { now })))).toContain('Schon bestätigt am 23. November, 14:33')
  })

  test('can be read by a machine', () => {
    const [time] = select(renderPage(locked, aContext('en')), { name: 'time' })

    expect(time?.attributes.get('datetime')).toBe('2026-11-23T13:47:00.000Z')
  })
})

describe('what stands around the page', () => {
  test('leads to help, the other language and the privacy page', () => {
    const html = renderPage(aCodePage('en'), aContext('en'))
    const german = select(html, { attribute: 'hreflang' })[0]

    expect(wordsOn(html)).toMatch(/Help Deutsch Privacy$/)
    expect(german?.attributes.get('lang')).toBe('de')
  })

  test('leaves out what the brand does not have', () => {
    const bare = {
      language: 'en',
      timeZone: 'UTC',
      timeZoneKnown: true,
      base: '',
      assets,
      theme: { brand: 'Bare' },
    } as const
    const html = renderPage({ page: 'not-me-too-late', confirmedAt: at('14:33') }, bare)

    expect(select(html, { name: 'footer' })).toEqual([])
    expect(wordsOn(html)).toBe('Bare Already confirmed at 13:33 Contact us now, in the way you know.')
  })

  test('lets a page be light or dark against the system', () => {
    const html = renderPage(aCodePage('en'), aContext('en', { scheme: 'dark' }))

    expect(select(html, { name: 'html' })[0]?.attributes.get('data-theme')).toBe('dark')
  })

  test('prints the drawing of the brand as it is', () => {
    expect(renderPage(aCodePage('en'), aContext('en'))).toContain(theme.logo)
  })
})

test('the script is one module that needs nothing else', () => {
  expect(pageScript).not.toMatch(/\bimport\b|innerHTML|eval\(|document\.write/)
  expect(pageScript).not.toContain('https://')
})

/** What the forms of the security code do, in their order. */
function codeForms(html: string): readonly string[] {
  return [...html.matchAll(/action="\/countersign\/account\/code\/(\w+)"/g)].map(([, verb = '']) => verb)
}

/** The contacts that a form removes. */
function removable(html: string): readonly string[] {
  const forms = html.split('<form ').filter((form) => form.includes('/account/contacts/remove"'))
  return forms.map((form) => /name="contact" value="(\w+)"/.exec(form)?.[1] ?? '')
}

/** The field for a code, or one with an error, or the summary of an error; else the heading. */
function whatIsFocused(html: string): string {
  if (html.includes('id="code"') || html.includes('aria-invalid="true"')) return 'input'
  return html.includes('<div class="cs-notice cs-danger" tabindex="-1"') ? 'div' : 'h1'
}

/** The same page with `attack` in place of every string that the application or a person brings. */
function poisoned(page: Page, attack: string): Page {
  const fixed = new Set('page kind method delivery notice state what type form why alphabet'.split(' '))
  const replace = (value: unknown, key: string): unknown => {
    if (typeof value === 'string') return fixed.has(key) ? value : attack
    if (Array.isArray(value)) return value.map((item) => replace(item, key))
    if (value === null || typeof value !== 'object' || value instanceof Date) return value
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, replace(inner, name)]))
  }
  return replace(page, 'page-itself') as Page
}

/** The elements and the names of their attributes: what an escaped string cannot change. */
function shapeOf(html: string): readonly string[] {
  return elementsOf(html).map(({ name, attributes }) => `${name} ${[...attributes.keys()].join(' ')}`)
}
