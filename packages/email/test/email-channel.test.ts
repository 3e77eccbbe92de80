import { inspect } from 'node:util'
import type { Channel } from '@countersign/core'
import { aCodeMessage, type Inbox, inbox as newInbox } from '@countersign/testing'
import { type EmailChannelOptions, emailChannel } from '../src/index.js'
import { certificate } from './certificate.js'

const open: { stop?(): Promise<void> }[] = []

afterEach(async () => {
  await Promise.all(open.splice(0).map((part) => part.stop?.()))
})

test('the mail comes from the given address and name, and goes to one address', async () => {
  const { channel, inbox } = await aChannelTo(await newInbox())

  await send(channel, aCodeMessage({ address: 'alice@mail.example' }))

  const headers = headersOf(inbox)
  expect(headers.get('from')).toBe('Example Bank <codes@bank.example>')
  expect(headers.get('to')).toBe('alice@mail.example')
})

test('it has the headers that it needs, and no more', async () => {
  const { channel, inbox } = await aChannelTo(await newInbox())

  await send(channel, aCodeMessage())

  expect([...headersOf(inbox).keys()].sort()).toEqual(
    ['auto-submitted', 'content-type', 'date', 'from', 'message-id', 'mime-version', 'subject', 'to'].sort(),
  )
  expect(headersOf(inbox).get('auto-submitted')).toBe('auto-generated')
  expect(headersOf(inbox).get('date')).toBe('Mon, 23 Nov 2026 13:32:00 +0000')
})

test('the Message-ID is of the domain of "from", the same in another process, and does not show the id', async () => {
  const inbox = await newInbox()
  const message = aCodeMessage({ id: 'effect-17' })

  await send((await aChannelTo(inbox)).channel, message)
  await send((await aChannelTo(inbox)).channel, message)

  const [first, second] = inbox.messages().map(({ messageId }) => messageId)
  expect(first).toMatch(/^<[\w-]{43}@bank\.example>$/)
  expect(second).toBe(first)
})

test('text and HTML arrive as they were written, in German, too', async () => {
  const { channel, inbox } = await aChannelTo(await newInbox())
  const message = aCodeMessage({ language: 'de' })

  await send(channel, { ...message, action: { ...message.action, one: 'eine Überweisung' } })

  const [mail] = inbox.messages()
  expect(mail?.subject).toBe('Ihr Code für eine Überweisung')
  expect(mail?.text).toContain('Gilt bis 14:37 MEZ, nur dafür. Nur die neueste Nachricht zählt.')
  expect(mail?.html).toContain('Gilt bis 14:37 MEZ, nur dafür. Nur die neueste Nachricht zählt.')
  expect(await inbox.lastCode()).toBe('48271936')
})

test('the name in "from" stands under the mail, unless another one is given', async () => {
  const inbox = await newInbox()

  await send((await aChannelTo(inbox)).channel, aCodeMessage())
  await send((await aChannelTo(inbox, { brand: 'Lindenhof Bank' })).channel, aCodeMessage())

  const last = inbox.messages().map(({ text }) => text.trim().split('\n').at(-1))
  expect(last).toEqual(['Example Bank', 'Lindenhof Bank'])
})

test('a certificate that nobody vouches for is not accepted, not even from this machine', async () => {
  const { channel, inbox } = await aChannelTo(await newInbox(certificate))

  const delivery = await send(channel, aCodeMessage())

  expect(delivery).toEqual({ outcome: 'again', reason: 'untrusted-certificate' })
  expect(inbox.messages()).toEqual([])
})

test('a certificate is verified although NODE_TLS_REJECT_UNAUTHORIZED says otherwise', async () => {
  const before = process.env.NODE_TLS_REJECT_UNAUTHORIZED
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
  try {
    const { channel, inbox } = await aChannelTo(await newInbox(certificate))

    expect((await send(channel, aCodeMessage())).outcome).toBe('again')
    expect(inbox.messages()).toEqual([])
  } finally {
    if (before === undefined) delete process.env.NODE_TLS_REJECT_UNAUTHORIZED
    else process.env.NODE_TLS_REJECT_UNAUTHORIZED = before
  }
})

test('a certificate of the given authority is accepted', async () => {
  const { channel, inbox } = await aChannelTo(await newInbox(certificate), { ca: certificate.cert })

  expect(await send(channel, aCodeMessage())).toEqual({ outcome: 'accepted' })

  expect(inbox.messages()).toHaveLength(1)
})

test('a server elsewhere that offers no TLS is told nothing', async () => {
  const inbox = await newInbox()
  // An address of this machine that is no loopback address by our rule.
  const { channel } = await aChannelTo(inbox, { smtp: inbox.smtpUrl.replace('127.0.0.1', '0.0.0.0') })

  const delivery = await send(channel, aCodeMessage())

  expect(delivery).toEqual({ outcome: 'again', reason: 'no-tls' })
  expect(inbox.messages()).toEqual([])
})

test('a silent server keeps a person waiting no longer than the signal, and the next mail passes', async () => {
  const { channel, inbox } = await aChannelTo(await newInbox())
  await inbox.behave('hang')
  const people = Array.from({ length: 30 }, () => new AbortController())
  const waiting = people.map(({ signal }) => channel.send(aCodeMessage(), signal))
  await inbox.hangs(20)

  for (const person of people) person.abort()

  const outcomes = (await Promise.all(waiting)).map(({ outcome }) => outcome)
  expect(new Set(outcomes)).toEqual(new Set(['again']))
  await inbox.behave('accept')
  expect(await send(channel, aCodeMessage())).toEqual({ outcome: 'accepted' })
})

test('nothing that the channel gives out or holds shows password, address or code', async () => {
  const inbox = await newInbox()
  const smtp = inbox.smtpUrl.replace('//', '//codes:hunter2@')
  const { channel } = await aChannelTo(inbox, { smtp })
  await inbox.behave('5xx')

  const delivery = await send(channel, aCodeMessage({ address: 'alice@mail.example' }))

  const shown = inspect({ delivery, channel }, { depth: 10, showHidden: true }) + JSON.stringify({ delivery, channel })
  expect(shown).not.toMatch(/hunter2|alice|48271936/)
})

async function aChannelTo(inbox: Inbox, options: Partial<EmailChannelOptions> = {}) {
  const channel = emailChannel({ smtp: inbox.smtpUrl, from: 'Example Bank <codes@bank.example>', ...options })
  open.push(channel, inbox)
  return { channel, inbox }
}

function send(channel: Channel, message: Parameters<Channel['send']>[0]) {
  return channel.send(message, new AbortController().signal)
}

function headersOf(inbox: Inbox): Map<string, string> {
  const source = inbox.messages()[0]?.source ?? ''
  const lines = source
    .slice(0, source.indexOf('\r\n\r\n'))
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n')
  return new Map(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)]),
  )
}
