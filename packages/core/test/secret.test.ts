import { format, inspect } from 'node:util'
import fc from 'fast-check'
import { Secret } from '../src/index.js'
import { maskEmail } from '../src/secret/mask.js'
import { newId } from '../src/secret/new-id.js'
import { newOneTimeCode, readOneTimeCode } from '../src/secret/one-time-code.js'

describe('a one-time code', () => {
  const codes = Array.from({ length: 2000 }, () => newOneTimeCode(8).reveal())

  test('has exactly as many digits as asked for, leading zeros kept', () => {
    expect(codes.filter((code) => !/^[0-9]{8}$/.test(code))).toEqual([])
    expect(codes.some((code) => code.startsWith('0'))).toBe(true)
  })

  test.each([0, 1, 2, 3, 4, 5, 6, 7])('is uniform in place %i: chi-square over 2,000 codes, p > 1e-4', (place) => {
    const seen = Array.from({ length: 10 }, (_, digit) => codes.filter((code) => code[place] === String(digit)).length)
    const chiSquare = seen.reduce((sum, count) => sum + (count - 200) ** 2 / 200, 0)

    // The quantile 1 - 1e-4 of the chi-square distribution with nine degrees of freedom.
    expect(chiSquare).toBeLessThan(33.72)
  })

  test('has no two places that go together: chi-square of neighbours over 2,000 codes, p > 1e-4', () => {
    const pairs = new Map<string, number>()
    for (const code of codes) {
      for (let place = 0; place < 7; place++) {
        const pair = code.slice(place, place + 2)
        pairs.set(pair, (pairs.get(pair) ?? 0) + 1)
      }
    }
    const expected = (2000 * 7) / 100
    const chiSquare = Array.from({ length: 100 }, (_, pair) => pairs.get(String(pair).padStart(2, '0')) ?? 0).reduce(
      (sum, count) => sum + (count - expected) ** 2 / expected,
      0,
    )

    // The quantile 1 - 1e-4 with 99 degrees of freedom is 158; neighbours overlap, so a little more is left.
    expect(chiSquare).toBeLessThan(175)
  })
})

describe('a typed code', () => {
  test.each([
    ['as it was sent', '04812693', '04812693'],
    ['in two groups', '0481 2693', '04812693'],
    ['with a hyphen', '0481-2693', '04812693'],
    ['with a typographic hyphen', '0481\u20102693', '04812693'],
    ['with a dash', '0481\u20132693', '04812693'],
    ['with a soft hyphen', '0481\u00ad2693', '04812693'],
    ['with a no-break space', '0481\u00a02693', '04812693'],
    ['with a narrow no-break space', '0481\u202f2693', '04812693'],
    ['with white space around it', ' \t04812693\r\n', '04812693'],
    ['with a space between all digits', '0 4 8 1 2 6 9 3', '04812693'],
  ])('%s is read', (_, typed, code) => {
    expect(readOneTimeCode(typed, 8)?.reveal()).toBe(code)
  })

  test.each<[string, unknown]>([
    ['a digit too few', '0481269'],
    ['a digit too many', '048126931'],
    ['a letter', '0481269O'],
    ['full-width digits', '\uff10\uff14\uff18\uff11\uff12\uff16\uff19\uff13'],
    ['arabic-indic digits', '\u0660\u0664\u0668\u0661\u0662\u0666\u0669\u0663'],
    ['a sign', '+4812693'],
    ['a decimal point', '0481.2693'],
    ['an exponent', '4812e693'],
    ['a NUL', '0481\u00002693'],
    ['nothing', ''],
    ['spaces only', '        '],
    ['more text than any code', `${' '.repeat(40)}04812693`],
    ['a megabyte', '0'.repeat(1_000_000)],
    ['a number', 4_812_693],
    ['a number of eight digits', 14_812_693],
    ['an array of one text', ['04812693']],
    ['an array of digits', ['0', '4', '8', '1', '2', '6', '9', '3']],
    ['null', null],
    ['undefined', undefined],
    ['true', true],
    ['an object', { code: '04812693' }],
    ['an object that turns into text', { toString: () => '04812693' }],
    ['a String object', Object('04812693')],
    ['a big integer', 14_812_693n],
  ])('%s is no code, and nothing is compared', (_, typed) => {
    expect(readOneTimeCode(typed, 8)).toBeUndefined()
  })

  test('what is longer than any way to type a code is not looked through', () => {
    expect(readOneTimeCode(`${' '.repeat(25)}12345678`, 8)).toBeUndefined()
  })

  test('whatever is typed, what is read is all digits and of the right length', () => {
    fc.assert(
      fc.property(fc.anything(), fc.integer({ min: 6, max: 12 }), (typed, digits) => {
        const code = readOneTimeCode(typed, digits)
        expect(code === undefined || new RegExp(`^[0-9]{${digits}}$`).test(code.reveal())).toBe(true)
      }),
    )
  })
})

describe('a secret', () => {
  const secret = new Secret('48271936')

  test.each([
    ['a template', () => `${secret}`],
    ['String()', () => String(secret)],
    ['addition to a text', () => `code ${secret}`],
    ['JSON', () => JSON.stringify({ secret })],
    ['inspect', () => inspect({ secret }, { depth: 9, showHidden: true })],
    ['inspect without custom functions', () => inspect(secret, { customInspect: false, showHidden: true })],
    ['format %s', () => format('%s', secret)],
    ['format %o', () => format('%o', secret)],
    ['format %j', () => format('%j', secret)],
    ['an error with it as cause', () => inspect(new Error('no', { cause: secret }))],
    ['its own keys', () => JSON.stringify(Reflect.ownKeys(secret).map((key) => Reflect.get(secret, key)))],
    ['a copy of its members', () => JSON.stringify({ ...secret })],
    ['a structured clone', () => inspect(structuredClone(secret))],
  ])('is not shown by %s', (_, show) => {
    expect(show()).not.toContain('48271936')
  })

  test('is opened by reveal()', () => {
    expect(secret.reveal()).toBe('48271936')
  })
})

describe('a mask', () => {
  test.each([
    ['alice@example.test', 'a***@e***.test'],
    ['a@b.co', 'a***@b***.co'],
    ['bob@mail.example.co.uk', 'b***@m***.uk'],
    ['carol@localhost', 'c***@l***'],
    ['dora@mail.construction', 'd***@m***.construction'],
    ['erin@mail.callZeroEightHundredOneTwoThree', 'e***@m***.***'],
    ['"odd@local"@mail.example', '"***@m***.example'],
    ['\u{1f600}x@mail.example', '\u{1f600}***@m***.example'],
  ])('%s is shown as %s', (address, masked) => {
    expect(maskEmail(address)).toBe(masked)
  })

  test('says as much of a long address as of a short one', () => {
    expect(maskEmail('al@example.test')).toBe(maskEmail('alexander-the-great@enormous.test'))
  })
})

test('an id has 128 bits and does not repeat', () => {
  const ids = Array.from({ length: 1000 }, newId)

  expect(new Set(ids).size).toBe(1000)
  expect(ids.filter((id) => Buffer.from(id, 'base64url').length !== 16)).toEqual([])
})
