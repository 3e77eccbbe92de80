import type { Salts } from './address-salt.js'
import type { PasswordHash, Person } from './person.js'

/** A change of address that Countersign carried out; `was` is the address before it. `gone`: those that were removed, and come back perhaps [none]. */
export type AddressChange = Readonly<{
  id: string
  address: string
  was?: string
  proved: boolean
  gone?: readonly string[]
}>

/** The bank's people table. */
export interface People {
  /** Adds somebody, unless the id is there already. */
  add(person: Person): Promise<void>
  byId(id: string): Promise<Person | undefined>
  /**
   * The salts to try for an address: those in use, people who proved it first; for an address that nobody has, the one
   * that its first newcomers get. Nearly always one, since later newcomers take over the one that is there.
   */
  saltsOf(email: string): Promise<Salts>
  /** Whoever has this address and one of these password hashes; the one whose address is proved first. */
  byPassword(email: string, hashes: readonly PasswordHash[]): Promise<Person | undefined>
  /**
   * Repeatable. Without `was` the address itself stays, and was proved: told late, it sets back no later change. `false`
   * when neither the old nor the new address is the person's.
   */
  changeAddress(change: AddressChange): Promise<boolean>
  /**
   * Ends every session that began until then, but for the one with that step-up key. Told late, it lets no session go on
   * that ended since; of two at the same moment, the one that ends more counts.
   */
  endSessions(id: string, at: Date, except?: string): Promise<void>
  writeNotes(id: string, notes: string): Promise<void>
}
