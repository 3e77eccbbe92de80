import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

/** Somebody who may sign in. */
export type Person = Readonly<{ id: string; name: string; email: string }>

/** The table of people, as far as a login needs it. */
export interface People {
  byId(id: string): Person | undefined
  /** Whoever has this address and this password; an unknown address costs the same work. */
  byPassword(email: string, password: string): Promise<Person | undefined>
}

type Kept = Person & Readonly<{ salt: Buffer; hash: Buffer }>

/** For whom the example is open. */
export const seededPassword = 'correct horse battery staple'
const seeded: readonly Person[] = [
  { id: 'p1', name: 'Alice Keller', email: 'alice@example.test' },
  { id: 'p2', name: 'Bob Steiner', email: 'bob@example.test' },
]

/** Makes the table, with two people in it. */
export async function seededPeople(): Promise<People> {
  const kept = await Promise.all(seeded.map(withPassword))
  const nobody = { salt: randomBytes(16), hash: randomBytes(32) }

  return {
    byId: (id) => seeded.find((person) => person.id === id),
    async byPassword(email, password) {
      const found = kept.find((person) => person.email === email.toLowerCase())
      const { salt, hash } = found ?? nobody
      const fits = timingSafeEqual(hash, await hashOf(password, salt))
      return fits && found ? seeded.find(({ id }) => id === found.id) : undefined
    },
  }
}

async function withPassword(person: Person): Promise<Kept> {
  const salt = randomBytes(16)
  return { ...person, salt, hash: await hashOf(seededPassword, salt) }
}

const derive = promisify<string, Buffer, number, Buffer>(scrypt)

function hashOf(password: string, salt: Buffer): Promise<Buffer> {
  return derive(password.normalize('NFKC'), salt, 32)
}
