import { randomBytes } from 'node:crypto'
import { Agent, type IncomingHttpHeaders, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Channel, createCountersign, newKey } from '@countersign/core'
import { stepUp } from '@countersign/express'
import { memoryStore } from '@countersign/memory'
import express from 'express'

/** What an address may be to somebody who names it: nobody may learn which. */
export const kinds = ['unknown', 'known', 'unverified', 'locked'] as const
export type Kind = (typeof kinds)[number]

/** What a stranger may do with an address that he names. */
export const acts = ['claim', 'prove', 'resend', 'verify'] as const
export type Act = (typeof acts)[number]

/** An answer, and the milliseconds until it was whole. */
export type StrangersAnswer = Readonly<{ status: number; headers: IncomingHttpHeaders; text: string; took: number }>

/** Nobody has to wait for mail here; the codes of proofs are kept, so that a wrong one is surely wrong. */
function droppingChannel(): Channel {
  return { kind: 'email', send: async () => ({ outcome: 'accepted' }) }
}

/** Who owns an address has another one, too. */
function mailboxesOf(subject: string): readonly string[] {
  return [`${subject}@mail.test`, `${subject}@other.test`]
}

const silent = { info() {}, warn() {}, error() {} }

/** An application whose people name addresses, with one of each kind in it. All are of one length and look alike masked. */
export async function strangersApp() {
  /** Addresses that stand in the application's table without a proof, by who named them there. */
  const named = new Map<string, string>()
  const countersign = createCountersign({
    store: memoryStore(),
    keys: newKey(),
    publicUrl: 'http://127.0.0.1:3000',
    channels: [droppingChannel()],
    contactsOf(subject) {
      const address = named.get(subject)
      if (address !== undefined) return [{ kind: 'email', address, proved: false }]
      if (!subject.startsWith('owner-')) return undefined
      return mailboxesOf(subject).map((mailbox) => ({ kind: 'email', address: mailbox, proved: true }))
    },
    actions: { 'notes.open': { requires: { level: 'code', mode: 'window' } } },
    log: silent,
  })
  const app = express()
  const { stepUpRoutes } = stepUp(countersign, {
    identify: ({ headers: { 'x-person': subject } }) =>
      typeof subject === 'string' ? { subject, session: `session of ${subject}` } : undefined,
    clientLimits: 'off',
  })
  app.use(stepUpRoutes)
  const server = app.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  await countersign.start()
  const { port } = server.address() as AddressInfo
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })

  const owner = (subject: string) => ({ subject, session: `session of ${subject}` })
  const openFor = (subject: string, factor?: string) =>
    countersign.challenges.open({ ...owner(subject), action: 'notes.open', ...(factor !== undefined && { factor }) })
  const addresses: Readonly<Record<Exclude<Kind, 'unknown'>, string>> = {
    known: 'owner-known000@mail.test',
    unverified: 'owner-unproved@mail.test',
    locked: 'owner-locked00@mail.test',
  }
  await openFor('owner-known000')
  await countersign.contacts.claim({ subject: 'another claimant', kind: 'email', address: addresses.unverified })
  await lock('owner-locked00')

  /** Ten wrong codes over two questions, each over a mailbox of its own: one alone gets no second message so soon. */
  async function lock(subject: string): Promise<void> {
    const listed = await countersign.contacts.list({ subject })
    const mailboxes = listed.outcome === 'found' ? listed.contacts : []
    for (const { id } of mailboxes) {
      const opened = await openFor(subject, id)
      const challengeId = opened.outcome === 'opened' ? opened.challenge.id : ''
      for (const guess of [1, 2, 3, 4, 5])
        await countersign.challenges.answer({ ...owner(subject), challengeId, code: `0000000${guess}` })
    }
    const { outcome } = await openFor(subject)
    if (outcome !== 'locked') throw new Error(`Who is to be locked is not: "${outcome}".`)
  }

  const addressOf = (kind: Kind) =>
    kind === 'unknown' ? `owner-${randomBytes(4).toString('hex')}@mail.test` : addresses[kind]

  function post(path: string, subject: string, body: object): Promise<StrangersAnswer> {
    const text = JSON.stringify(body)
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(text),
      'sec-fetch-site': 'same-origin',
      accept: 'application/json',
      'x-person': subject,
    }
    const began = performance.now()
    return new Promise((resolve, reject) => {
      const sent = request({ port, host: '127.0.0.1', path, method: 'POST', agent, headers }, (response) => {
        let received = ''
        response.setEncoding('utf8').on('data', (piece: string) => {
          received += piece
        })
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text: received,
            took: performance.now() - began,
          }),
        )
      })
      sent.on('error', reject)
      sent.end(text)
    })
  }

  const contacts = '/countersign/account/contacts'

  /** Somebody new has named the address in the application's own table, and asks for its proof. */
  async function verified(address: string): Promise<StrangersAnswer> {
    const subject = `newcomer-${randomBytes(6).toString('hex')}`
    named.set(subject, address)
    const listed = await countersign.contacts.list({ subject })
    const [contact] = listed.outcome === 'found' ? listed.contacts : []
    return post(`${contacts}/verify`, subject, { contact: contact?.id })
  }

  return {
    /**
     * What somebody new is answered who names an address of this kind: the claim, a wrong code for its proof, one more
     * message, and the proof of an address that the application knows from him.
     */
    async tries(kind: Kind): Promise<Readonly<Record<Act, StrangersAnswer>>> {
      const subject = `claimant-${randomBytes(6).toString('hex')}`
      const address = addressOf(kind)
      const claim = await post(contacts, subject, { address })
      const prove = await post(`${contacts}/prove`, subject, { code: '00000000' })
      const resend = await post(`${contacts}/correct`, subject, { address })
      return { claim, prove, resend, verify: await verified(address) }
    },
    async stop() {
      agent.destroy()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await countersign.stop()
    },
  }
}
