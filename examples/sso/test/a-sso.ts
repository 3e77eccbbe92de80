import { newKey } from '@countersign/core'
import { createLog, readSettings } from '@countersign/example-bank/parts'
import { jest } from '@jest/globals'
import mongoose from 'mongoose'
import { aBrowser, type Browser } from '../../../packages/oidc-provider/test/a-browser.js'
import { aDatabaseUrl, onDatabase } from '../../bank/test/database.js'
import type { Sso } from '../src/sso.js'

/** The single sign-on on free ports. */
export async function aSso(
  environment: Readonly<Record<string, string>> = {},
  { clientLimits = false }: Readonly<{ clientLimits?: boolean }> = {},
): Promise<Sso> {
  // The library's first words are a warning of Node 20, and that its memory is no database.
  jest.spyOn(console, 'warn').mockImplementation(() => {})
  jest.spyOn(console, 'info').mockImplementation(() => {})
  const { startSso } = await import('../src/sso.js')
  const settings = { ...readSettings({ ...environment, PORT: '0' }), clientLimits }
  return startSso(settings, createLog(undefined, 'silent'))
}

/** Runs a suite on the embedded store, and in a database of its own where there is a server. */
export function onEachStore(suite: (start: () => Promise<Sso>) => void): void {
  describe('in memory', () => suite(() => aSso()))
  onDatabase('in MongoDB', () => {
    const url = aDatabaseUrl() ?? ''
    afterAll(async () => {
      const connection = await mongoose.createConnection(url).asPromise()
      await connection.dropDatabase()
      await connection.close()
    })
    suite(() => aSso({ MONGO_URL: url, COUNTERSIGN_KEYS: newKey() }))
  })
}

const password = 'correct horse battery staple'

/** The newest code that the demo has mailed to somebody; a message that was not there before `after`. */
export async function newestCode({ addresses }: Sso, after: number): Promise<string> {
  const inbox = `${addresses.issuer}/inbox`
  for (let looks = 0; looks < 200; looks++) {
    const mails = (await (await fetch(inbox, { headers: { accept: 'application/json' } })).json()) as { text: string }[]
    const code = /^(\d{4}) ?(\d{4})$/m.exec(mails.slice(after).at(-1)?.text ?? '')
    if (code) return `${code[1]}${code[2]}`
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  throw new Error('No code came.')
}

/** Somebody with a browser before a single sign-on. */
export function aVisitor(sso: Sso, browser: Browser = aBrowser()) {
  const { issuer, relyingParty } = sso.addresses
  const inOp = (url: URL) => url.origin === issuer
  const interactionOf = ({ pathname }: URL) => `${issuer}${pathname}`

  const visitor = {
    browser,
    get: (url: string | URL, accept?: string) => browser.send(new URL(url), accept ? { accept } : {}),
    post: (url: string | URL, body: object | string = {}) => browser.send(new URL(url), { method: 'POST', body }),
    form: (url: string | URL, body: Readonly<Record<string, string>> = {}) =>
      browser.send(new URL(url), { method: 'POST', body: new URLSearchParams(body), accept: 'text/html' }),
    follow: (url: string | URL) => browser.follow(new URL(url), () => false),
    /** Follows an answer's redirects to where they end. */
    async onwards(response: Response, from: string | URL) {
      const location = response.headers.get('location')
      if (location === null) throw new Error(`The answer leads nowhere: ${response.status} ${await response.text()}`)
      return browser.follow(new URL(location, from), () => false)
    },
    interactionOf,
    inOp,
    async logsIn(interaction: URL, email = 'alice@example.test') {
      const page = interactionOf(interaction)
      return visitor.onwards(await visitor.post(`${page}/login`, { email, password }), page)
    },
    async consents(interaction: URL) {
      const page = interactionOf(interaction)
      return visitor.onwards(await visitor.post(`${page}/consent`), page)
    },
    /** Has a code sent and types it. */
    async confirms(interaction: URL) {
      const page = interactionOf(interaction)
      const before = sso.inbox?.mails().length ?? 0
      const opened = await visitor.post(`${page}/challenge`)
      if (opened.status !== 201) throw new Error(`No code: ${opened.status} ${await opened.text()}`)
      const answered = await visitor.post(`${page}/answer`, { code: await newestCode(sso, before) })
      return visitor.onwards(answered, page)
    },
    /** Signs in at the shop: login, and consent the first time. */
    async signsInAtTheShop(email?: string) {
      const begun = await visitor.onwards(await visitor.form(`${relyingParty}/sign-in`), relyingParty)
      const loggedIn = await visitor.logsIn(begun.url, email)
      return inOp(loggedIn.url) ? visitor.consents(loggedIn.url) : loggedIn
    },
  }
  return visitor
}

/** The type of a problem (RFC 9457). */
export function typeOf(body: unknown): string {
  return (body as { type: string }).type
}
