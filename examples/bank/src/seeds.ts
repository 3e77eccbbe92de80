import { openAccount } from './ledger/execute-transfer.js'
import type { Ledger } from './ledger/ledger.js'
import { newPassword } from './people/password.js'
import type { People } from './people/people.js'

/** The password of everybody who is seeded. */
export const seededPassword = 'correct horse battery staple'

/** Whom to sign in as. */
export const seeded = [
  { id: 'alice', name: 'Alice Keller', email: 'alice@example.test' },
  { id: 'bob', name: 'Bob Brunner', email: 'bob@example.test' },
] as const

/** Adds the two customers of the demo. Seeding twice, also by two copies at once, changes nothing. */
export async function seed(people: People, ledger: Ledger): Promise<void> {
  for (const { id, name, email } of seeded) {
    await openAccount(ledger, id, new Date())
    if (await people.byId(id)) continue
    const password = await newPassword(people, email, seededPassword)
    await people.add({ id, name, email, emailProved: true, password, notes: '' })
  }
}
