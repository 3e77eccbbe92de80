import { type ActionDefinition, defineActions } from '../src/index.js'
import { checkBoundValues } from '../src/policy/field.js'
import { ownActions, ownPrefix } from '../src/policy/own-actions.js'
import { actionInWords } from '../src/policy/words.js'
import { thrownBy } from './a-bank.js'

const once = { level: 'code', mode: 'once' } as const
const window = { level: 'code', mode: 'window' } as const
const kinds = 'decimal, integer, currency, iban, email, phone, date, boolean, id, text'

/** What is said of a definition of the action "a", in full. */
const saidOf = (definition: unknown, name = 'a') =>
  thrownBy(() => defineActions({ [name]: definition as ActionDefinition })).message

describe('an action that cannot mean what it says is told so in full', () => {
  test.each<[unknown, string]>([
    [null, `The action "a" must be an object, such as { requires: 'nothing' }.`],
    [
      { requires: undefined },
      `The action "a" has "requires: undefined", which must be 'nothing', { level: 'code', mode: 'once' } or { level: 'code', mode: 'window', windowSeconds: 300 }.`,
    ],
    [
      { binds: {}, requires: { ...once, level: 'base' } },
      `The action "a" has "requires.level: "base"", which must be "code" or "two-factor"; what needs nothing says requires: 'nothing'.`,
    ],
    [
      { requires: { ...window, mode: 'twice' } },
      'The action "a" has "requires.mode: "twice"", which must be "once" or "window".',
    ],
    [
      { requires: { ...window, windowSeconds: 901 } },
      'The action "a" has "requires.windowSeconds: 901", which must not be above 900 (R-23).',
    ],
    [
      { requires: { ...window, windowSeconds: 0 } },
      'The action "a" has "requires.windowSeconds: 0", which must be above zero.',
    ],
    [
      { requires: { ...window, windowSeconds: 1.5 } },
      'The action "a" has "requires.windowSeconds: 1.5", which must be a whole number of seconds.',
    ],
    [
      { requires: { ...window, windowSeconds: 5n } },
      'The action "a" has "requires.windowSeconds: a bigint", which must be a whole number of seconds.',
    ],
    [
      { requires: { ...window, windowSeconds: () => 5 } },
      'The action "a" has "requires.windowSeconds: a function", which must be a whole number of seconds.',
    ],
    [
      { requires: { ...window, windowSeconds: Symbol('5') } },
      'The action "a" has "requires.windowSeconds: a symbol", which must be a whole number of seconds.',
    ],
    [
      { requires: { ...window, factors: [] } },
      'The action "a" has "requires.factors: []", which must name at least one factor.',
    ],
    [
      { requires: { ...window, factors: ['horoscope'] } },
      'The action "a" has "requires.factors.0: "horoscope"", which must name factors: email-code, security-code.',
    ],
    [
      { requires: once },
      'The action "a" has "requires: {"level":"code","mode":"once"}", which is one-shot and the action binds nothing: name the fields in "binds", or say "binds: {}".',
    ],
    [
      { binds: { amount: 'decimal' }, requires: window },
      'The action "a" has "requires: {"level":"code","mode":"window"}", which is a window, and the action binds fields: a window cannot be good for certain values; use mode "once" (R-23).',
    ],
    [
      { binds: { contact: 'text' }, avoids: 'contact', requires: once },
      'The action "a" has "requires: {"level":"code","mode":"once"}", which avoids "contact", which is no bound field of the kind "id": it holds the id of the contact that is not to serve.',
    ],
    [
      { avoids: 'contact', requires: 'nothing' },
      'The action "a" has "requires: "nothing"", which avoids "contact", which is no bound field of the kind "id": it holds the id of the contact that is not to serve.',
    ],
    [
      { binds: { memo: 'text' }, unbound: ['memo'], requires: once },
      'The action "a" has "requires: {"level":"code","mode":"once"}", which has "memo" both in "binds" and in "unbound".',
    ],
    [
      { binds: { amount: 'money' }, requires: once },
      `The action "a" has "binds.amount: "money"", which is "money"; the kinds are ${kinds}, with "?" when it may be left out.`,
    ],
    [
      { binds: { amount: 'deci?mal' }, requires: once },
      `The action "a" has "binds.amount: "deci?mal"", which is "deci?mal"; the kinds are ${kinds}, with "?" when it may be left out.`,
    ],
    [
      { binds: { 'to.iban': 'iban' }, requires: once },
      `The action "a" has "binds.to.iban: "iban"", which is not a field name: a letter, then letters, digits or "_".`,
    ],
  ])('%p', (definition, message) => {
    expect(saidOf(definition)).toBe(message)
  })

  test('a wrong name is named without any value', () => {
    expect(saidOf({ requires: 'nothing' }, 'transfer create')).toBe(
      'The action "transfer create" is not a name: letters and digits in parts joined by "." or "-", such as "transfer.create".',
    )
  })

  test('a long value is cut', () => {
    expect(saidOf({ requires: { ...window, windowSeconds: 'x'.repeat(200) } })).toBe(
      `The action "a" has "requires.windowSeconds: "${'x'.repeat(79)}", which must be a whole number of seconds.`,
    )
  })

  test.each([
    ['empty words', { binds: {}, words: { en: '' }, requires: once }],
    ['an empty name', { binds: {}, words: { en: { name: '', one: 'b', act: 'c' } }, requires: once }],
    ['an empty thing', { binds: {}, words: { en: { name: 'a', one: '', act: 'c' } }, requires: once }],
    ['an empty act', { binds: {}, words: { en: { name: 'a', one: 'b', act: '' } }, requires: once }],
    [
      'an empty label',
      { binds: {}, words: { en: { name: 'a', one: 'b', act: 'c', fields: { x: '' } } }, requires: once },
    ],
    ['an empty unbound field', { binds: {}, unbound: [''], requires: once }],
    ['no name before a part', { requires: 'nothing' }],
  ])('%s is refused', (title, definition) => {
    expect(() => defineActions({ [title.startsWith('no name') ? '.a' : 'a']: definition as ActionDefinition })).toThrow(
      /^The action /,
    )
  })

  test.each(['code', 'two-factor'] as const)('the level %s is taken', (level) => {
    expect(() => defineActions({ a: { binds: {}, requires: { level, mode: 'once' } } })).not.toThrow()
  })

  test('words of several letters are taken, with labels or without', () => {
    const words = { en: { name: 'transfer', one: 'a transfer', act: 'Send', fields: { amount: 'Amount' } } }
    const unavoided = { binds: { contact: 'id' }, avoids: 'contact', unbound: ['_csrf', 'memo'], words, requires: once }

    expect(() => defineActions({ a: unavoided as ActionDefinition })).not.toThrow()
    expect(() =>
      defineActions({ a: { binds: {}, requires: { ...once, factors: ['email-code', 'security-code'] } } }),
    ).not.toThrow()
  })
})

