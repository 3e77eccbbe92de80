import { createHash } from 'node:crypto'
import type { Whom } from '@countersign/core'
import type { CookieOptions } from 'express'
import type { AccountDraft } from '../pages/page.js'
import type { Parts } from '../parts.js'
import { cookieOf } from '../reading/cookies.js'
import { formOf } from './page-paths.js'
import type { PersonVisit } from './visit.js'

/** What was typed into a form of the account page waits here, and not in an address, which logs keep. */
const draftCookie = 'countersign-draft'

/** As long as a ticket: a step-up may lie between the form and what came of it. */
const draftSeconds = 900

/** The longest address there is. */
const longestAddress = 254

/** Keeps what was typed into a form, for this session alone. */
export function keepDraft(parts: Parts, { response, form, whom }: PersonVisit, draft: AccountDraft): void {
  if (!form || draft.address.length > longestAddress) return
  const content = Buffer.from(new URLSearchParams(draft).toString()).toString('base64url')
  response.cookie(draftCookie, `${content}.${tagOf(whom, content)}`, {
    ...attributes(parts),
    maxAge: draftSeconds * 1000,
  })
}

/** The form did what it was for. */
export function dropDraft(parts: Parts, { request, response, form }: PersonVisit): void {
  if (form && cookieOf(request, draftCookie) !== undefined) response.clearCookie(draftCookie, attributes(parts))
}

/** What waits for this session. */
export function draftOf({ request, whom }: Pick<PersonVisit, 'request' | 'whom'>): AccountDraft | undefined {
  const [content = '', tag = ''] = cookieOf(request, draftCookie)?.split('.') ?? []
  // The tag is no secret: it tells whose it is, so that the next person at this browser does not read it.
  if (tag === '' || tag !== tagOf(whom, content)) return undefined
  return readDraft(Buffer.from(content, 'base64url').toString())
}

function readDraft(text: string): AccountDraft | undefined {
  const { form, contact, address } = Object.fromEntries(new URLSearchParams(text))
  const at = formOf(form, contact)
  return at && address ? { ...at, address } : undefined
}

function tagOf({ session }: Whom, content: string): string {
  return createHash('sha256')
    .update(JSON.stringify([session, content]))
    .digest('base64url')
    .slice(0, 22)
}

function attributes({ secure, account }: Parts): CookieOptions {
  return { httpOnly: true, secure, sameSite: 'lax', path: account }
}
