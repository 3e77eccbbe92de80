import { randomBytes } from 'node:crypto'
import { type Countersign, createCountersign, type Message, newKey } from '@countersign/core'
import { memoryStore } from '@countersign/memory'
import { silent } from './dropped.js'

/** One action that takes the person's own code, and one that takes a delivered one. */
export const actions = {
  'notes.open': { requires: { level: 'code', mode: 'window', factors: ['security-code'] } },
  'photos.open': { requires: { level: 'code', mode: 'window', factors: ['email-code'] } },
} as const

/** A Countersign whose people have security codes. */
export type BankWithCodes = Countersign<typeof actions>

/** Somebody with a code. */
export type Person = Readonly<{ subject: string; session: string; code: string }>

/** What was sent last to each person: a security code, or a one-time code. */
export type Sent = Readonly<{ own: ReadonlyMap<string, string>; delivered: ReadonlyMap<string, string> }>

/** So many people, each with a security code that works. */
export async function bankWithCodes(
  count: number,
): Promise<Readonly<{ bank: BankWithCodes; people: readonly Person[]; sent: Sent }>> {
  const sent = { own: new Map<string, string>(), delivered: new Map<string, string>() }
  const bank = createCountersign({
    store: memoryStore(),
    keys: newKey(),
    publicUrl: 'http://127.0.0.1:3000',
    channels: [{ kind: 'email', send: async (message) => kept(sent, message) }],
    contactsOf: (subject) => [{ kind: 'email', address: `${subject}@example.test`, proved: true }],
    securityCode: { delivery: 'direct' },
    actions,
    log: silent,
  })
  await bank.start()
  const people: Person[] = []
  for (let number = 0; number < count; number++) people.push(await aPerson(bank, `person${number}`, sent.own))
  return { bank, people, sent }
}

async function aPerson(bank: BankWithCodes, subject: string, codes: ReadonlyMap<string, string>): Promise<Person> {
  const session = `the session of ${subject}, ${randomBytes(16).toString('base64url')}`
  await bank.codes.issue({ subject })
  const code = await arrived(codes, subject)
  await bank.codes.activate({ subject, session, code })
  return { subject, session, code }
}

/** The code of somebody, once it has left. */
export async function arrived(codes: ReadonlyMap<string, string>, subject: string): Promise<string> {
  while (!codes.has(subject)) await new Promise((resolve) => setImmediate(resolve))
  return codes.get(subject) ?? ''
}

type Kept = Readonly<{ own: Map<string, string>; delivered: Map<string, string> }>

function kept({ own, delivered }: Kept, message: Message): Readonly<{ outcome: 'accepted' }> {
  const [subject = ''] = message.to.address.reveal().split('@')
  if (message.kind === 'security-code') own.set(subject, message.code.reveal())
  if (message.kind === 'code') delivered.set(subject, message.code.reveal())
  return { outcome: 'accepted' }
}
