import { type Client, expected } from '../frame/client.js'
import { headersOf, type Step, type Walker, type Way, withCookies } from './walker.js'

/** What is guarded, and what the person sends to it. */
type Guarded = Readonly<{ method: 'GET' | 'POST'; path: string; body?: object; done: number }>

const notes: Guarded = { method: 'GET', path: '/notes', done: 200 }
const transfer: Guarded = {
  method: 'POST',
  path: '/transfers',
  body: { amount: '250.00', currency: 'EUR', payee: 'CH9300762011623852957' },
  done: 201,
}

const ownHeaders = { 'sec-fetch-site': 'same-origin' }

/** The way to a transfer of somebody whom headers name. */
export const transferWay: Way = { walker: namedByHeaders, steps: stepsTo(transfer) }

/** The way to a transfer of somebody who signed in to express-session. */
export const transferWayInSession: Way = { walker: signedIn, steps: stepsTo(transfer) }

/** The way to the windowed notes, in both manners. */
export const notesWay: Way = { walker: namedByHeaders, steps: stepsTo(notes) }
export const notesWayInSession: Way = { walker: signedIn, steps: stepsTo(notes) }

async function namedByHeaders(_client: Client, name: string): Promise<Walker> {
  return { name, headers: { ...ownHeaders, 'x-person': name, 'x-sign-in': `sign-in-of-${name}` }, cookies: new Map() }
}

/** Signs in where there is express-session: the reply brings its cookie. */
export async function signedIn(client: Client, name: string): Promise<Walker> {
  const reply = expected(await client.send('POST', `/sign-in/${name}`, ownHeaders), 200)
  return withCookies({ name, headers: ownHeaders, cookies: new Map() }, reply)
}

function stepsTo(guarded: Guarded): readonly Step[] {
  return [
    { name: 'ask', take: (client, walker) => ask(client, walker, guarded) },
    { name: 'open', sends: true, take: open },
    { name: 'answer', take: answer },
    { name: 'use', take: (client, walker) => use(client, walker, guarded) },
  ]
}

async function ask(client: Client, walker: Walker, { method, path, body }: Guarded): Promise<Walker> {
  const reply = expected(await client.send(method, path, headersOf(walker), body), 403)
  return { ...withCookies(walker, reply), ticket: String(reply.body.ticket) }
}

async function open(client: Client, walker: Walker): Promise<Walker> {
  const reply = await client.send('POST', '/countersign/challenges', headersOf(walker), { ticket: walker.ticket })
  const { challenge } = expected(reply, 201).body as Readonly<{ challenge?: Readonly<{ id: string }> }>
  return { ...withCookies(walker, reply), challenge: challenge?.id ?? '' }
}

async function answer(client: Client, walker: Walker, code: string): Promise<Walker> {
  const path = `/countersign/challenges/${walker.challenge}/answer`
  const reply = await client.send('POST', path, headersOf(walker), { code })
  const { elevation } = expected(reply, 200).body as Readonly<{ elevation?: Readonly<{ token: string }> }>
  return { ...withCookies(walker, reply), elevation: elevation?.token ?? '' }
}

async function use(client: Client, walker: Walker, { method, path, body, done }: Guarded): Promise<Walker> {
  const headers = { ...headersOf(walker), 'countersign-elevation': walker.elevation ?? '' }
  return withCookies(walker, expected(await client.send(method, path, headers, body), done))
}
