import { scrypt } from 'node:crypto'
import { availableParallelism } from 'node:os'
import type { People } from './people.js'
import type { PasswordHash, Person } from './person.js'

/** A third of what OWASP asks of scrypt (N=2^15, r=8, p=3), since this is a demo and a laptop's tests sign in often. */
const cost = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 }
const hashBytes = 32
const mostAtOnce = Math.max(1, availableParallelism() - 1)
const mostWaiting = 256

/** More sign-ins are waiting than the bank takes on. */
export class TooBusy extends Error {
  override readonly name = 'TooBusy'
}

let running = 0
const waiting: (() => void)[] = []

/** The hash of a new password, with the salt of whoever has the address already, so that all of them cost one hash at sign-in. */
export async function newPassword(people: People, email: string, password: string): Promise<PasswordHash> {
  const [salt] = await people.saltsOf(email)
  return hashOf(password, salt)
}

/**
 * Whoever has this address and this password. An address that nobody has costs the same work, and so does one
 * that several people have.
 */
export async function whoSignsIn(people: People, email: string, password: string): Promise<Person | undefined> {
  const hashes: PasswordHash[] = []
  for (const salt of await people.saltsOf(email)) hashes.push(await hashOf(password, salt))
  return people.byPassword(email, hashes)
}

/** Few at once, since each takes a core and 32 MiB; a long queue is refused instead of growing. */
async function hashOf(password: string, salt: string): Promise<PasswordHash> {
  await turn()
  try {
    return { salt, hash: await derive(password.normalize('NFKC'), salt) }
  } finally {
    running -= 1
    waiting.shift()?.()
  }
}

async function turn(): Promise<void> {
  while (running >= mostAtOnce) {
    if (waiting.length >= mostWaiting) throw new TooBusy('Too many passwords are waiting to be checked.')
    await new Promise<void>((resolve) => waiting.push(resolve))
  }
  running += 1
}

function derive(password: string, salt: string): Promise<string> {
  return new Promise((resolve, reject) => {
    scrypt(password, Buffer.from(salt, 'base64url'), hashBytes, cost, (error, key) => {
      if (error) reject(error)
      else resolve(key.toString('base64url'))
    })
  })
}
