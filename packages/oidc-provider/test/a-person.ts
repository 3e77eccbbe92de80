import * as client from 'openid-client'
import { aBrowser, type Browser, type Stop } from './a-browser.js'
import { redirectUri, resources, type TestProvider } from './a-provider.js'

/** What a login of the harness's host says of itself. */
export type LoginSaying = Readonly<{ acr?: string; amr?: readonly string[]; ageSeconds?: number; remember?: boolean }>

/** What a relying party asks for. */
export type Asking = Readonly<{
  clientId?: string
  scope?: string
  resource?: string
  /** Pushes the request instead of sending it through the browser. */
  pushed?: boolean
  parameters?: Readonly<Record<string, string>>
}>

/** A person with a browser, before relying parties of a provider. */
export function aPerson(op: TestProvider, browser: Browser = aBrowser()) {
  /** A relying party sends the person to the provider; the walk stops at a page, or before the way back. */
  async function asks({
    clientId = 'app',
    scope = 'openid orders',
    resource = resources.jwt,
    pushed,
    parameters = {},
  }: Asking = {}) {
    const config = await op.client(clientId)
    const pkceCodeVerifier = client.randomPKCECodeVerifier()
    const all = {
      redirect_uri: redirectUri,
      scope,
      ...(resource && { resource }),
      code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
      ...parameters,
    }
    const start = pushed
      ? await client.buildAuthorizationUrlWithPAR(config, all)
      : client.buildAuthorizationUrl(config, all)
    return aWalk(
      op,
      browser,
      { config, pkceCodeVerifier, ...(parameters.max_age && { maxAge: Number(parameters.max_age) }) },
      await followed(browser, start),
      start,
    )
  }

  return {
    browser,
    asks,
    /** Goes on with an answer of the provider that no relying party led to. */
    async walks(answer: Response, from: URL) {
      const location = answer.headers.get('location')
      const config = await op.client()
      const stop =
        location === null ? { url: from, response: answer } : await followed(browser, new URL(location, from))
      return aWalk(op, browser, { config, pkceCodeVerifier: '' }, stop, from)
    },
    /** Signs out at the provider, of everything. */
    async signsOut(): Promise<void> {
      const page = await browser.send(new URL('/session/end', op.issuer), { accept: 'text/html' })
      const [, xsrf = ''] = /name="xsrf" value="([^"]+)"/.exec(await page.text()) ?? []
      await browser.send(new URL('/session/end/confirm', op.issuer), {
        method: 'POST',
        body: new URLSearchParams({ xsrf, logout: 'yes' }),
      })
    },
    /** Signs in at the first relying party, at the level that a login gives. */
    async signsIn(account = 'alice', saying: LoginSaying = {}) {
      const walk = await asks()
      return (await walk.logsIn(account, saying)).tokens()
    },
  }
}

type Grant = Readonly<{ config: client.Configuration; pkceCodeVerifier: string; maxAge?: number }>

const followed = (browser: Browser, url: URL) => browser.follow(url, ({ href }) => href.startsWith(redirectUri))

/** Where a person is on the way through one authorization request. */
function aWalk(op: TestProvider, browser: Browser, grant: Grant, stop: Stop, start: URL) {
  const { url, response } = stop
  const led = async (to: URL) => aWalk(op, browser, grant, await followed(browser, to), start)
  const on = async (answer: Response) => {
    const location = answer.headers.get('location')
    if (location === null) throw new Error(`The answer leads nowhere: ${answer.status} ${await answer.text()}`)
    return led(new URL(location, url))
  }
  const post = (verb: string, body: object = {}) =>
    browser.send(new URL(`${url.pathname}/${verb}`, url), { method: 'POST', body })

  const walk = {
    url,
    response,
    browser,
    /** `login`, `consent`, `step_up`, or where it has come back to: `callback`; `error` for a page of the provider's own. */
    async at(): Promise<string> {
      if (url.href.startsWith(redirectUri)) return 'callback'
      if (response?.status !== 200) return 'error'
      const body: unknown = await response.clone().json()
      return typeof body === 'object' && body !== null && 'prompt' in body ? String(body.prompt) : 'error'
    },
    page: async () => response?.clone().json(),
    post,
    on,
    /** The same request once more, from where the relying party had sent the person. */
    again: () => led(start),
    logsIn: async (account = 'alice', saying: LoginSaying = {}) => on(await post('login', { account, ...saying })),
    consents: async () => on(await post('consent')),
    /** Has a code sent and reads it. */
    async code(): Promise<string> {
      const opened = await post('challenge')
      if (opened.status !== 201) throw new Error(`No code: ${opened.status} ${await opened.text()}`)
      return op.inbox.lastCode()
    },
    answers: (code: string) => post('answer', { code }),
    async confirms() {
      return on(await walk.answers(await walk.code()))
    },
    aborts: async () => on(await post('abort')),
    /** What the relying party gets for the way back. */
    tokens: (DPoP?: client.DPoPHandle) =>
      client.authorizationCodeGrant(
        grant.config,
        url,
        {
          pkceCodeVerifier: grant.pkceCodeVerifier,
          idTokenExpected: true,
          ...(grant.maxAge !== undefined && { maxAge: grant.maxAge }),
        },
        undefined,
        DPoP && { DPoP },
      ),
    /** The error that it came back with. */
    error: () => url.searchParams.get('error'),
    config: grant.config,
  }
  return walk
}

export type Walk = ReturnType<typeof aWalk>
