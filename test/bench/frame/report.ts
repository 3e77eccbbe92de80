import type { Series } from './rounds.js'
import { ratiosOf, summaryOf } from './statistics.js'

/** What to compare: the CPU of one series for each operation, in proportion to another one's. */
export type Comparison = Readonly<{ bench: string; against: string; goal?: number; goalMicroseconds?: number }>

/** One line of the report. `spread`: the quartiles of the ratios, one ratio a round. */
export type Row = Comparison &
  Readonly<{
    ratio: number
    spread: readonly [number, number]
    unit: 'server CPU'
    /** Median for one operation of `bench`, and of `against`. */
    microseconds: number
    againstMicroseconds: number
  }>

/** A comparison as a row; none when one of its sides was not measured. */
export function rowOf(series: Series, comparison: Comparison): readonly Row[] {
  const own = series.get(comparison.bench)
  const other = series.get(comparison.against)
  if (!own || !other) return []
  const { median, spread } = summaryOf(ratiosOf(own, other))
  const { bench, against, ...goals } = comparison
  return [
    {
      bench,
      against,
      ratio: rounded(median, 3),
      spread: [rounded(spread[0], 3), rounded(spread[1], 3)],
      unit: 'server CPU',
      microseconds: rounded(summaryOf(own).median, 1),
      againstMicroseconds: rounded(summaryOf(other).median, 1),
      ...goals,
    },
  ]
}

/** Rows as one JSON object a line. */
export function asJsonLines(rows: readonly Row[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('')
}

/** Rows as a table for people. */
export function asTable(rows: readonly Row[]): string {
  const lines = [
    ['bench', 'against', 'ratio', 'quartiles', 'us', 'us against', 'goal'],
    ...rows.map((row) => [
      row.bench,
      row.against,
      row.ratio.toFixed(2),
      row.spread.map((end) => end.toFixed(2)).join(' to '),
      row.microseconds.toFixed(0),
      row.againstMicroseconds.toFixed(0),
      goalOf(row),
    ]),
  ]
  const widths = lines.reduce<number[]>(
    (wide, line) => line.map((cell, column) => Math.max(cell.length, wide[column] ?? 0)),
    [],
  )
  const padded = lines.map((line) =>
    line
      .map((cell, column) => pad(cell, widths[column] ?? 0, column))
      .join('  ')
      .trimEnd(),
  )
  return `${padded.join('\n')}\n`
}

const numbersFrom = 2

function pad(cell: string, width: number, column: number): string {
  return column < numbersFrom || column === 6 ? cell.padEnd(width) : cell.padStart(width)
}

function goalOf({ goal, goalMicroseconds, ratio, microseconds }: Row): string {
  const goals = [
    ...(goal === undefined ? [] : [`${ratio <= goal ? 'met' : 'MISSED'}: at most ${goal.toFixed(2)}`]),
    ...(goalMicroseconds === undefined
      ? []
      : [`${microseconds <= goalMicroseconds ? 'met' : 'MISSED'}: at most ${goalMicroseconds} us`]),
  ]
  return goals.join(', ')
}

function rounded(number: number, digits: number): number {
  return Number(number.toFixed(digits))
}
