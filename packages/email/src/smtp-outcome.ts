import type { Delivery } from '@countersign/core'

/** What nodemailer tells of a failure. The texts of the other side, which may hold an address, are left where they are. */
type SmtpFailure = Readonly<{ code?: string; originalCode?: string; command?: string; responseCode?: number }>

const reasons: Readonly<Record<string, string>> = {
  EABORT: 'timed-out',
  ETIMEDOUT: 'timed-out',
  ECONNECTION: 'no-connection',
  ESOCKET: 'no-connection',
  EDNS: 'no-address-of-server',
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
  const failure = failureOf(error)
  const { command, responseCode = 0 } = failure
  const reason = reasonOf(failure)
  const ofMessage = command === 'RCPT TO' || command === 'DATA'
  const forGood = responseCode >= 500 && responseCode < 600 && !aboutUs.has(responseCode)
  return { outcome: ofMessage && forGood ? 'refused' : 'again', reason }
}

/** What somebody who reads a log needs to know first; without TLS nothing was asked of the server, so that comes first. */
function reasonOf({ code = '', originalCode = '', responseCode = 0 }: SmtpFailure): string {
  if (/CERT|UNABLE_TO|INVALID_CA|HOSTNAME_MISMATCH/.test(originalCode)) return 'untrusted-certificate'
  if (code === 'ETLS' || /^ERR_(SSL|TLS)_/.test(originalCode)) return 'no-tls'
  return responseCode ? `smtp-${responseCode}` : (reasons[code] ?? 'failed')
}

function failureOf(error: unknown): SmtpFailure {
  return typeof error === 'object' && error !== null ? error : {}
}
