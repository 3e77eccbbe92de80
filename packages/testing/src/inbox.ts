import { once } from 'node:events'
import type { AddressInfo, Socket } from 'node:net'
import { simpleParser } from 'mailparser'
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server'

/** A mail that arrived, once for each of its recipients. */
export type InboxMessage = Readonly<{
  /** The recipient of the envelope: who really got it. */
  to: string
  from: string
  subject: string
  text: string
  html: string
  messageId: string
  at: Date
  /** Everything as it came over the wire, headers first. */
  source: string
}>

/** What the server does with a recipient: takes the mail, never answers, or answers 451 or 550. */
export type RecipientBehaviour = 'accept' | 'hang' | '4xx' | '5xx'

/** What the server does with everybody: as for a recipient (`hang` begins before the greeting), or takes no connection. */
export type InboxBehaviour = RecipientBehaviour | 'refuse-connections'

/** A mail server for tests, with all that it received. Nothing in it waits for a time: every wait ends by what happens. */
export interface Inbox {
  /** `smtp://127.0.0.1:PORT`, or `smtps://` with a certificate. */
  readonly smtpUrl: string
  readonly port: number
  /** All that came, oldest first. */
  messages(): readonly InboxMessage[]
  /** The oldest matching message that `next` has not given out yet; waits for one. Rejects after `timeoutMs` (5000). */
  next(predicate?: (message: InboxMessage) => boolean, timeoutMs?: number): Promise<InboxMessage>
  /** The code in the newest message (to that address) that has one; waits for the first. Rejects after `timeoutMs` (5000). */
  lastCode(to?: string, timeoutMs?: number): Promise<string>
  /** Forgets what came. */
  clear(): void
  /** From now on, by everybody or by recipient; resolves when it holds. What hangs already goes on hanging. */
  behave(behaviour: InboxBehaviour | ((recipient: string) => RecipientBehaviour)): Promise<void>
  /** How many clients are being left without an answer now. */
  hanging(): number
  /** Resolves when at least so many clients are left without an answer. Rejects after `timeoutMs` (5000). */
  hangs(clients?: number, timeoutMs?: number): Promise<void>
  /** Resolves when no client is connected any more. Rejects after `timeoutMs` (5000). */
  disconnected(timeoutMs?: number): Promise<void>
  /** Ends the server and every connection to it. */
  stop(): Promise<void>
}

/** The code of a message: the one line of its text that is digits and nothing else, in one group or two. */
export function codeIn(text: string): string | undefined {
  return /^[ \t]*(\d{3,12}|\d{3,6} \d{3,6})[ \t]*\r?$/m.exec(text)?.[1]?.replace(' ', '')
}

const host = '127.0.0.1'

/** A certificate and its private key, PEM. */
export type InboxCertificate = Readonly<{ cert: string; key: string }>

/**
 * Starts a real SMTP server on a free loopback port; with a certificate, one that speaks TLS from the first byte.
 *
 * @example
 * const inbox = await inbox()
 * const channel = emailChannel({ smtp: inbox.smtpUrl, from: 'codes@bank.example' })
 */
