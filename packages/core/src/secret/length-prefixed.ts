/**
 * Parts as one text in which every part stands behind its length in UTF-16 code units: `['ab', 'c']` is `2:ab1:c`. Two different lists
 * never give the same text, whatever the parts contain.
 */
export function lengthPrefixed(parts: readonly string[]): string {
  let text = ''
  for (const part of parts) text += `${part.length}:${part}`
  return text
}
