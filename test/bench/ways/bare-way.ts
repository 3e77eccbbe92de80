import { type Client, expected } from '../frame/client.js'
import { headersOf, type Walker, type Way } from './walker.js'

/** Two requests of the size of opening and answering, to a server that does nothing with them. */
export const twoBarePosts: Way = {
  walker: async (_client, name) => ({ name, headers: { 'sec-fetch-site': 'same-origin' }, cookies: new Map() }),
  steps: [
    { name: 'open', take: (client, walker) => post(client, walker, '/challenges', { ticket: 't'.repeat(450) }) },
    { name: 'answer', take: (client, walker) => post(client, walker, '/challenges/x/answer', { code: '12345678' }) },
  ],
}

async function post(client: Client, walker: Walker, path: string, body: object): Promise<Walker> {
  expected(await client.send('POST', path, headersOf(walker), body), 200)
  return walker
}
