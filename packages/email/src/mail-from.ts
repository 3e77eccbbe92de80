import { domainToASCII } from 'node:url'
import { CountersignError } from '@countersign/core'

/** Whom mail comes from. `name` is empty when there is none. */
export type MailFrom = Readonly<{ name: string; address: string; domain: string }>

const namedAddress = /^(?:"([^"\\]+)"|([^"<>,;:\\]*?)) ?<([^<>]+)>$/
const plainAddress = /^([a-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64})@([^@\s]{1,255})$/i
const domainName = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/

/**
 * Reads one address with or without a name: `codes@bank.example`, `Example Bank <codes@bank.example>`.
 *
 * @throws CountersignError `ERR_COUNTERSIGN_MAIL_FROM`
 */
export function readMailFrom(from: string | undefined): MailFrom {
  if (typeof from !== 'string' || from.trim() === '') throw refused(from === '' ? 'an empty text' : typeof from)
  // A line end or a hidden character has no business in a name that every message shows.
  if (/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(from)) throw refused('a text with control or invisible characters')

  const [, quoted, bare, bracketed] = namedAddress.exec(from.trim()) ?? []
  const [, local, written] = plainAddress.exec(bracketed?.trim() ?? from.trim()) ?? []
  const domain = written && domainToASCII(written)
  if (!local || !domain || !domainName.test(domain)) throw refused(JSON.stringify(from.slice(0, 200)))
  return { name: (quoted ?? bare ?? '').trim(), address: `${local}@${domain}`, domain }
}

function refused(came: string): CountersignError {
  return new CountersignError(
    'ERR_COUNTERSIGN_MAIL_FROM',
    `The "from" of emailChannel is ${came}. Give one address, with a name if you like: from: "Example Bank <codes@bank.example>".`,
  )
}
