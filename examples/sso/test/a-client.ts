import * as client from 'openid-client'
import { sandboxCallback } from '../src/provider/clients.js'
import type { Sso } from '../src/sso.js'
import { aVisitor } from './a-sso.js'

const scope = 'openid orders payments'

/** A client of somebody's own before the demo's provider, and a person who walks for it. */
export async function aClient(
  sso: Sso,
  id = 'sandbox',
  options: readonly ((config: client.Configuration) => void)[] = [],
) {
  const { issuer, api } = sso.addresses
  const config = await client.discovery(new URL(issuer), id, 'sandbox-secret', undefined, {
    execute: [client.allowInsecureRequests, ...options],
  })
  const person = aVisitor(sso)
  const isBack = ({ href }: URL) => href.startsWith(sandboxCallback)

  /** Goes on with a redirect until a page, or the way back. */
  async function onwards(response: Response, from: string | URL): Promise<URL> {
    const location = response.headers.get('location')
    if (location === null) throw new Error(`The answer leads nowhere: ${response.status} ${await response.text()}`)
    return (await person.browser.follow(new URL(location, from), isBack)).url
  }

  async function walk(from: URL): Promise<URL> {
    let { url } = await person.browser.follow(from, isBack)
    for (let steps = 0; !isBack(url) && steps < 6; steps++) url = await next(url)
    return url
  }

  /** Does what a page asks for. */
  async function next(url: URL): Promise<URL> {
    const response = await person.get(url)
    const { prompt } = (await response.json()) as { prompt?: string }
    const page = person.interactionOf(url)
    if (prompt === 'login') return onwards(await person.post(`${page}/login`, credentials), page)
    if (prompt === 'consent') return onwards(await person.post(`${page}/consent`), page)
    if (prompt === 'step_up') return onwards(await person.post(`${page}/answer`, { code: await codeFor(page) }), page)
    throw new Error(`A page asks for ${prompt} (${response.status}).`)
  }

  async function codeFor(page: string): Promise<string> {
    const before = sso.inbox?.mails().length ?? 0
    const opened = await person.post(`${page}/challenge`)
    if (opened.status !== 201) throw new Error(`No code: ${opened.status} ${await opened.text()}`)
    const { newestCode } = await import('./a-sso.js')
    return newestCode(sso, before)
  }

  const parameters = { redirect_uri: sandboxCallback, scope, resource: api }
  return {
    config,
    person,
    walk,
    next,
    codeFor,
    parameters,
    url: (more: Record<string, string> = {}) => client.buildAuthorizationUrl(config, { ...parameters, ...more }),
    /** A whole code flow. */
    async tokens(more: Record<string, string> = {}, checks: client.AuthorizationCodeGrantChecks = {}) {
      const back = await walk(client.buildAuthorizationUrl(config, { ...parameters, ...more }))
      return client.authorizationCodeGrant(config, back, { idTokenExpected: true, ...checks }, { resource: api })
    },
    async callsApi(accessToken: string, path = '/orders', body?: object | string) {
      return fetch(new URL(path, api), {
        method: body ? 'POST' : 'GET',
        headers: { authorization: `Bearer ${accessToken}`, ...(body && { 'content-type': 'application/json' }) },
        ...(body && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      })
    },
  }
}

const credentials = { email: 'alice@example.test', password: 'correct horse battery staple' }
