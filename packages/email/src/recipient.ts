const oneAddress = /^[^\s@<>(),;:"[\]\\\p{Cc}\p{Cf}]{1,64}@[^\s@<>(),;:"[\]\\\p{Cc}\p{Cf}]{1,255}$/u

/**
 * The address to write to, or `undefined` when it is not exactly one: checked after NFKC, which turns look-alikes into
 * the separators that a mail server would see.
 */
export function recipientOf(address: string): string | undefined {
  const normal = address.normalize('NFKC')
  return oneAddress.test(normal) ? normal : undefined
}
