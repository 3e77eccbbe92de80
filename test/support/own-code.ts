import type { Inbox } from '@countersign/testing'
import { type Answer, textAt } from './client.js'
import type { Person } from './person.js'
import { ask, elevated, nextCode } from './step-up.js'

const account = '/countersign/account'

/** Walks a newcomer to a security code that works, as a program does: proof of the address, pick-up after a code by mail. */
export async function withOwnCode(person: Person, mail: Inbox): Promise<string> {
  await proveAddress(person, mail)
  await done(person, 'code/issue', 201)
  const showing = { method: 'POST', path: `${account}/code/show`, body: {} } as const
  const shown = await ask(person.client, showing, await elevated(person, mail, showing))
  await done(person, 'code/activate', 200)
  return textAt(shown, 'code')
}

/** Proves the address of a sign-up by the code of its message. */
export async function proveAddress(person: Person, mail: Inbox): Promise<void> {
  const contact = textAt(await person.client.get(account), 'contacts.0.id')
  await done(person, 'contacts/verify', 202, { contact })
  await done(person, 'contacts/prove', 200, { code: await nextCode(mail, person) })
}

async function done({ client }: Person, path: string, status: number, body: object = {}): Promise<Answer> {
  const answer = await client.post(`${account}/${path}`, body)
  if (answer.status !== status) throw new Error(`${path} was answered ${answer.status}: ${answer.text}`)
  return answer
}
