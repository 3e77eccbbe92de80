import { type Client, expected } from '../frame/client.js'
import { addressOf, headersOf, type Walker, type Way, withCookies } from './walker.js'

const ownHeaders = { origin: 'http://127.0.0.1:3000', 'sec-fetch-site': 'same-origin' }
const auth = '/api/auth'

/** better-auth's two-factor code for somebody who has a session: `send-otp` and `verify-otp`. */
export const twoFactorWay: Way = {
  walker: signedUp,
  steps: [
    { name: 'open', sends: true, take: sendCode },
    { name: 'answer', take: verifyCode },
  ],
}

async function signedUp(client: Client, name: string): Promise<Walker> {
  const person = { name, email: addressOf({ name }), password: 'correct horse battery staple' }
  const reply = expected(await client.send('POST', `${auth}/sign-up/email`, ownHeaders, person), 200)
  return withCookies({ name, headers: ownHeaders, cookies: new Map() }, reply)
}

async function sendCode(client: Client, walker: Walker): Promise<Walker> {
  return withCookies(
    walker,
    expected(await client.send('POST', `${auth}/two-factor/send-otp`, headersOf(walker), {}), 200),
  )
}

/** The first right code turns two-factor on and brings a new session; it falls into the warm-up. */
async function verifyCode(client: Client, walker: Walker, code: string): Promise<Walker> {
  const reply = await client.send('POST', `${auth}/two-factor/verify-otp`, headersOf(walker), { code })
  return withCookies(walker, expected(reply, 200))
}
