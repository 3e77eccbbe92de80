import { expect, test } from '@jest/globals'
import { quantile, ratiosOf, summaryOf } from './statistics.js'

test('the median is the middle number, whatever the order', () => {
  expect(summaryOf([9, 1, 5]).median).toBe(5)
})

test('the median of an even count lies between the two in the middle', () => {
  expect(summaryOf([4, 1, 2, 3]).median).toBe(2.5)
})

test('the spread is the quartiles, so that one wild round does not widen it', () => {
  expect(summaryOf([1, 2, 3, 4, 1000]).spread).toEqual([2, 4])
})

test('a quantile lies between two neighbours in proportion', () => {
  expect(quantile([10, 20, 30, 40], 0.25)).toBe(17.5)
})

test('one number is its own median and spread', () => {
  expect(summaryOf([7])).toEqual({ median: 7, spread: [7, 7] })
})

test('there is no median of no numbers', () => {
  expect(() => summaryOf([])).toThrow(RangeError)
})

test('a ratio compares two measurements of the same round', () => {
  expect(ratiosOf([2, 9, 8], [1, 3, 4])).toEqual([2, 3, 2])
})

test('a round that only one side finished gives no ratio', () => {
  expect(ratiosOf([2, 9], [1])).toEqual([2])
})
