import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { newKey } from '@countersign/core'
import { codeIn, inbox } from '@countersign/testing'
import { aBank } from '../support/bank-process.js'
import { aClient } from '../support/client.js'
import { aPerson } from '../support/person.js'
import {
  answerWith,
  ask,
  elevated,
  nextCode,
  openChallenge,
  openingNotes,
  otherThan,
  transferring,
} from '../support/step-up.js'
import { until } from '../support/until.js'

const tour = fileURLToPath(new URL('../../examples/sso/dist/tour.js', import.meta.url))
const patience = 180_000
const { PATH, HOME, TMPDIR } = process.env

test(
  'the tour walks to its end and prints none of the codes that were sent',
  async () => {
    const child = spawn(process.execPath, [tour], { env: { PATH, HOME, TMPDIR }, stdio: ['ignore', 'pipe', 'pipe'] })
    let printed = ''
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        printed += chunk
      })
    const ended = once(child, 'exit')
    await until('the address of the bank', () => inboxesIn(printed).length > 0)

    const codes = new Set<string>()
    while (child.exitCode === null && child.signalCode === null)
      for (const origin of inboxesIn(printed)) for (const code of await codesOfInbox(origin)) codes.add(code)

    expect(await ended).toEqual([0, null])
    expect(printed).toMatch(/All \d+ steps held/)
    expect(inboxesIn(printed)).toHaveLength(2)
    expect(codes.size).toBeGreaterThanOrEqual(6)
    expect([...codes].filter((code) => stands(code, printed))).toEqual([])
  },
  patience,
)

test(
  'a bank prints no code, no token, no ticket, no address, no password and no cookie',
  async () => {
    const mail = await inbox()
    const bank = await aBank({ smtpUrl: mail.smtpUrl, keys: newKey() })
    const person = await aPerson(bank.origin)
    const { id, ticket } = await openChallenge(person.client, transferring())
    const code = await nextCode(mail, person)
    await answerWith(person.client, id, otherThan(code))
    await answerWith(person.client, id, [code])
    await answerWith(person.client, id, code)
    const token = await elevated(person, mail, openingNotes)
    await ask(person.client, openingNotes, token)
    const cookie = person.client.cookieHeader()
    const links = mail.messages().flatMap(({ text }) => text.match(/token=\S+/g) ?? [])
    await bank.stop()
    await mail.stop()

    const secrets = [ticket, token, person.email, person.password, ...cookie.split('; '), ...links]
    expect(secrets.filter((secret) => bank.output().includes(secret))).toEqual([])
    const codes = mail.messages().flatMap(({ text }) => codeIn(text) ?? [])
    expect(codes).toHaveLength(2)
    expect(codes.filter((one) => stands(one, bank.output()))).toEqual([])
  },
  patience,
)

/** Together or in two groups. */
function stands(code: string, text: string): boolean {
  const middle = code.length / 2
  return text.includes(code) || text.includes(`${code.slice(0, middle)} ${code.slice(middle)}`)
}

/** Where bank and provider of the tour keep the mail that they sent. */
function inboxesIn(printed: string): readonly string[] {
  return [...printed.matchAll(/(?:is open at|its provider at) (http:[^\s,]+?)[.,]?\s/g)].map(
    ([, origin = '']) => origin,
  )
}

/** Nothing, once the bank has closed its door. */
async function codesOfInbox(origin: string): Promise<readonly string[]> {
  const answer = await aClient(origin)
    .get('/inbox')
    .catch(() => undefined)
  const mails = (answer?.json ?? []) as readonly { text: string }[]
  return mails.flatMap(({ text }) => codeIn(text) ?? [])
}
