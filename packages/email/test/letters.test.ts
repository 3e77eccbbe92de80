import type { CodeMessage, Message } from '@countersign/core'
import {
  aCodeMessage,
  aContactProofMessage,
  aLockedMessage,
  aMessageOfEachKind,
  aSecurityCodeNotice,
  codeIn,
} from '@countersign/testing'
import { createRenderer } from '../src/letter/render.js'

const render = createRenderer('')

const ueberweisung: CodeMessage['action'] = {
  name: 'Überweisung',
  one: 'eine Überweisung',
  act: '250,00 EUR überweisen',
  facts: [
    { label: 'Betrag', value: '250,00 EUR' },
    { label: 'An', value: 'CH93...2957' },
  ],
}

describe('the mail with a code', () => {
  test('says in English what, the code, until when, from where and what to do if it was not you, in this order', () => {
    const { subject, text } = render(aCodeMessage())

    expect(subject).toBe('Your code for a transfer')
    expect(paragraphs(text)).toEqual([
      'A transfer waits for your code.',
      'Amount 250.00 EUR. To CH93...2957',
      '48271936',
      'Works until 14:37 CET, for this only. Only the newest message counts.',
      'Asked for on 23 November 2026, 14:32 CET, Chrome on Windows, near Basel.',
      'Did you not ask for this? Stop it: https://bank.example/countersign/not-me?token=r5-Kq2Xz',
      'We never ask for this code by phone or chat.',
    ])
  })

  test('says the same in German', () => {
    const { subject, text } = render(aCodeMessage({ language: 'de', action: ueberweisung }))

    expect(subject).toBe('Ihr Code für eine Überweisung')
    expect(paragraphs(text)).toEqual([
      'Eine Überweisung wartet auf Ihren Code.',
      'Betrag 250,00 EUR. An CH93...2957',
      '48271936',
      'Gilt bis 14:37 MEZ, nur dafür. Nur die neueste Nachricht zählt.',
      'Angefordert am 23. November 2026, 14:32 MEZ, Chrome auf Windows, bei Basel.',
      'Kommt das nicht von Ihnen? Stoppen: https://bank.example/countersign/not-me?token=r5-Kq2Xz',
      'Wir fragen nie am Telefon oder im Chat danach.',
    ])
  })

  test('leaves out a device or a place that is not known', () => {
    const askedFrom = (origin: Message['origin']) => paragraphs(render(aCodeMessage({ origin })).text)[4]

    expect(askedFrom({})).toBe('Asked for on 23 November 2026, 14:32 CET.')
    expect(askedFrom({ device: 'Safari on iPhone' })).toBe(
      'Asked for on 23 November 2026, 14:32 CET, Safari on iPhone.',
    )
    expect(askedFrom({ place: 'Basel' })).toBe('Asked for on 23 November 2026, 14:32 CET, near Basel.')
  })

  test('keeps leading zeros and the digits together, in text and in HTML', () => {
    const { text, html } = render(aCodeMessage({ code: '00071936' }))

    expect(codeIn(text)).toBe('00071936')
    expect(html.replace(/<\/?span[^>]*>/g, '')).toContain('>00071936<')
  })

  test('shows no code in the subject, and none in the preview that a mail program makes of its beginning', () => {
    const { subject, html } = render(aCodeMessage())
    const beginning = Array.from(wordsShownOf(html)).slice(0, 200).join('')

    expect(subject).not.toMatch(/\d/)
    expect(beginning).toContain('A transfer waits for your code.')
    expect(beginning).not.toContain('4827')
  })

  test('bears an action without facts', () => {
    const message = aCodeMessage()

    const { text, html } = render({ ...message, action: { ...message.action, facts: [] } })

    expect(paragraphs(text)[1]).toBe('48271936')
    expect(html).not.toContain('<dl')
  })
})

describe('the time in a mail', () => {
  test('is UTC when the zone is unknown, and says so', () => {
    const { text } = render(aCodeMessage({ timeZone: 'Mars/Olympus' }))

    expect(text).toContain('Works until 13:37 UTC,')
    expect(text).toContain('on 23 November 2026, 13:32 UTC,')
  })

  test('follows the zone of the person, summer time included', () => {
    const askedAt = new Date('2026-07-01T12:00:00Z')
    const expiresAt = new Date('2026-07-01T12:05:00Z')

    expect(render(aCodeMessage({ askedAt, expiresAt })).text).toContain('until 14:05 CEST,')
    expect(render(aCodeMessage({ askedAt, expiresAt, language: 'de' })).text).toContain('bis 14:05 MESZ,')
  })

  test('names the day when it is another one', () => {
    const { text } = render(aLockedMessage({ until: new Date('2026-11-24T08:00:00Z') }))

    expect(text).toContain('Codes pause until 24 November 2026, 09:00 CET.')
  })

  test('has midnight as 00:00 of the new day', () => {
    const { text } = render(aCodeMessage({ expiresAt: new Date('2026-11-23T23:00:00Z') }))

    expect(text).toContain('Works until 24 November 2026, 00:00 CET,')
  })
})