export async function inbox(certificate?: InboxCertificate): Promise<Inbox> {
  const messages: InboxMessage[] = []
  const given = new Set<InboxMessage>()
  const sockets = new Set<Socket>()
  const hung = new Set<string>()
  const waits = new Waits()
  let behaviour: InboxBehaviour | ((recipient: string) => RecipientBehaviour) = 'accept'

  const server = new SMTPServer({
    ...(certificate && { secure: true, ...certificate }),
    disabledCommands: ['STARTTLS', 'AUTH'],
    disableReverseLookup: true,
    logger: false,

    onConnect(session, done) {
      if (behaviour === 'hang') return leaveWithoutAnswer(session)
      done()
    },

    onSecure(socket, _session, done) {
      keepTrackOf(socket)
      done()
    },

    onRcptTo({ address }, session, done) {
      switch (typeof behaviour === 'function' ? behaviour(address) : behaviour) {
        case 'hang':
          return leaveWithoutAnswer(session)
        case '4xx':
          return done(reply(451, 'Try again later'))
        case '5xx':
          return done(reply(550, 'No such mailbox'))
        default:
          return done()
      }
    },

    onData(stream, session, done) {
      receive(stream, session).then(
        () => done(),
        () => done(reply(451, 'Not understood')),
      )
    },

    onClose(session) {
      hung.delete(session.id)
    },
  })
  // A client that goes away in the middle of a sentence is no failure of a test's server.
  server.on('error', () => undefined)
  // Under TLS only the upper socket may be destroyed: Node crashes when a handshake loses the ground below it.
  if (!certificate) server.server.on('connection', keepTrackOf)

  function keepTrackOf(socket: Socket): void {
    sockets.add(socket)
    socket.once('close', () => {
      sockets.delete(socket)
      waits.look()
    })
  }

  function leaveWithoutAnswer({ id }: SMTPServerSession): void {
    hung.add(id)
    waits.look()
  }

  async function receive(stream: SMTPServerDataStream, { envelope }: SMTPServerSession): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of stream) chunks.push(chunk)
    const source = Buffer.concat(chunks)
    const mail = await simpleParser(source)
    for (const { address } of envelope.rcptTo) {
      messages.push({
        to: address,
        from: mail.from?.text ?? '',
        subject: mail.subject ?? '',
        text: mail.text ?? '',
        html: mail.html || '',
        messageId: mail.messageId ?? '',
        at: new Date(),
        source: source.toString('utf8'),
      })
    }
    waits.look()
  }

  async function listen(port: number): Promise<number> {
    server.listen(port, host)
    await once(server.server, 'listening')
    return (server.server.address() as AddressInfo).port
  }

  function hangUp(): void {
    for (const socket of sockets) socket.destroy()
  }

  const port = await listen(0)

  return {
    smtpUrl: `${certificate ? 'smtps' : 'smtp'}://${host}:${port}`,
    port,
    messages: () => [...messages],

    next(predicate = () => true, timeoutMs = 5000) {
      const take = () => {
        const message = messages.find((candidate) => !given.has(candidate) && predicate(candidate))
        if (message) given.add(message)
        return message
      }
      return waits.until(take, timeoutMs, () => `No such message came; ${messages.length} are in the inbox`)
    },

    lastCode(to, timeoutMs = 5000) {
      const look = () => {
        const newest = messages.findLast((message) => isTo(message, to) && codeIn(message.text) !== undefined)
        return newest && codeIn(newest.text)
      }
      return waits.until(look, timeoutMs, () => `No message with a code came; ${messages.length} are in the inbox`)
    },

    clear() {
      messages.length = 0
      given.clear()
    },

    async behave(next) {
      behaviour = next
      if (next === 'refuse-connections') {
        server.server.close()
        hangUp()
      } else if (!server.server.listening) {
        await listen(port)
      }
    },

    hanging: () => hung.size,

    async hangs(clients = 1, timeoutMs = 5000) {
      const look = () => hung.size >= clients || undefined
      await waits.until(look, timeoutMs, () => `${hung.size} clients are left without an answer, not ${clients}`)
    },

    async disconnected(timeoutMs = 5000) {
      const look = () => sockets.size === 0 || undefined
      await waits.until(look, timeoutMs, () => `${sockets.size} connections are still open`)
    },

    async stop() {
      waits.end()
      const closed = new Promise<void>((resolve) => server.close(resolve))
      hangUp()
      await closed
    },
  }
}

function isTo(message: InboxMessage, to: string | undefined): boolean {
  return to === undefined || message.to.toLowerCase() === to.toLowerCase()
}

function reply(responseCode: number, text: string): Error {
  return Object.assign(new Error(text), { responseCode })
}

/** Those who wait for something to come true. `look` is called after each thing that happens. */
class Waits {
  readonly #waiting = new Set<{ look(): void; fail(why: string): void }>()

  look(): void {
    for (const wait of [...this.#waiting]) wait.look()
  }

  end(): void {
    for (const wait of [...this.#waiting]) wait.fail('The inbox was stopped')
  }

  until<T>(find: () => T | undefined, timeoutMs: number, explain: () => string): Promise<T> {
    const found = find()
    if (found !== undefined) return Promise.resolve(found)

    return new Promise<T>((resolve, reject) => {
      const wait = {
        look: () => {
          const found = find()
          if (found === undefined) return
          leave()
          resolve(found)
        },
        fail: (why: string) => {
          leave()
          reject(new Error(`${why}.`))
        },
      }
      const timer = setTimeout(() => wait.fail(`${explain()} after ${timeoutMs} ms`), timeoutMs)
      const leave = () => {
        clearTimeout(timer)
        this.#waiting.delete(wait)
      }
      this.#waiting.add(wait)
    })
  }
}
