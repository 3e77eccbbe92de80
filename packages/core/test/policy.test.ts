import { aCodeMessage } from '@countersign/testing'
import fc from 'fast-check'
import { type ActionDefinition, defineActions } from '../src/index.js'
import { decide } from '../src/policy/decide.js'
import { checkBoundValues } from '../src/policy/field.js'
import { actionInWords } from '../src/policy/words.js'
import { fields, thrownBy } from './a-bank.js'

const once = { level: 'code', mode: 'once' } as const
const window = { level: 'code', mode: 'window' } as const

describe('an action as it is defined', () => {
  test.each<[string, object]>([
    ['one-shot over fields', { binds: { amount: 'decimal', memo: 'text?' }, requires: once }],
    ['one-shot over no field, said in so many words', { binds: {}, requires: once }],
    ['a window', { requires: window }],
    ['a window of 900 seconds', { requires: { ...window, windowSeconds: 900 } }],
    ['nothing', { requires: 'nothing' }],
    ['with words', { binds: {}, words: { en: 'Go', de: { name: 'a', one: 'b', act: 'c' } }, requires: once }],
    ['with unbound fields', { binds: { a: 'id' }, unbound: ['_csrf'], requires: once }],
  ])('%s is taken as it is', (_, definition) => {
    const actions = { 'transfer.create': definition as ActionDefinition }

    expect(defineActions(actions)).toBe(actions)
  })

  test.each<[string, string, unknown, readonly string[]]>([
    [
      'a name with a space',
      'transfer create',
      { requires: 'nothing' },
      ['"transfer create"', 'is not a name', 'transfer.create'],
    ],
    ['an empty name', '', { requires: 'nothing' }, ['is not a name']],
    ['a name that ends in a dot', 'transfer.', { requires: 'nothing' }, ['is not a name']],
    ['no requirement', 'a', {}, ['"a"', 'requires', "'nothing'"]],
    ['a requirement that is a word', 'a', { requires: 'code' }, ['"requires: "code""', "must be 'nothing'"]],
    [
      'an unknown level',
      'a',
      { binds: {}, requires: { ...once, level: 'base' } },
      ['requires.level', '"base"', '"code" or "two-factor"'],
    ],
    [
      'an unknown mode',
      'a',
      { requires: { level: 'code', mode: 'twice' } },
      ['requires.mode: "twice"', '"once" or "window"'],
    ],
    [
      'a window of no time',
      'a',
      { requires: { ...window, windowSeconds: 0 } },
      ['windowSeconds: 0', 'must be above zero'],
    ],
    [
      'a window above the cap',
      'a',
      { requires: { ...window, windowSeconds: 901 } },
      ['windowSeconds: 901', '900', 'R-23'],
    ],
    [
      'a broken second',
      'a',
      { requires: { ...window, windowSeconds: 1.5 } },
      ['windowSeconds: 1.5', 'whole number of seconds'],
    ],
    ['a text for seconds', 'a', { binds: {}, requires: { ...once, validSeconds: '300' } }, ['validSeconds: "300"']],
    [
      'a window that binds',
      'a',
      { binds: { amount: 'decimal' }, requires: window },
      ['is a window', 'mode "once"', 'R-23'],
    ],
    ['a one-shot that binds nothing', 'a', { requires: once }, ['is one-shot', 'binds: {}']],
    [
      'an unknown kind of field',
      'a',
      { binds: { amount: 'money' }, requires: once },
      ['binds.amount', '"money"', 'decimal, integer, currency'],
    ],
    [
      'a field kind that every object has',
      'a',
      { binds: { amount: 'toString' }, requires: once },
      ['"toString"', 'decimal'],
    ],
    ['a field name with a dot', 'a', { binds: { 'to.iban': 'iban' }, requires: once }, ['is not a field name']],
    [
      'a field bound and unbound',
      'a',
      { binds: { memo: 'text' }, unbound: ['memo'], requires: once },
      ['"memo"', 'both'],
    ],
    ['a misspelt setting', 'a', { bind: {}, requires: 'nothing' }, ['bind']],
    ['words in an unknown language', 'a', { words: { fr: 'x' }, requires: 'nothing' }, ['fr']],
    ['a function for a requirement', 'a', { requires: () => once }, ['requires', "must be 'nothing'"]],
    ['a big integer for seconds', 'a', { requires: { ...window, windowSeconds: 5n } }, ['windowSeconds']],
    ['no definition at all', 'a', null, ['"a"']],
    ['a text for a definition', 'a', 'code', ['"a"']],
  ])('%s is refused, and the message says what came and what to write', (_, name, definition, says) => {
    const error = thrownBy(() => defineActions({ [name]: definition as ActionDefinition }))

    expect(error.code).toBe('ERR_COUNTERSIGN_ACTION')
    for (const part of says) expect(error.message).toContain(part)
    expect(error.message).not.toMatch(/undefined\.|\[object|Invalid input/)
  })
})

describe('a bound field', () => {
  const check = (kind: string, value: unknown) =>
    checkBoundValues({ binds: { field: kind as 'text' }, requires: once }, { field: value })

  test.each<[string, readonly unknown[]]>([
    ['decimal', ['0', '250', '250.00', '-1.5', '999999999999999.12345678', '007']],
    ['integer', [0, -1, 42, Number.MAX_SAFE_INTEGER]],
    ['currency', ['EUR', 'CHF']],
    ['iban', ['CH9300762011623852957', 'CH93 0076 2011 6238 5295 7', 'NO9386011117947']],
    ['email', ['alice@mail.example']],
    ['phone', ['+41791234567', '+41 79 123 45 67']],
    ['date', ['2026-11-23', '2028-02-29']],
    ['boolean', [true, false]],
    ['id', ['a', 'order_17', 'urn:x:1', 'A-b.c~d']],
    ['text', ['', 'für Miete', 'x'.repeat(500), '\u{1f600}']],
  ])('of kind %s takes %j as they are', (kind, values) => {
    expect(values.map((value) => check(kind, value))).toEqual(
      values.map((value) => ({ outcome: 'ok', bound: { field: value } })),
    )
  })

  test.each<[string, readonly unknown[]]>([
    [
      'decimal',
      ['', '1,5', '1e5', '.5', '5.', '+1', ' 1', '1 ', '1\n', 'NaN', 'Infinity', '0x10', '\u0661', 250, ['1']],
    ],
    ['integer', [1.5, '1', Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, null, 1n]],
    ['currency', ['eur', 'EURO', 'EU', 'EUR\n', '']],
    ['iban', ['CH93', 'ch9300762011623852957', 'CH93-0076', 'CH9300762011623852957\n', 'x'.repeat(40), 7]],
    ['email', ['alice', 'a@b', 'a@b.de\n', 'a@b.de,c@d.de', `${'a'.repeat(250)}@b.de`]],
    ['phone', ['0791234567', '+0123456', '+41-79', '+4179123456789012345678', '+41\n791234567']],
    ['date', ['2026-02-30', '2026-13-01', '26-01-01', '2026-1-1', '2026-01-01T00:00:00Z', '']],
    ['boolean', ['true', 1, 0, null, 'false']],
    ['id', ['', 'a b', 'a/b', 'x'.repeat(129), 'a\n', '<b>']],
    ['text', ['x'.repeat(501), 7, null, ['a'], {}, '\ud800']],
  ])('of kind %s refuses %j', (kind, values) => {
    expect(values.filter((value) => check(kind, value).outcome === 'ok')).toEqual([])
  })

  const transfer = { binds: { amount: 'decimal', memo: 'text?' }, requires: once } as const

  test.each<[string, unknown, string]>([
    ['one that is missing', {}, 'amount'],
    ['one that is undefined', { amount: undefined }, 'amount'],
    ['one that nobody binds', { amount: '1', payee: 'x' }, 'payee'],
    ['one that every object has', { amount: '1', constructor: 'x' }, 'constructor'],
    ['a prototype', JSON.parse('{"amount":"1","__proto__":"x"}'), '__proto__'],
    ['null for one that may be left out', { amount: '1', memo: null }, 'memo'],
    ['a list', ['1'], ''],
    ['a text', 'amount=1', ''],
  ])('malformed values (%s) name the field and never the value', (_, values, field) => {
    expect(checkBoundValues(transfer, values)).toMatchObject({ outcome: 'malformed', field })
  })

  test('that may be left out is left out of what is bound', () => {
    expect(checkBoundValues(transfer, { amount: '1' })).toEqual({ outcome: 'ok', bound: { amount: '1' } })
  })

  test('is at most one kilobyte with the others', () => {
    const definition = { binds: { a: 'text', b: 'text', c: 'text' }, requires: once } as const
    const values = { a: 'x'.repeat(500), b: 'x'.repeat(480), c: '' }

    expect(checkBoundValues(definition, values).outcome).toBe('ok')
    expect(checkBoundValues(definition, { ...values, c: '\u{1f600}'.repeat(20) }).outcome).toBe('malformed')
  })

  test('may be anything at all: the check never throws, and what it takes it gives back unchanged', () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true }), (values) => {
        const checked = checkBoundValues(transfer, values)
        if (checked.outcome === 'ok') expect({ ...checked.bound }).toEqual({ ...(values as object) })
      }),
    )
  })
})

