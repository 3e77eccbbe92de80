import { setTimeout as pause } from 'node:timers/promises'
import { jest } from '@jest/globals'
import { type Bank, startBank } from '../src/bank.js'
import { createLog } from '../src/log.js'
import { seededPassword } from '../src/seeds.js'
import type { Settings } from '../src/settings.js'
import { codeIn, type ReceivedMail } from '../src/tour/tour-guide.js'
import { type Answer, createVisitor, type Visitor } from '../src/tour/visitor.js'

// Real mail takes its time on a machine that is busy with other suites.
jest.setTimeout(30_000)

/** A running bank, and what it logged. */
export type RunningBank = Readonly<{ bank: Bank; url: URL; log: readonly string[] }>

/** Starts a bank on a free port, in memory and without limits per client unless told otherwise. */
export async function aBank(
  settings: Partial<Settings> = {},
  options: Parameters<typeof startBank>[2] = {},
): Promise<RunningBank> {
  const log: string[] = []
  const write = (line: string) => {
    log.push(line)
  }
  const bank = await startBank(
    { port: 0, clientLimits: false, production: false, ...settings },
    createLog({ write }),
    options,
  )
  return { bank, url: bank.url, log }
}

export const payee = 'CH9300762011623852957'
export const aTransfer = { amount: '250.00', currency: 'EUR', payee }

let people = 0

/** Somebody new, signed in. */
export async function aCustomer({ url }: RunningBank, name = 'Alice Keller') {
  people += 1
  const email = `customer${people}@example.test`
  const visitor = createVisitor(name, url)
  await visitor.send('POST', '/sign-up', { json: { name, email, password: seededPassword } })
  await visitor.send('POST', '/sign-in', { json: { email, password: seededPassword } })
  return Object.assign(visitor, { email })
}

/** One of the two who are always there, signed in. */
export async function signedIn({ url }: RunningBank, email: string): Promise<Visitor> {
  const visitor = createVisitor(email, url)
  const { status } = await visitor.send('POST', '/sign-in', { json: { email, password: seededPassword } })
  expect(status).toBe(200)
  return visitor
}

export async function mails(visitor: Visitor, to: string): Promise<ReceivedMail[]> {
  const { text } = await visitor.send('GET', '/inbox')
  const all: ReceivedMail[] = JSON.parse(text)
  return all.filter((mail) => mail.to === to)
}

/** Only those that bring a code: notices come between them, in their own time. */
export async function codeMails(visitor: Visitor, to: string): Promise<ReceivedMail[]> {
  return (await mails(visitor, to)).filter(({ text }) => /^\d{8}$/m.test(text))
}

/** The newest mail, once there are so many. */
export function mailNumber(visitor: Visitor, to: string, count: number, among = mails): Promise<ReceivedMail> {
  return waitForMail(count, to, () => among(visitor, to))
}

async function waitForMail(count: number, to: string, all: () => Promise<ReceivedMail[]>): Promise<ReceivedMail> {
  for (let tries = 0; tries < 100; tries += 1) {
    const mail = (await all())[count - 1]
    if (mail) return mail
    await pause(50)
  }
  throw new Error(`Mail number ${count} to ${to} did not come.`)
}

/** Answers a refusal by a guard with the code from the mail: the header that lets the request through. */
export async function confirmed(visitor: Visitor, refused: Answer, email: string): Promise<Record<string, string>> {
  const before = await codeMails(visitor, email)
  const opened = await visitor.send('POST', '/countersign/challenges', { json: { ticket: refused.json.ticket } })
  expect(opened).toMatchObject({ status: 201 })
  const { id } = opened.json.challenge as { id: string }
  const code = codeIn(await mailNumber(visitor, email, before.length + 1, codeMails))
  const passed = await visitor.send('POST', `/countersign/challenges/${id}/answer`, { json: { code } })
  expect(passed).toMatchObject({ status: 200 })
  const { token } = passed.json.elevation as { token: string }
  return { 'countersign-elevation': token }
}

export function typeOf({ json }: Answer): string {
  return String(json.type).split(':').at(-1) ?? ''
}

/** Looks until something is there: the people table, for one, follows a moment after Countersign. */
export async function until<T>(what: string, look: () => Promise<T | undefined | false>): Promise<T> {
  for (let tries = 0; tries < 100; tries += 1) {
    const seen = await look()
    if (seen) return seen
    await pause(50)
  }
  throw new Error(`Looked in vain for ${what}.`)
}