describe('a bound value that does not fit is told so in full', () => {
  test.each<[string, unknown, string]>([
    ['decimal', 250, 'must be a text: a decimal number as a text, such as "250.00"'],
    ['decimal', '1e3', 'must be a decimal number as a text, such as "250.00"'],
    ['integer', 1.5, 'must be a whole number'],
    ['currency', 'eur', 'must be three capital letters (ISO 4217)'],
    ['iban', 'CH9', 'must be an IBAN (ISO 13616), in groups or without'],
    ['iban', 'xCH9300762011623852957', 'must be an IBAN (ISO 13616), in groups or without'],
    ['iban', 'CH9 0076 2011 6238 5295 7', 'must be an IBAN (ISO 13616), in groups or without'],
    ['email', 7, 'must be a text'],
    ['email', 'nobody', 'must be an e-mail address'],
    ['phone', '041', 'must be a phone number that begins with "+" (E.164)'],
    ['phone', 'x+41791234567', 'must be a phone number that begins with "+" (E.164)'],
    ['date', 7, 'must be a text'],
    ['date', '1.2.2026', 'must be a date, such as "2026-11-23"'],
    ['boolean', 'true', 'must be true or false'],
    ['id', 'a b', 'must be an id: up to 128 letters, digits and _ . : ~ -'],
    ['text', 7, 'must be a text'],
    ['text', 'x'.repeat(501), 'must have at most 500 characters'],
    ['text', '\ud800', 'must be well-formed Unicode'],
    ['text', undefined, 'is missing'],
  ])('a %s that is %p', (kind, value, problem) => {
    const definition = { binds: { field: kind }, requires: once } as ActionDefinition

    expect(checkBoundValues(definition, { field: value })).toEqual({ outcome: 'malformed', field: 'field', problem })
  })

  const two = { binds: { one: 'text', two: 'text?' }, requires: once } as const

  test.each<[unknown, string, string]>([
    ['a text', '', 'must be an object of fields'],
    [['one'], '', 'must be an object of fields'],
    [{ one: 'x', three: 'x' }, 'three', 'is not bound by the action'],
    [{ one: 'x'.repeat(500), two: '€'.repeat(500) }, '', 'must have at most 1024 bytes in all'],
  ])('all of them as %p', (given, field, problem) => {
    expect(checkBoundValues(two, given)).toEqual({ outcome: 'malformed', field, problem })
  })

  test('exactly 1,024 bytes fit, and one more does not', () => {
    const exact = { one: 'x'.repeat(500), two: `${'€'.repeat(150)}${'x'.repeat(1024 - 500 - 450 - 19)}` }

    expect(Buffer.byteLength(JSON.stringify(exact))).toBe(1024)
    expect(checkBoundValues(two, exact).outcome).toBe('ok')
    expect(checkBoundValues(two, { ...exact, two: `${exact.two}x` }).outcome).toBe('malformed')
  })

  test('an action without fields takes none, given as nothing or as none', () => {
    const none = { binds: {}, requires: once } as const

    expect([checkBoundValues(none, undefined), checkBoundValues(none, {}), checkBoundValues(none, null)]).toEqual(
      Array(3).fill({ outcome: 'ok', bound: {} }),
    )
  })
})

