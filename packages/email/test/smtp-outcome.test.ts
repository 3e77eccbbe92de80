import { outcomeOfFailure } from '../src/smtp-outcome.js'

test.each([
  ['no such mailbox', { code: 'EENVELOPE', command: 'RCPT TO', responseCode: 550 }, 'refused', 'smtp-550'],
  ['the message is not wanted', { code: 'EMESSAGE', command: 'DATA', responseCode: 554 }, 'refused', 'smtp-554'],
  ['a grey list', { code: 'EENVELOPE', command: 'RCPT TO', responseCode: 451 }, 'again', 'smtp-451'],
  ['too many connections', { code: 'ESOCKET', command: 'CONN', responseCode: 421 }, 'again', 'smtp-421'],
  ['the server wants a sign-in', { code: 'EENVELOPE', command: 'RCPT TO', responseCode: 530 }, 'again', 'smtp-530'],
  ['commands in the wrong order', { code: 'EENVELOPE', command: 'DATA', responseCode: 503 }, 'again', 'smtp-503'],
  ['our sender is refused', { code: 'EENVELOPE', command: 'MAIL FROM', responseCode: 550 }, 'again', 'smtp-550'],
  ['a wrong password', { code: 'EAUTH', command: 'AUTH PLAIN', responseCode: 535 }, 'again', 'smtp-535'],
  ['a server that does not answer', { code: 'ETIMEDOUT', command: 'CONN' }, 'again', 'timed-out'],
  ['a signal that aborts', { code: 'EABORT' }, 'again', 'timed-out'],
  ['a connection that breaks', { code: 'ECONNECTION' }, 'again', 'no-connection'],
  [
    'a certificate that is not trusted',
    { code: 'ESOCKET', originalCode: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
    'again',
    'untrusted-certificate',
  ],
  [
    'a certificate of another host',
    { code: 'ESOCKET', originalCode: 'ERR_TLS_CERT_ALTNAME_INVALID' },
    'again',
    'untrusted-certificate',
  ],
  ['no STARTTLS', { code: 'ETLS', command: 'STARTTLS', responseCode: 500 }, 'again', 'no-tls'],
  ['no TLS at all', { code: 'ESOCKET', originalCode: 'ERR_SSL_WRONG_VERSION_NUMBER' }, 'again', 'no-tls'],
  ['a host that has no address', { code: 'EDNS' }, 'again', 'no-address-of-server'],
  ['anything else', {}, 'again', 'failed'],
])('%s: %j is %s', (_, failure, outcome, reason) => {
  const error = Object.assign(new Error('550 alice@mail.example 48271936'), failure)

  expect(outcomeOfFailure(error)).toEqual({ outcome, reason })
})

test('what is no error at all is to be tried again', () => {
  expect(outcomeOfFailure('broken')).toEqual({ outcome: 'again', reason: 'failed' })
})
