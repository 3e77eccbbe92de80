import type { ContactChanged } from '@countersign/core'
import type { People } from './people.js'
import type { Person } from './person.js'

/** Where somebody is reached now. */
export type KnownAddress = Readonly<{ address: string; proved: boolean }>

/**
 * The address of the sign-in follows what happened at Countersign. It is proved or changed; removed, it gives way to
 * another one that is proved, and takes its place again when it comes back, whatever became of that one meanwhile.
 * Contacts beside it are no business of the people table. Repeatable.
 */
export async function followContact(
  people: People,
  change: ContactChanged & Readonly<{ subject: string }>,
  knownNow: () => Promise<readonly KnownAddress[]>,
): Promise<void> {
  const { subject: id, address, was, proved, removed } = change
  const person = await people.byId(id)
  if (!person) return
  const { email, emailsGone = [] } = person
  if (!removed) {
    const changed = was !== undefined && { was, gone: goneBefore(address, emailsGone) }
    const isOurs = await people.changeAddress({ id, address, proved, ...changed })
    // What was changed once more since is told next.
    if (isOurs && was !== undefined) return
  }
  const next = addressInstead(person, change, await knownNow())
  if (!next) return
  const gone = goneBefore(next.address, removed ? [...emailsGone, email] : emailsGone)
  await people.changeAddress({ id, was: email, ...next, gone })
}

/** What is still gone with that address in its place: an address that is back stands in for those alone that went before it. */
function goneBefore(address: string, gone: readonly string[]): readonly string[] {
  const at = gone.indexOf(address)
  return at < 0 ? gone : gone.slice(0, at)
}

/** What takes the place of the address; nothing while that is a contact. */
function addressInstead(
  { email, emailsGone }: Person,
  { address, removed }: ContactChanged,
  known: readonly KnownAddress[],
): KnownAddress | undefined {
  const named = removed ? undefined : known.find((one) => one.address === address)
  if (named && emailsGone?.includes(named.address)) return named
  if (known.some((one) => one.address === email)) return undefined
  return named ?? known.find((one) => one.proved)
}
