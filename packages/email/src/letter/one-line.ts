/** The longest piece of text that a message takes over from elsewhere; what is longer is cut. */
const cap = 200

/**
 * A value as one harmless line: line ends and other control characters become a space, characters that are not seen
 * or that turn the writing direction go. With it no value can start a header, a line or a right-to-left run.
 */
export function oneLine(value: string): string {
  const line = value
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/[\p{Cf}\p{Cs}]+/gu, '')
    .replace(/ {2,}/g, ' ')
    .trim()
  return line.length > cap ? `${Array.from(line).slice(0, cap).join('')}…` : line
}
