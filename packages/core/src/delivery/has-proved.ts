import type { Contact } from './contact.js'

/** Whether any contact is proved: from then on nobody's word puts an unproved one beside it or in its place. */
export function hasProved(contacts: readonly Contact[]): boolean {
  return contacts.some(({ provedAt }) => provedAt !== undefined)
}
