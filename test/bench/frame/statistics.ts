/** The middle of some numbers, and the quartiles between which half of them lie. */
export type Summary = Readonly<{ median: number; spread: readonly [lower: number, upper: number] }>

/** @throws RangeError when there are no numbers. */
export function summaryOf(numbers: readonly number[]): Summary {
  return { median: quantile(numbers, 0.5), spread: [quantile(numbers, 0.25), quantile(numbers, 0.75)] }
}

/** The number below which a share of the others lies; between two neighbours in proportion (Hyndman and Fan, type 7). */
export function quantile(numbers: readonly number[], share: number): number {
  const sorted = [...numbers].sort((one, other) => one - other)
  const place = (sorted.length - 1) * share
  const below = sorted[Math.floor(place)]
  const above = sorted[Math.ceil(place)]
  if (below === undefined || above === undefined) throw new RangeError('There is no quantile of no numbers.')
  return below + (above - below) * (place - Math.floor(place))
}

/** One ratio for each round. Both sides ran within the same second, so that what slowed the machine slowed both. */
export function ratiosOf(numbers: readonly number[], against: readonly number[]): readonly number[] {
  return numbers.flatMap((number, round) => {
    const other = against[round]
    return other === undefined ? [] : [number / other]
  })
}
