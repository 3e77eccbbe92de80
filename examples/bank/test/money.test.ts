import { centsOf, decimalOf } from '../src/money.js'
import { inFours, money, signedMoney } from '../src/pages/figures.js'

test.each([
  ['250.00', 25_000],
  ['250', 25_000],
  ['0.1', 10],
  ['0.01', 1],
  ['999999999.99', 99_999_999_999],
])('%s is %i cents', (amount, cents) => {
  expect(centsOf(amount)).toBe(cents)
})

test.each(['', ' 1', '1.', '.5', '1.005', '-1', '+1', '1e3', '01', '1,00', '0x10', 'NaN', '1000000000'])(
  '"%s" is no amount',
  (amount) => {
    expect(centsOf(amount)).toBeUndefined()
  },
)

test('cents are told with two places', () => {
  expect([0, 5, 50, 100_000, -25_000].map(decimalOf)).toEqual(['0.00', '0.05', '0.50', '1000.00', '-250.00'])
})

test('people read money in their own way of writing it', () => {
  expect(money(100_000, 'en')).toBe('1,000.00 EUR')
  expect(money(100_000, 'de')).toBe('1.000,00 EUR')
  expect(signedMoney(-840, 'en')).toBe('\u22128.40 EUR')
  expect(signedMoney(100_000, 'de')).toBe('+1.000,00 EUR')
})

test('an IBAN is read in fours', () => {
  expect(inFours('CH9300762011623852957')).toBe('CH93 0076 2011 6238 5295 7')
})
