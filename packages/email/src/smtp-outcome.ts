import type { Delivery } from '@countersign/core'

/** What nodemailer tells of a failure. The texts of the other side, which may hold an address, are left where they are. */
type SmtpFailure = Readonly<{ code?: string; command?: string; responseCode?: number }>

const reasons: Readonly<Record<string, string>> = {
  EABORT: 'timed-out',
  ETIMEDOUT: 'timed-out',
  ECONNECTION: 'no-connection',
  ESOCKET: 'no-connection',
  EDNS: 'no-address-of-server',
  ETLS: 'no-tls',
  EAUTH: 'not-signed-in',
}

/** Replies of the class 5 that speak of this client or its session, not of the message (RFC 5321, 4.2.4; RFC 4954, 6). */
const aboutUs = new Set([500, 501, 502, 503, 504, 530, 534, 535, 538])

/**
 * What came of a message that was not accepted. The server refuses it for good when it answers 5xx to the recipient or
 * to the message (RFC 5321, 4.2.1). All else may pass: a 4xx, a broken or silent connection, but also a sign-in or a
 * sender that is refused, since that is our set-up and somebody can put it right while the code still works.
 */
export function outcomeOfFailure(error: unknown): Delivery {
  const { code = '', command, responseCode = 0 } = failureOf(error)
  const reason = responseCode ? `smtp-${responseCode}` : (reasons[code] ?? 'failed')
  const ofMessage = command === 'RCPT TO' || command === 'DATA'
  const forGood = responseCode >= 500 && responseCode < 600 && !aboutUs.has(responseCode)
  return { outcome: ofMessage && forGood ? 'refused' : 'again', reason }
}

function failureOf(error: unknown): SmtpFailure {
  return typeof error === 'object' && error !== null ? error : {}
}
