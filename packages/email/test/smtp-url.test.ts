import { CountersignError } from '@countersign/core'
import { emailChannel } from '../src/index.js'
import { readSmtpUrl } from '../src/smtp-url.js'

describe('the URL of the mail server', () => {
  test('smtps:// is TLS from the first byte', () => {
    expect(readSmtpUrl('smtps://codes:s%40cret%2F1@mail.example')).toEqual({
      host: 'mail.example',
      port: 465,
      secure: true,
      requireTLS: false,
      ignoreTLS: false,
      auth: { user: 'codes', pass: 's@cret/1' },
    })
  })

  test.each(['mail.example', '192.0.2.7', '[2001:db8::1]', '0.0.0.0', '127.evil.example', 'localhost.evil.example'])(
    'smtp:// to %s must begin TLS by STARTTLS',
    (host) => {
      expect(readSmtpUrl(`smtp://${host}`)).toMatchObject({ port: 587, requireTLS: true, ignoreTLS: false })
    },
  )

  test.each(['localhost', 'LOCALHOST', '127.0.0.1', '127.3.2.1', '[::1]', '[0:0:0:0:0:0:0:1]'])(
    'smtp:// to %s, which is this machine, is in the clear',
    (host) => {
      expect(readSmtpUrl(`smtp://${host}:1025`)).toMatchObject({ port: 1025, requireTLS: false, ignoreTLS: true })
    },
  )

  test('smtps:// to this machine is TLS all the same', () => {
    expect(readSmtpUrl('smtps://localhost:1465')).toMatchObject({ secure: true, ignoreTLS: false })
  })

  test.each([
    ['nothing', undefined, 'it is undefined. Is SMTP_URL set?'],
    ['an empty text', '', 'it is empty'],
    ['blanks', '  ', 'has no "smtp"'],
    ['a host alone', 'mail.example:587', 'does not begin with "smtp://"'],
    ['another scheme', 'https://mail.example', 'begins with "https://"'],
    ['no host', 'smtp://', 'names no host'],
    ['a broken port', 'smtp://codes:hunter2@mail.example:port', 'is no URL'],
    ['a port 0', 'smtp://mail.example:0', 'the port 0'],
    ['a slash in the password', 'smtp://codes:12/hunter2@mail.example', 'write "%" as %25, "/" as %2F'],
    ['a hash in the password', 'smtp://codes:12#hunter2@mail.example', '"#" as %23'],
    ['a bare per cent sign', 'smtp://codes:hunter2%@mail.example', 'a "%" in its user or password'],
    ['a user without a password', 'smtp://codes@mail.example', 'a user without a password'],
    ['a path', 'smtps://mail.example/hunter2', 'something after its host and port'],
    ['verification switched off', 'smtps://mail.example?tls.rejectUnauthorized=false', '"tls.rejectUnauthorized"'],
    ['TLS switched off', 'smtp://mail.example?ignoreTLS=true&secure=hunter2', '"ignoreTLS", "secure"'],
    ['a log switched on', 'smtps://mail.example?logger=true&debug=true', '"logger", "debug"'],
  ])('%s stops the set-up with what came and what to write, and never with the password', (_, smtp, says) => {
    const error = thrownBy(() => emailChannel({ smtp, from: 'codes@bank.example' }))

    expect(error).toBeInstanceOf(CountersignError)
    expect(error).toMatchObject({ code: 'ERR_COUNTERSIGN_SMTP_URL', message: expect.stringContaining(says) })
    expect(String(error)).toContain('smtps://user:password@mail.example:465')
    expect(String(error)).not.toContain('hunter2')
  })
})

function thrownBy(act: () => unknown): unknown {
  try {
    act()
  } catch (error) {
    return error
  }
  return undefined
}
