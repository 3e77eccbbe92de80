import { equal, match, notEqual, ok, deepEqual as same } from 'node:assert/strict'
import type { Channel, Delivery } from '@countersign/core'
import { aCodeMessage, aMessageOfEachKind } from './a-message.js'
import { type Inbox, type InboxMessage, inbox as newInbox } from './inbox.js'

/** What a channel contract needs. */
export type ChannelContract = Readonly<{
  /** The `test` of jest, vitest, node:test or another runner: a title, and a body to wait for. */
  test: (title: string, body: () => Promise<void>) => unknown
  /** A channel that hands its mail to this server; a new one for each test. */
  makeChannel: (smtpUrl: string) => Channel | Promise<Channel>
  /** A server for each test; the one of this package unless given. */
  inbox?: () => Promise<Inbox>
}>

/** What a test of the contract plays with. Both ends are closed after it, however it went. */
type Stage = Readonly<{ channel: Channel; inbox: Inbox }>

/**
 * What every channel over SMTP must keep to. Calls `test` once for each promise; the promises hold for `send`, its
 * `AbortSignal` and `stop`.
 *
 * @example
 * channelContract({ test, makeChannel: (smtp) => emailChannel({ smtp, from: 'codes@bank.example' }) })
 */
export function channelContract({ test, makeChannel, inbox = newInbox }: ChannelContract): void {
  function promise(title: string, body: (stage: Stage) => Promise<void>): void {
    test(title, async () => {
      const server = await inbox()
      const channel = await makeChannel(server.smtpUrl)
      try {
        await body({ channel, inbox: server })
      } finally {
        await channel.stop?.()
        await server.stop()
      }
    })
  }

  promise('a message that is accepted is received once, by its recipient', async ({ channel, inbox }) => {
    same(await send(channel, aCodeMessage({ address: 'alice@mail.example' })), { outcome: 'accepted' })

    same(recipients(inbox), ['alice@mail.example'])
  })

  promise('every kind of message leaves in both languages', async ({ channel, inbox }) => {
    for (const language of ['en', 'de'] as const) {
      for (const message of aMessageOfEachKind({ language })) {
        same(await send(channel, message), { outcome: 'accepted' })
      }
    }

    equal(inbox.messages().length, 2 * aMessageOfEachKind().length)
  })

  promise('a message sent again carries the same Message-ID, another message another', async ({ channel, inbox }) => {
    const message = aCodeMessage()
    await send(channel, message)
    await send(channel, message)
    await send(channel, aCodeMessage())

    const [first, again, other] = inbox.messages().map(({ messageId }) => messageId)
    ok(first)
    equal(again, first)
    notEqual(other, first)
  })

  promise('a recipient that is answered with 5xx is refused', async ({ channel, inbox }) => {
    await inbox.behave('5xx')

    const delivery = await send(channel, aCodeMessage())

    equal(delivery.outcome, 'refused')
    isDiscreet(delivery)
  })

  promise('a recipient that is answered with 4xx is to be tried again', async ({ channel, inbox }) => {
    await inbox.behave('4xx')

    const delivery = await send(channel, aCodeMessage())

    equal(delivery.outcome, 'again')
    isDiscreet(delivery)
  })

  promise('a message to a server that takes no connection is to be tried again', async ({ channel, inbox }) => {
    await inbox.behave('refuse-connections')

    const delivery = await send(channel, aCodeMessage())

    equal(delivery.outcome, 'again')
    isDiscreet(delivery)
  })

  promise('a server that works again gets the message with the next try', async ({ channel, inbox }) => {
    const message = aCodeMessage()
    await inbox.behave('refuse-connections')
    await send(channel, message)
    await inbox.behave('4xx')
    await send(channel, message)
    await inbox.behave('accept')

    same(await send(channel, message), { outcome: 'accepted' })

    equal(inbox.messages().length, 1)
  })

  promise('sending ends when its signal aborts while the server is silent', async ({ channel, inbox }) => {
    await inbox.behave('hang')
    const patience = new AbortController()
    const sending = channel.send(aCodeMessage(), patience.signal)
    await inbox.hangs()

    patience.abort()

    const delivery = await sending
    equal(delivery.outcome, 'again')
    isDiscreet(delivery)
  })

  promise('a connection that is given up is closed', async ({ channel, inbox }) => {
    await inbox.behave(() => 'hang')
    const patience = new AbortController()
    const sending = channel.send(aCodeMessage(), patience.signal)
    await inbox.hangs()

    patience.abort()

    await sending
    await inbox.disconnected()
  })

  promise('nothing is sent for a signal that has aborted before', async ({ channel, inbox }) => {
    const delivery = await channel.send(aCodeMessage(), AbortSignal.abort())

    equal(delivery.outcome, 'again')
    same(recipients(inbox), [])
  })

  promise('mail to others passes while some recipients hang', async ({ channel, inbox }) => {
    await inbox.behave((recipient) => (recipient.endsWith('@slow.example') ? 'hang' : 'accept'))
    const patience = new AbortController()
    const slow = [1, 2, 3, 4, 5, 6].map((n) =>
      channel.send(aCodeMessage({ address: `nobody${n}@slow.example` }), patience.signal),
    )
    await inbox.hangs(slow.length)

    same(await send(channel, aCodeMessage({ address: 'bob@mail.example' })), { outcome: 'accepted' })

    same(recipients(inbox), ['bob@mail.example'])
    patience.abort()
    await Promise.all(slow)
  })

  promise('many messages at once all arrive', async ({ channel, inbox }) => {
    const addresses = Array.from({ length: 60 }, (_, n) => `person${n}@mail.example`)

    const deliveries = await Promise.all(addresses.map((address) => send(channel, aCodeMessage({ address }))))

    same(new Set(deliveries.map(({ outcome }) => outcome)), new Set(['accepted']))
    same(recipients(inbox).sort(), addresses.sort())
  })

  promise('the code stands alone on a line of the text, and in no header', async ({ channel, inbox }) => {
    await send(channel, aCodeMessage({ code: '00471936' }))

    const [mail] = inbox.messages()
    equal(await inbox.lastCode(), '00471936')
    ok(mail)
    ok(!headersOf(mail).includes('00471936'))
    ok(!mail.subject.includes('00471936'))
  })

  promise('a value with a line end starts no header and no line', async ({ channel, inbox }) => {
    const attack = 'x\r\nBcc: eve@evil.example\r\n\r\n99999999\r\n.\r\nRCPT TO:<eve@evil.example>\u2028\u202e'
    const message = aCodeMessage({ origin: { device: attack, place: attack }, timeZone: attack })
    const facts = [{ label: attack, value: attack }]

    await send(channel, { ...message, id: attack, action: { ...message.action, one: attack, facts } })

    same(recipients(inbox), ['alice@mail.example'])
    const [mail] = inbox.messages()
    ok(mail)
    ok(!/^bcc:/im.test(headersOf(mail)))
    ok(!/[\u202a-\u202e\u2066-\u2069\u2028]/.test(mail.subject + mail.text + mail.html))
    equal(await inbox.lastCode(), '48271936')
  })

  promise('what is not one address is refused, and nothing leaves', async ({ channel, inbox }) => {
    const malformed = [
      'alice@mail.example, eve@evil.example',
      'alice@mail.example\r\nRCPT TO:<eve@evil.example>',
      'Alice <eve@evil.example>',
      'alice@mail.example\uff0ceve@evil.example',
      'alice',
      '',
    ]
    for (const address of malformed) {
      const delivery = await send(channel, aCodeMessage({ address }))
      equal(delivery.outcome, 'refused')
      isDiscreet(delivery)
    }

    same(recipients(inbox), [])
  })

  promise('stopping ends what is under way and closes every connection', async ({ channel, inbox }) => {
    await send(channel, aCodeMessage())
    await inbox.behave(() => 'hang')
    const underWay = send(channel, aCodeMessage())
    await inbox.hangs()

    await channel.stop?.()

    equal((await underWay).outcome, 'again')
    await inbox.disconnected()
  })

  promise('a message after the stop is not sent', async ({ channel, inbox }) => {
    await channel.stop?.()

    equal((await send(channel, aCodeMessage())).outcome, 'again')

    same(recipients(inbox), [])
  })
}

function send(channel: Channel, message: Parameters<Channel['send']>[0]): Promise<Delivery> {
  return channel.send(message, new AbortController().signal)
}

function recipients(inbox: Inbox): string[] {
  return inbox.messages().map(({ to }) => to)
}

function headersOf({ source }: InboxMessage): string {
  return source.slice(0, source.search(/\r?\n\r?\n/))
}

/** A reason is a short word of our own: no text of the other side, no address, no code. */
function isDiscreet(delivery: Delivery): void {
  if (delivery.outcome !== 'accepted') match(delivery.reason, /^[a-z][a-z0-9-]{0,39}$/)
}