describe.each(['en', 'de'] as const)('each mail in the language "%s"', (language) => {
  const mails = aMessageOfEachKind({ language }).map((message) => ({ kind: message.kind, ...render(message) }))

  test.each(mails)('says the same in HTML as in text: $kind', ({ text, html }) => {
    expect(words(wordsShownOf(html))).toEqual(words(text))
  })

  test.each(mails)('has language, title, dark colours and one column: $kind', ({ subject, html }) => {
    expect(html).toContain(`<html lang="${language}">`)
    expect(html).toContain(`<title>${subject}</title>`)
    expect(html).toContain('<meta name="color-scheme" content="light dark">')
    expect(html.match(/<div/g)).toHaveLength(1)
    expect(html).toContain('max-width:34rem')
  })

  test.each(mails)('holds no table, image, remote part, background or colour: $kind', ({ html }) => {
    const tags = new Set([...html.matchAll(/<([a-z0-9]+)/g)].map(([, tag]) => tag))
    const allowed = ['html', 'head', 'meta', 'title', 'body', 'div', 'h1', 'p', 'dl', 'dt', 'dd', 'a', 'span']

    expect([...tags].filter((tag) => tag === undefined || !allowed.includes(tag))).toEqual([])
    expect(html).not.toMatch(/url\(|@import|background|[^-]color:|src=/)
  })

  test.each(mails)('says when, where and how to stop it: $kind', ({ text }) => {
    expect(text).toMatch(/23\.? November 2026, 14:32/)
    expect(text).toContain('Basel')
    expect(text).toMatch(/(Stop it|Stoppen): https:\/\/bank\.example\/countersign\/not-me\?token=r5-Kq2Xz$/m)
  })

  test.each(mails.filter(({ kind }) => !['code', 'security-code', 'contact-proof'].includes(kind)))(
    'a notice holds no code: $kind',
    ({ text }) => {
      expect(codeIn(text)).toBeUndefined()
    },
  )

  test('the mail to a new address leads to the page that proves it', () => {
    const { text, html } = render(aContactProofMessage({ language }))

    expect(text).toMatch(/ https:\/\/bank\.example\/countersign\/proofs\?token=Yw7-b1Lm$/m)
    expect(html).toContain('href="https://bank.example/countersign/proofs?token=Yw7-b1Lm"')
  })
})

describe('the mail about a security code that somebody asks for without the one before it', () => {
  const message = (language: 'en' | 'de') =>
    ({ ...aSecurityCodeNotice({ language, until: new Date('2026-11-24T13:32:00Z') }), kind: 'code-asked' }) as const

  test('says from when it can be picked up, that nothing changes until then, and how to stop it', () => {
    const { subject, text } = render(message('en'))

    expect(subject).toBe('Somebody asks for a new security code')
    expect(text).toContain('It can be picked up from 24 November 2026, 14:32 CET on, after a code by e-mail.')
    expect(text).toContain('Until then nothing changes.')
    expect(text).toContain('Stop it: https://bank.example/countersign/not-me')
  })

  test('says the same in German', () => {
    const { subject, text } = render(message('de'))

    expect(subject).toBe('Jemand verlangt einen neuen Sicherheitscode')
    expect(text).toContain('Er kann ab 24. November 2026, 14:32 MEZ abgeholt werden')
    expect(text).toContain('Bis dahin ändert sich nichts.')
  })
})

describe('what comes from elsewhere', () => {
  const markup = `<a href="https://evil.example">'x' & "y"</a>`

  test('is text in HTML, never markup', () => {
    const message = aCodeMessage({ origin: { device: markup, place: markup } })
    const facts = [{ label: markup, value: markup }]

    const { html } = render({ ...message, action: { ...message.action, one: markup, facts } })

    expect(html).not.toContain('<a href="https://evil')
    expect(html.match(/&lt;a href=&quot;https:\/\/evil\.example&quot;&gt;/g)?.length).toBeGreaterThanOrEqual(6)
  })

  test('makes no line of its own, turns no writing direction and hides nothing', () => {
    const hidden = 'a\r\n\r\n99999999\r\n\u2028b\u2029c\u202ed\u2066e\u200bf\u0000g\ud800h'
    const message = aCodeMessage({ origin: { device: hidden, place: hidden } })
    const facts = [{ label: hidden, value: hidden }]

    const { subject, text } = render({ ...message, action: { ...message.action, one: hidden, facts } })

    expect(subject).toBe('Your code for a 99999999 b cdef gh')
    expect(paragraphs(text)[1]).toBe('a 99999999 b cdef gh a 99999999 b cdef gh')
    expect(codeIn(text)).toBe('48271936')
  })

  test('is cut when it is long, and what follows it stays', () => {
    const { text } = render(aCodeMessage({ origin: { device: 'x'.repeat(5000), place: 'Basel' } }))

    expect(text).toContain(`${'x'.repeat(200)}…, near Basel.`)
  })

  test('runs no template', () => {
    const { text } = render(aCodeMessage({ origin: { device: '<%= 6 * 7 %>' } }))

    expect(text).toContain('<%= 6 * 7 %>')
  })
})

test('the name of who writes stands at the end', () => {
  const { text, html } = createRenderer('Müller & Co')(aCodeMessage())

  expect(paragraphs(text).at(-1)).toBe('Müller & Co')
  expect(html).toContain('Müller &amp; Co')
})

function paragraphs(text: string): string[] {
  return text.trim().split(/\n{2,}|\n/)
}

/** The body as a reader of HTML has it: blocks apart, spans together. */
function wordsShownOf(html: string): string {
  return html
    .slice(html.indexOf('<body'))
    .replace(/<\/?span[^>]*>/g, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/&#847;|&zwnj;|&nbsp;/g, '\u034f')
    .replace(/&#39;/g, "'")
    .replace(/&quot;/g, '"')
    .replace(/&amp;/g, '&')
    .replace(/\s+/g, ' ')
}

/** Full stops do not count: HTML has blocks where text needs them. */
function words(shown: string): string[] {
  return shown
    .replace(/\u034f/g, '')
    .split(/\s+/)
    .map((word) => word.replace(/\.$/, ''))
    .filter((word) => word !== '')
}
