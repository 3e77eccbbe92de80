import type { ContactChanged } from '@countersign/core'
import type { People } from './people.js'
import type { Person } from './person.js'

/** Where somebody is reached now. */
export type KnownAddress = Readonly<{ address: string; proved: boolean }>

/**
 * The address of the sign-in follows what happened at Countersign. It is proved or changed; removed, it gives way to
 * another one that is proved, and takes its place again when it comes back. Contacts beside it are no business of the
 * people table. Repeatable.
 */
export async function followContact(
  people: People,
  change: ContactChanged & Readonly<{ subject: string }>,
  knownNow: () => Promise<readonly KnownAddress[]>,
): Promise<void> {
  const { subject: id, address, was, proved, removed } = change
  if (!removed) {
    const isOurs = await people.changeAddress({ id, address, proved, ...(was !== undefined && { was }) })
    // What was changed once more since is told next.
    if (isOurs && was !== undefined) return
  }
  const person = await people.byId(id)
  if (!person) return
  const next = addressInstead(person, change, await knownNow())
  if (next) await people.changeAddress({ id, was: person.email, ...next, ...(removed && { gone: true }) })
}

/** What takes the place of the address; nothing while that is a contact. */
function addressInstead(
  { email, emailGone }: Person,
  { address, removed }: ContactChanged,
  known: readonly KnownAddress[],
): KnownAddress | undefined {
  const named = removed ? undefined : known.find((one) => one.address === address)
  if (named && named.address === emailGone) return named
  if (known.some((one) => one.address === email)) return undefined
  return named ?? known.find((one) => one.proved)
}