describe('the decision', () => {
  const until = new Date('2026-03-02T13:00:00Z')

  test.each<[string, Parameters<typeof decide>[0], Parameters<typeof decide>[1], object]>([
    ['what needs nothing', 'nothing', { held: false, factors: 0 }, { verdict: 'allow', reason: 'nothing required' }],
    [
      'what needs nothing, while locked',
      'nothing',
      { held: false, factors: 0, lockedUntil: until },
      { verdict: 'allow' },
    ],
    ['a window that holds', window, { held: true, factors: 1 }, { verdict: 'allow', reason: 'window holds' }],
    ['a window that does not hold', window, { held: false, factors: 1 }, { verdict: 'challenge' }],
    [
      'a one-shot, whatever is held',
      once,
      { held: true, factors: 1 },
      { verdict: 'challenge', reason: 'no elevation' },
    ],
    ['a lock', once, { held: false, factors: 1, lockedUntil: until }, { verdict: 'deny', reason: 'locked', until }],
    [
      'a lock and no factor',
      once,
      { held: false, factors: 0, lockedUntil: until },
      { verdict: 'deny', reason: 'locked' },
    ],
    ['no factor', once, { held: false, factors: 0 }, { verdict: 'deny', reason: 'no factor' }],
  ])('over %s', (_, requires, circumstances, decision) => {
    expect(decide(requires, circumstances)).toMatchObject(decision)
  })
})