describe('the words of a value', () => {
  const definition = {
    binds: {
      amount: 'decimal',
      rate: 'decimal',
      currency: 'currency',
      mail: 'email',
      phone: 'phone',
      id: 'id',
      iban: 'iban',
      on: 'date',
      yes: 'boolean',
    },
    requires: once,
  } as const
  const bound = {
    amount: '1.50',
    rate: '2.00',
    currency: 'EUR',
    mail: 'alice@example.test',
    phone: '+41 79 123 45 67',
    id: '0123456789',
    iban: 'CH93 0076 2011 6238 5295 7',
    on: '2026-11-23',
    yes: true,
  }
  const valuesFor = (reader: 'page' | 'message', language: 'en' | 'de' = 'en') =>
    Object.fromEntries(
      actionInWords(definition, bound, language, reader).facts.map(({ label, value }) => [label, value]),
    )

  test('are whole on a page', () => {
    expect(valuesFor('page')).toEqual({
      Amount: '1.50',
      Rate: '2.00 EUR',
      Mail: 'alice@example.test',
      Phone: '+41 79 123 45 67',
      Id: '0123456789',
      Iban: 'CH93 0076 2011 6238 5295 7',
      On: '23 November 2026',
      Yes: 'yes',
    })
  })

  test('are shortened in a message, ten characters not yet', () => {
    expect(valuesFor('message')).toMatchObject({
      Mail: 'a***@e***.test',
      Phone: '+417...4567',
      Id: '0123456789',
      Iban: 'CH93...2957',
    })
    expect(actionInWords(definition, { ...bound, id: '01234567890' }, 'en', 'message').facts).toContainEqual({
      label: 'Id',
      value: '0123...7890',
    })
  })

  test('that are neither target nor address stay whole in a message', () => {
    expect(valuesFor('message')).toMatchObject({ Amount: '1.50', Rate: '2.00 EUR', On: '23 November 2026', Yes: 'yes' })
    expect(actionInWords(definition, { ...bound, yes: false }, 'de', 'message').facts).toContainEqual({
      label: 'Yes',
      value: 'nein',
    })
  })

  test('of a currency without a decimal before it stand alone', () => {
    const alone = { binds: { payee: 'id', currency: 'currency' }, requires: once } as const

    expect(actionInWords(alone, { payee: 'x', currency: 'EUR' }, 'en', 'page').facts).toEqual([
      { label: 'Payee', value: 'x' },
      { label: 'Currency', value: 'EUR' },
    ])
  })

  test('without words of its own are plain ones, in both languages', () => {
    const plain = { binds: {}, requires: once } as const
    const inLanguage = (language: 'en' | 'de') => actionInWords(plain, {}, language, 'page')

    expect(inLanguage('en')).toEqual({ name: 'step', one: 'one step in your account', act: 'Confirm', facts: [] })
    expect(inLanguage('de')).toEqual({
      name: 'Vorgang',
      one: 'einen Schritt in Ihrem Konto',
      act: 'Bestätigen',
      facts: [],
    })
  })

  test('put in place of what is not bound are none, and the act is trimmed', () => {
    const words = { en: { name: 'a', one: 'b', act: ' Pay {amount} {memo} ' } }
    const optional = { binds: { amount: 'decimal', memo: 'text?' }, words, requires: once } as const

    expect(actionInWords(optional, { amount: '1.00' }, 'en', 'page').act).toBe('Pay 1.00')
  })

  test('with a currency put the currency where it is named', () => {
    const words = { en: { name: 'a', one: 'b', act: '{currency} {amount}' } }
    const money = { binds: { amount: 'decimal', currency: 'currency' }, words, requires: once } as const

    expect(actionInWords(money, { amount: '1.00', currency: 'EUR' }, 'en', 'page').act).toBe('EUR 1.00')
  })
})

test('Countersign’s own actions begin with its own prefix, and have words in both languages', () => {
  expect(ownPrefix).toBe('countersign.')
  for (const [name, { words }] of Object.entries(ownActions)) {
    expect(name.startsWith(ownPrefix)).toBe(true)
    expect(Object.keys(words)).toEqual(['en', 'de'])
  }
})
