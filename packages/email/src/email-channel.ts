import { createHash } from 'node:crypto'
import type { Channel, Delivery, Message } from '@countersign/core'
import { createTransport } from 'nodemailer'
import { oneLine } from './letter/one-line.js'
import { createRenderer } from './letter/render.js'
import { readMailFrom } from './mail-from.js'
import { recipientOf } from './recipient.js'
import { outcomeOfFailure } from './smtp-outcome.js'
import { readSmtpUrl } from './smtp-url.js'

/** What an e-mail channel needs. */
export type EmailChannelOptions = Readonly<{
  /**
   * The mail server: `smtps://user:password@host:465`, or `smtp://...`, which must offer STARTTLS unless it is on this
   * machine. The certificate is always verified.
   */
  smtp: string | undefined
  /** One address, with the name that people know: `Example Bank <codes@bank.example>`. */
  from: string
  /** The name under each message; the name in `from` unless given. */
  brand?: string
  /** Certificates (PEM) of the authority behind the mail server, where it is not a public one. */
  ca?: string
}>

/**
 * Waiting ends before a lease of the relay does (30 s), so that a message is tried again and not twice at once. The
 * times are short beside those of RFC 5321, 4.5.3.2: a code that is minutes late is worth nothing.
 */
const waiting = {
  dnsTimeout: 5_000,
  connectionTimeout: 10_000,
  greetingTimeout: 10_000,
  socketTimeout: 20_000,
  /** A connection that is given up is destroyed at once; nothing of it may keep the process alive. */
  socketCloseTimeout: 0,
} as const

/**
 * A connection is opened only when all others are busy, and a recipient whose server hangs holds one for 20 s at most.
 * So mail to others waits only when 20 hang at the same time; beyond that, servers begin to refuse connections.
 */
const pool = { pool: true, maxConnections: 20, maxMessages: 100, maxRequeues: 1, idleTimeout: 30_000 } as const

/**
 * Messages by e-mail, over SMTP.
 *
 * TLS is required and the certificate verified, except by `smtp://` to a loopback address. Each message has one
 * recipient, and the same `Message-ID` on every retry. Accepted means that the mail server took it over; refused, that it
 * answered 5xx to the recipient or the message.
 *
 * @throws CountersignError `ERR_COUNTERSIGN_SMTP_URL`, `ERR_COUNTERSIGN_MAIL_FROM`: at once, not with the first message.
 *
 * @example
 * emailChannel({ smtp: process.env.SMTP_URL, from: 'Example Bank <codes@bank.example>' })
 */
export function emailChannel({ smtp, from, brand, ca }: EmailChannelOptions): Channel {
  const { name, address, domain } = readMailFrom(from)
  const render = createRenderer(oneLine(brand ?? name))
  const underWay = new Set<Promise<Delivery>>()
  const transport = createTransport({
    ...readSmtpUrl(smtp),
    ...pool,
    ...waiting,
    // Said although it is the default: NODE_TLS_REJECT_UNAUTHORIZED=0 must not reach this connection.
    tls: { rejectUnauthorized: true, minVersion: 'TLSv1.2', ...(ca !== undefined && { ca }) },
    disableFileAccess: true,
    disableUrlAccess: true,
    logger: false,
  })
  // Without a listener the failure of an idle connection would end the process. Each message tells its own outcome.
  transport.on('error', () => undefined)

  async function deliver(message: Message, signal: AbortSignal): Promise<Delivery> {
    const recipient = recipientOf(message.to.address.reveal())
    if (recipient === undefined) return { outcome: 'refused', reason: 'malformed-address' }
    try {
      await transport.sendMail({
        ...render(message),
        from: { name, address },
        to: { name: '', address: recipient },
        messageId: messageIdOf(message, domain),
        date: message.askedAt,
        // RFC 3834, 5: nobody is to answer with a notice of absence.
        headers: { 'Auto-Submitted': 'auto-generated' },
        xMailer: false,
        disableFileAccess: true,
        disableUrlAccess: true,
        signal,
      })
      return { outcome: 'accepted' }
    } catch (error) {
      return outcomeOfFailure(error)
    }
  }

  return {
    kind: 'email',

    async send(message, signal) {
      const delivery = deliver(message, signal)
      underWay.add(delivery)
      try {
        return await delivery
      } finally {
        underWay.delete(delivery)
      }
    },

    async stop() {
      transport.close({ force: true })
      await Promise.all(underWay)
    },
  }
}

/** The same for every try of a message. A digest, so that the id itself is not shown to mail servers. */
function messageIdOf({ id }: Message, domain: string): string {
  return `<${createHash('sha256').update(id).digest('base64url')}@${domain}>`
}
