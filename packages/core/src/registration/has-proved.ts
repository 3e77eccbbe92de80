import type { Subject } from '../subject/subject.js'

/** Whether any contact is proved: from then on nobody's word puts an unproved one beside it or in its place. */
export function hasProved({ contacts }: Subject): boolean {
  return contacts.some(({ provedAt }) => provedAt)
}
