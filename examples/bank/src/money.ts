/** Money inside the bank: whole cents, so that nothing is ever rounded. */
export type Cents = number

const decimal = /^(0|[1-9]\d{0,8})(?:\.(\d{1,2}))?$/

/** Cents of a decimal text such as `250.00`; `undefined` when it is none, or has more than two places. */
export function centsOf(amount: string): Cents | undefined {
  const [, whole, places = ''] = decimal.exec(amount) ?? []
  return whole === undefined ? undefined : Number(whole) * 100 + Number(places.padEnd(2, '0'))
}

/** What somebody typed as an amount, as a decimal text if it is one: `250,00` is one, too. */
export function typedAmount(typed: string): string {
  return typed.trim().replace(/^(\d+),(\d{1,2})$/, '$1.$2')
}

/** The decimal text of cents, always with two places. */
export function decimalOf(cents: Cents): string {
  const sign = cents < 0 ? '-' : ''
  const digits = String(Math.abs(cents)).padStart(3, '0')
  return `${sign}${digits.slice(0, -2)}.${digits.slice(-2)}`
}
