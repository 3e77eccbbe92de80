import { codeIn, type Inbox } from '@countersign/testing'
import { type Answer, type Client, textAt, verdictOf } from './client.js'
import type { Person } from './person.js'

/** A request that the bank's guards stand before. */
export type Guarded = Readonly<{ method: 'GET' | 'POST' | 'PUT'; path: string; body?: unknown }>

/** A transfer as the bank takes it. */
export type Transfer = Readonly<{ amount: string; currency: string; payee: string; name?: string }>

/** One euro to a baker, unless said otherwise. */
export function aTransfer(changes: Partial<Transfer> = {}): Transfer {
  return { amount: '1.00', currency: 'EUR', payee: 'CH9300762011623852957', name: 'Rhein Bakery', ...changes }
}

/** The request that sends money. */
export function transferring(transfer: unknown = aTransfer()): Guarded {
  return { method: 'POST', path: '/transfers', body: transfer }
}

/** The request that looks at the private notes. */
export const openingNotes: Guarded = { method: 'GET', path: '/notes' }

/** The header by which a program sends an elevation. */
export function withElevation(token: string): Readonly<Record<string, string>> {
  return { 'countersign-elevation': token }
}

/** Sends a guarded request, with an elevation if there is one. */
export function ask(client: Client, guarded: Guarded, token?: string): Promise<Answer> {
  return client.send({ ...guarded, ...(token !== undefined && { headers: withElevation(token) }) })
}

/** A ticket of the guard's refusal. */
export async function ticketFor(client: Client, guarded: Guarded): Promise<string> {
  const refused = await ask(client, guarded)
  if (verdictOf(refused) !== '403 step-up-required') throw new Error(`No ticket was given: ${refused.text}`)
  return textAt(refused, 'ticket')
}

/** A challenge that lives. */
export type OpenChallenge = Readonly<{ id: string; ticket: string }>

/** Asks for something guarded and opens the challenge for it. */
export async function openChallenge(client: Client, guarded: Guarded): Promise<OpenChallenge> {
  const ticket = await ticketFor(client, guarded)
  const opened = await client.post('/countersign/challenges', { ticket })
  if (opened.status !== 201) throw new Error(`No challenge was opened: ${opened.text}`)
  return { id: textAt(opened, 'challenge.id'), ticket }
}

/** The code of the oldest mail to somebody that was not read yet. */
export async function nextCode(inbox: Inbox, { email }: Pick<Person, 'email'>, patienceMs = 10_000): Promise<string> {
  const mail = await inbox.next(({ to, text }) => to === email && codeIn(text) !== undefined, patienceMs)
  return codeIn(mail.text) ?? ''
}

/** Types a code. */
export function answerWith(client: Client, id: string, code: unknown): Promise<Answer> {
  return client.post(`/countersign/challenges/${id}/answer`, { code })
}

/** A code of the same length that is another one, a different one for each number of steps. */
export function otherThan(code: string, steps = 1): string {
  return String((Number(code) + steps) % 10 ** code.length).padStart(code.length, '0')
}

/** Walks from a guarded request to the elevation for it: ticket, challenge, mail, right code. */
export async function elevated(person: Person, inbox: Inbox, guarded: Guarded): Promise<string> {
  const { id } = await openChallenge(person.client, guarded)
  const passed = await answerWith(person.client, id, await nextCode(inbox, person))
  return textAt(passed, 'elevation.token')
}

/** A line of an account. */
export type Executed = Readonly<{ id: string; confirmation: string; amount: string }>

/** What the bank says of somebody's account. */
export async function accountOf({
  client,
}: Pick<Person, 'client'>): Promise<Readonly<{ balance: string; transfers: readonly Executed[] }>> {
  const { status, json, text } = await client.get('/account')
  if (status !== 200) throw new Error(`The account was not shown: ${text}`)
  return json as Readonly<{ balance: string; transfers: readonly Executed[] }>
}
