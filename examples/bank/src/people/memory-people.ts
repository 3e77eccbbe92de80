import { newSaltKey, saltsToTry } from './address-salt.js'
import type { AddressChange, People } from './people.js'
import type { PasswordHash, Person } from './person.js'

/** People who are forgotten when the process ends. */
export function memoryPeople(saltKey: Buffer = newSaltKey()): People {
  const people = new Map<string, Person>()
  const withAddress = (email: string) => [...people.values()].filter((person) => person.email === email)

  return {
    async add(person) {
      if (!people.has(person.id)) people.set(person.id, person)
    },

    async byId(id) {
      return people.get(id)
    },

    async saltsOf(email) {
      const known = withAddress(email).toSorted((one, other) => Number(other.emailProved) - Number(one.emailProved))
      return saltsToTry(
        saltKey,
        email,
        known.map(({ password }) => password.salt),
      )
    },

    async byPassword(email, hashes) {
      const fitting = withAddress(email).filter((person) => hashes.some((hash) => isSameHash(hash, person.password)))
      return fitting.find((person) => person.emailProved) ?? fitting[0]
    },

    async changeAddress(change) {
      const person = people.get(change.id)
      if (!person) return true
      if (!appliesTo(change, person)) return change.was === undefined
      const { address: email, was, proved: emailProved, gone: emailsGone = [] } = change
      people.set(person.id, { ...person, email, emailProved, ...(was !== undefined && { emailsGone }) })
      return true
    },

    async endSessions(id, at, except = '') {
      const person = people.get(id)
      const ended = person?.sessionsEndedAt?.getTime() ?? 0
      const isNews = except === '' ? at.getTime() >= ended : at.getTime() > ended
      if (person && isNews) people.set(id, { ...person, sessionsEndedAt: at, sessionKept: except })
    },

    async writeNotes(id, notes) {
      const person = people.get(id)
      if (person) people.set(id, { ...person, notes })
    },
  }
}

function isSameHash(left: PasswordHash, right: PasswordHash): boolean {
  return left.salt === right.salt && left.hash === right.hash
}

function appliesTo(change: AddressChange, person: Person): boolean {
  return person.email === change.was || person.email === change.address
}
