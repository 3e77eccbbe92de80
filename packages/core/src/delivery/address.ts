import { z } from 'zod'
import { maskEmail } from '../secret/mask.js'
import type { ContactAddress } from './contact.js'

const email = z.email().max(254)

/**
 * The one form in which an address is compared, digested and written to: NFKC, trimmed, lower case. `undefined`
 * when it is no address of its kind; checked after normalising.
 */
export function canonicalAddress({ kind, address }: ContactAddress): ContactAddress | undefined {
  if (typeof address !== 'string') return undefined // a row of somebody's table, or a body that nobody looked at
  const canonical = address.normalize('NFKC').trim().toLowerCase()
  return email.safeParse(canonical).success ? { kind, address: canonical } : undefined
}

/** The address as it may be shown. */
export function maskAddress({ address }: ContactAddress): string {
  return maskEmail(address)
}