describe('the words of an action', () => {
  const transfer = {
    binds: { amount: 'decimal', currency: 'currency', payee: 'iban', memo: 'text?', when: 'date?', urgent: 'boolean?' },
    requires: once,
    words: {
      en: {
        name: 'transfer',
        one: 'a transfer',
        act: 'Send {amount} {currency} to {payee}',
        fields: { amount: 'Amount', payee: 'To', memo: 'Note' },
      },
      de: { name: 'Überweisung', one: 'eine Überweisung', act: '{amount} {currency} senden', fields: { payee: 'An' } },
    },
  } as const satisfies ActionDefinition
  const values = { ...fields, memo: 'rent for May', when: '2026-05-01', urgent: true }

  test('on a page show everything in full, money in one line', () => {
    expect(actionInWords(transfer, values, 'en', 'page')).toEqual({
      name: 'transfer',
      one: 'a transfer',
      act: 'Send 250.00 EUR to CH93 0076 2011 6238 5295 7',
      facts: [
        { label: 'Amount', value: '250.00 EUR' },
        { label: 'To', value: 'CH93 0076 2011 6238 5295 7' },
        { label: 'Note', value: 'rent for May' },
        { label: 'When', value: '1 May 2026' },
        { label: 'Urgent', value: 'yes' },
      ],
    })
  })

  test('in a message shorten the target and leave free text out', () => {
    const { act, facts } = actionInWords(transfer, values, 'en', 'message')

    expect(act).toBe('Send 250.00 EUR to CH93...2957')
    expect(facts.map(({ label }) => label)).toEqual(['Amount', 'To', 'When', 'Urgent'])
    expect(JSON.stringify({ act, facts })).not.toContain('rent')
  })

  test('in German have a decimal comma, German dates and German answers', () => {
    const { act, facts } = actionInWords(transfer, values, 'de', 'page')

    expect(act).toBe('250,00 EUR senden')
    expect(facts.map(({ value }) => value)).toEqual([
      '250,00 EUR',
      'CH93 0076 2011 6238 5295 7',
      'rent for May',
      '1. Mai 2026',
      'ja',
    ])
  })

  test.each([
    ['en', { en: 'Send {amount}' }, 'Send 250.00'],
    ['de', { en: 'Send {amount}' }, 'Send 250,00'],
    ['de', undefined, 'Bestätigen'],
    ['en', undefined, 'Confirm'],
    ['en', { de: 'Senden' }, 'Confirm'],
  ] as const)('in %s with %j say %s', (language, words, act) => {
    const definition = { binds: { amount: 'decimal' }, requires: once, ...(words && { words }) } as ActionDefinition

    expect(actionInWords(definition, { amount: '250.00' }, language, 'page').act).toBe(act)
  })

  test('a value with braces or dollars in it replaces nothing else', () => {
    const definition = { binds: { a: 'text', b: 'text' }, requires: once, words: { en: '{a}-{b}' } } as const

    expect(actionInWords(definition, { a: '{b}', b: "$&$1$'" }, 'en', 'page').act).toBe("{b}-$&$1$'")
  })

  test('a long id is shortened in a message and shown in full on a page', () => {
    const definition = { binds: { order: 'id' }, requires: once, words: { en: '{order}' } } as const
    const bound = { order: 'order_1234567890' }

    expect(actionInWords(definition, bound, 'en', 'message').act).toBe('orde...7890')
    expect(actionInWords(definition, bound, 'en', 'page').act).toBe('order_1234567890')
  })

  test('have the shape that a message has', () => {
    expect(Object.keys(actionInWords(transfer, values, 'en', 'message')).sort()).toEqual(
      Object.keys(aCodeMessage().action).sort(),
    )
  })
})
