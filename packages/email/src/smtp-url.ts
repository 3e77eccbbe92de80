import { isIPv4 } from 'node:net'
import { CountersignError } from '@countersign/core'

/** Where mail is handed over, and how safely. */
export type MailServer = Readonly<{
  host: string
  port: number
  /** TLS from the first byte. */
  secure: boolean
  /** Else STARTTLS must come before anything is said. */
  requireTLS: boolean
  /** A server on this very machine is spoken to in the clear. */
  ignoreTLS: boolean
  auth?: Readonly<{ user: string; pass: string }>
}>

const howTo =
  'Write smtp: "smtps://user:password@mail.example:465", "smtp://user:password@mail.example:587" (STARTTLS is required), ' +
  'or "smtp://127.0.0.1:1025" for an inbox on this machine.'

/**
 * Reads the URL of a mail server. TLS is required and the certificate verified, except by `smtp://` to this machine:
 * nothing in the URL can change that, so a query is refused.
 *
 * @throws CountersignError `ERR_COUNTERSIGN_SMTP_URL`; its message never holds the user or the password.
 */
export function readSmtpUrl(smtp: string | undefined): MailServer {
  if (typeof smtp !== 'string' || smtp.trim() === '') {
    throw refused(`emailChannel has no "smtp": it is ${smtp === '' ? 'empty' : typeof smtp}. Is SMTP_URL set?`)
  }
  const url = parsed(smtp.trim())
  const secure = url.protocol === 'smtps:'
  const host = hostOf(url)
  const onThisMachine = !secure && isLoopback(host)
  const auth = credentialsOf(url)
  return {
    host,
    port: url.port === '' ? (secure ? 465 : 587) : Number(url.port),
    secure,
    requireTLS: !secure && !onThisMachine,
    ignoreTLS: onThisMachine,
    ...(auth && { auth }),
  }
}

function parsed(smtp: string): URL {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(smtp)?.[1]?.toLowerCase()
  if (scheme === undefined) throw refused('The "smtp" of emailChannel does not begin with "smtp://" or "smtps://".')
  if (scheme !== 'smtp' && scheme !== 'smtps') throw refused(`The "smtp" of emailChannel begins with "${scheme}://".`)
  if (!URL.canParse(smtp))
    throw refused(`The "smtp" of emailChannel begins with "${scheme}://", but is no URL. ${encoding}`)

  const url = new URL(smtp)
  const keys = [...new Set(url.searchParams.keys())].map((key) => `"${key}"`).join(', ')
  if (keys) {
    throw refused(
      `The "smtp" of emailChannel has the query keys ${keys}. Leave them out: TLS is not an option. ${encoding}`,
    )
  }
  if (url.search !== '' || url.hash !== '' || !['', '/'].includes(url.pathname)) {
    throw refused(`The "smtp" of emailChannel has something after its host and port. ${encoding}`)
  }
  return url
}

const encoding = 'In a password, write "%" as %25, "/" as %2F, "?" as %3F, "#" as %23, "@" as %40, ":" as %3A.'

function hostOf({ hostname, port }: URL): string {
  const host = hostname.replace(/^\[(.*)\]$/, '$1').toLowerCase()
  if (host === '') throw refused('The "smtp" of emailChannel names no host.')
  if (!/^[a-z0-9._-]+$|^[0-9a-f:.]+$/.test(host))
    throw refused('The "smtp" of emailChannel has a host that is no host name.')
  if (port === '0') throw refused('The "smtp" of emailChannel has the port 0.')
  return host
}

function credentialsOf({ username, password }: URL): MailServer['auth'] {
  if (username === '' && password === '') return undefined
  if (username === '' || password === '') {
    throw refused(
      `The "smtp" of emailChannel has a ${username ? 'user without a password' : 'password without a user'}.`,
    )
  }
  try {
    return { user: decodeURIComponent(username), pass: decodeURIComponent(password) }
  } catch {
    throw refused(
      `The "smtp" of emailChannel has a "%" in its user or password that is not followed by two hex digits. ${encoding}`,
    )
  }
}

/** 127.0.0.0/8, ::1 and localhost. */
function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'))
}

function refused(what: string): CountersignError {
  return new CountersignError('ERR_COUNTERSIGN_SMTP_URL', `${what} ${howTo}`)
}
