import { randomBytes } from 'node:crypto'
import { aClient, type Client, verdictOf } from './client.js'

/** Somebody with an account at the bank, signed in. Each test makes its own, so that no test knows of another. */
export type Person = Readonly<{ name: string; email: string; password: string; client: Client }>

const password = 'pages of an unread book'

/** Signs somebody new up at a bank, and in. */
export async function aPerson(origin: string): Promise<Person> {
  const name = 'Nora Neu'
  const email = `nora.${randomBytes(8).toString('hex')}@example.test`
  const signedUp = await aClient(origin).post('/sign-up', { name, email, password })
  if (signedUp.status !== 201) throw new Error(`Nobody could sign up: ${verdictOf(signedUp)}`)
  return signedIn({ name, email, password }, origin)
}

/** Some of them. One after the other, since passwords are hashed one after the other. */
export async function somePeople(count: number, origin: string): Promise<readonly Person[]> {
  const people: Person[] = []
  while (people.length < count) people.push(await aPerson(origin))
  return people
}

/** A session more for somebody who may have one elsewhere. */
export async function signedIn(known: Omit<Person, 'client'>, origin: string): Promise<Person> {
  const { name, email, password } = known
  const client = aClient(origin)
  const answer = await client.post('/sign-in', { email, password })
  if (answer.status !== 200) throw new Error(`Nobody could sign in: ${verdictOf(answer)}`)
  return { name, email, password, client }
}
