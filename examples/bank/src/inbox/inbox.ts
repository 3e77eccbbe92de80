import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { type AddressObject, type ParsedMail, simpleParser } from 'mailparser'
import { SMTPServer, type SMTPServerDataStream } from 'smtp-server'

/** A message as the built-in inbox shows it. */
export type Mail = Readonly<{ to: string; subject: string; text: string; html: string; messageId: string; at: Date }>

/** A mail server that keeps what it gets, so that the demo needs none. */
export interface Inbox {
  readonly smtpUrl: string
  /** Oldest first. */
  mails(): readonly Mail[]
  stop(): Promise<void>
}

const mostMails = 1000
const mostBytes = 1024 * 1024

/** Opens an inbox on a free port of this machine. */
export async function openInbox(): Promise<Inbox> {
  const mails: Mail[] = []
  const server = new SMTPServer({
    size: mostBytes,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    logger: false,
    onData(stream, _session, done) {
      receive(stream, mails).then(() => done(), done)
    },
  })
  // A client that goes away in the middle of a message is no reason to stop the bank.
  server.on('error', () => undefined)
  const listener = server.listen(0, '127.0.0.1')
  await once(listener, 'listening')

  return {
    smtpUrl: `smtp://127.0.0.1:${portOf(listener.address())}`,
    mails: () => mails,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

async function receive(stream: SMTPServerDataStream, mails: Mail[]): Promise<void> {
  const mail = mailOf(await simpleParser(stream))
  mails.push(mail)
  if (mails.length > mostMails) mails.shift()
}

function mailOf(parsed: ParsedMail): Mail {
  return {
    to: addressesOf(parsed.to),
    subject: parsed.subject ?? '',
    text: parsed.text ?? '',
    html: parsed.html || '',
    messageId: parsed.messageId ?? '',
    at: new Date(),
  }
}

function addressesOf(to: ParsedMail['to']): string {
  const objects: readonly AddressObject[] = to === undefined ? [] : Array.isArray(to) ? to : [to]
  return objects.flatMap(({ value }) => value.map(({ address }) => address ?? '')).join(', ')
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('The inbox has no port.')
  return address.port
}
