/**
 * An e-mail address as somebody may see it who should recognise it but not learn it: `alice@example.test` is
 * `a***@e***.test`.
 */
export function maskEmail(address: string): string {
  const at = address.lastIndexOf('@')
  const domain = address.slice(at + 1)
  const dot = domain.lastIndexOf('.')
  const ending = dot > 0 ? endingAsShown(domain.slice(dot)) : ''
  return `${firstCharacter(address)}***@${firstCharacter(domain)}***${ending}`
}

/** A longer ending is no country's and nobody's habit, but room for a sentence in somebody else's mail. */
const longestEnding = 12

function endingAsShown(ending: string): string {
  return ending.length - 1 > longestEnding ? '.***' : ending
}

function firstCharacter(text: string): string {
  return [...text][0] ?? ''
}
