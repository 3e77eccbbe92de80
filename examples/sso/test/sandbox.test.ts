import { decodeJwt, SignJWT } from 'jose'
import * as client from 'openid-client'
import { acr } from '../src/levels.js'
import type { Sso } from '../src/sso.js'
import { aClient } from './a-client.js'
import { newestCode, onEachStore, typeOf } from './a-sso.js'

onEachStore((start) => {
  let sso: Sso
  beforeAll(async () => {
    sso = await start()
  }, 30_000)
  afterAll(() => sso.stop())

  const payee = 'CH9300762011623852957'
  const payment = { amount: '25.00', currency: 'EUR', payee }

  describe('a client of your own', () => {
    test('finds the levels in the metadata', async () => {
      const { config } = await aClient(sso)

      expect(config.serverMetadata()).toMatchObject({
        acr_values_supported: [acr.password, acr.code, acr.nobody],
        claims_parameter_supported: true,
      })
    })

    test('gets the level of a password, and orders for it', async () => {
      const sandbox = await aClient(sso)
      const tokens = await sandbox.tokens()

      expect(tokens.claims()).toMatchObject({ sub: 'alice', acr: acr.password })
      expect((await sandbox.callsApi(tokens.access_token)).status).toBe(200)
    })

    test('is told by the API what a payment needs, asks for it, and pays', async () => {
      const sandbox = await aClient(sso)
      const first = await sandbox.tokens()
      const refused = await sandbox.callsApi(first.access_token, '/payments', payment)
      expect(refused.status).toBe(401)
      expect(refused.headers.get('www-authenticate')).toContain(`error="insufficient_user_authentication"`)
      expect(refused.headers.get('www-authenticate')).toContain(`acr_values="${acr.code}", max_age="300"`)

      const stepped = await sandbox.tokens({ acr_values: acr.code, max_age: '300' }, { maxAge: 300 })
      expect(stepped.claims()).toMatchObject({ acr: acr.code, amr: expect.arrayContaining(['otp']) })
      expect((await sandbox.callsApi(stepped.access_token, '/payments', payment)).status).toBe(201)
    })

    test.each<[string, object | string, number, string]>([
      ['an IBAN that is none', { ...payment, payee: 'CH9300762011623852958' }, 422, 'wrong-value'],
      ['an amount of nothing', { ...payment, amount: '0.00' }, 422, 'wrong-value'],
      ['a currency that is not taken', { ...payment, currency: 'USD' }, 422, 'wrong-value'],
      ['a number where a text belongs', { ...payment, amount: 25 }, 400, 'malformed'],
      ['a field too many', { ...payment, memo: 'x' }, 400, 'malformed'],
      ['a key twice', `{"amount":"1.00",${JSON.stringify(payment).slice(1)}`, 400, 'malformed'],
      ['half a JSON', '{"amount":', 400, 'malformed'],
    ])('is told by the API of %s, once the level is there', async (_, body, status, problem) => {
      const sandbox = await aClient(sso)
      const { access_token } = await sandbox.tokens({ acr_values: acr.code })
      const refused = await sandbox.callsApi(access_token, '/payments', body)

      expect(refused.headers.get('content-type')).toContain('application/problem+json')
      expect([
        refused.status,
        typeOf(await refused.json())
          .split(':')
          .at(-1),
      ]).toEqual([status, problem])
    })

    test('is asked for the level whatever the body', async () => {
      const sandbox = await aClient(sso)
      const { access_token } = await sandbox.tokens()
      const refused = await sandbox.callsApi(access_token, '/payments', { amount: 1 })

      expect(refused.status).toBe(401)
      expect(refused.headers.get('www-authenticate')).toContain(`error="insufficient_user_authentication"`)
    })

    test('learns nothing of what the API takes without a token', async () => {
      const sandbox = await aClient(sso)

      expect((await sandbox.callsApi('x.y.z', '/payments', { amount: 1 })).status).toBe(401)
    })

    test.each([
      ['an IBAN that is none', { ...payment, payee: 'CH9300762011623852958' }],
      ['an amount of nothing', { ...payment, amount: '0.00' }],
      ['an amount that is none', { ...payment, amount: 'much' }],
      ['an amount with a nought before it', { ...payment, amount: '007.50' }],
      ['a currency that is none', { ...payment, currency: 'Euro' }],
      ['a currency that is not taken', { ...payment, currency: 'USD' }],
      ['an IBAN with spaces', { ...payment, payee: 'CH93 0076 2011 6238 5295 7' }],
    ])('hears of %s in a payment before anybody signs in for it', async (_, wrong) => {
      const sandbox = await aClient(sso)
      const details = JSON.stringify([{ type: 'payment', ...wrong }])
      const back = await sandbox.person.browser.follow(
        sandbox.url({ authorization_details: details }),
        ({ port }) => port === '3199',
      )

      expect(back.url.searchParams.get('error')).toBe('invalid_authorization_details')
    })

    test.each(['code token', 'code id_token token'])(
      'gets an access token of the level in the front channel by "%s"',
      async (type) => {
        const sandbox = await aClient(sso)
        const url = sandbox.url({ acr_values: acr.code, nonce: client.randomNonce(), response_type: type })
        const back = await sandbox.walk(url)

        const accessToken = new URLSearchParams(back.hash.slice(1)).get('access_token') ?? ''
        expect((await sandbox.callsApi(accessToken, '/payments', payment)).status).toBe(201)
      },
    )

    test('gets the level on a pushed request', async () => {
      const sandbox = await aClient(sso)
      const url = await client.buildAuthorizationUrlWithPAR(sandbox.config, {
        ...sandbox.parameters,
        acr_values: acr.code,
      })

      const tokens = await client.authorizationCodeGrant(sandbox.config, await sandbox.walk(url), {
        idTokenExpected: true,
      })
      expect(tokens.claims()).toMatchObject({ acr: acr.code })
    })

    test('gets the level by a request object that it signed with its secret', async () => {
      const sandbox = await aClient(sso)
      const { issuer } = sso.addresses
      const request = await new SignJWT({
        ...sandbox.parameters,
        client_id: 'sandbox',
        response_type: 'code',
        acr_values: acr.code,
      })
        .setProtectedHeader({ alg: 'HS256' })
        .setIssuer('sandbox')
        .setAudience(issuer)
        .setExpirationTime('1m')
        .sign(new TextEncoder().encode('sandbox-secret'))
      const url = new URL(`${issuer}/auth?${new URLSearchParams({ client_id: 'sandbox', request })}`)

      const tokens = await client.authorizationCodeGrant(sandbox.config, await sandbox.walk(url), {
        idTokenExpected: true,
      })
      expect(tokens.claims()).toMatchObject({ acr: acr.code })
    })

    test('keeps its level when it refreshes, and gains none', async () => {
      const sandbox = await aClient(sso)
      const tokens = await sandbox.tokens({ scope: 'openid offline_access orders', prompt: 'consent' })
      const refreshed = await client.refreshTokenGrant(sandbox.config, String(tokens.refresh_token), {
        resource: sso.addresses.api,
      })

      expect(decodeJwt(refreshed.access_token)).toMatchObject({ acr: acr.password })
    })

    test('gets the level in the front channel by the hybrid flow', async () => {
      const sandbox = await aClient(sso, 'sandbox', [client.useCodeIdTokenResponseType])
      const nonce = client.randomNonce()
      const back = await sandbox.walk(sandbox.url({ acr_values: acr.code, nonce, response_mode: 'fragment' }))

      const idToken = new URLSearchParams(back.hash.slice(1)).get('id_token') ?? ''
      expect(decodeJwt(idToken)).toMatchObject({ acr: acr.code })
    })

    test('gets a token that is bound to its key, which the API takes with a proof', async () => {
      const sandbox = await aClient(sso)
      const DPoP = client.getDPoPHandle(sandbox.config, await client.randomDPoPKeyPair())
      const back = await sandbox.walk(sandbox.url({ acr_values: acr.code }))
      const tokens = await client.authorizationCodeGrant(sandbox.config, back, { idTokenExpected: true }, undefined, {
        DPoP,
      })

      const answer = await client.fetchProtectedResource(
        sandbox.config,
        tokens.access_token,
        new URL('/orders', sso.addresses.api),
        'GET',
        undefined,
        undefined,
        { DPoP },
      )
      expect([tokens.token_type, answer.status]).toEqual(['dpop', 200])
    })

    test('has a payment confirmed by a code, although the level is there already', async () => {
      const sandbox = await aClient(sso)
      await sandbox.tokens({ acr_values: acr.code })
      const details = JSON.stringify([{ type: 'payment', ...payment }])
      const start = sandbox.url({ authorization_details: details })
      const { url } = await sandbox.person.browser.follow(start, () => false)
      const page = await (await sandbox.person.get(url)).json()
      expect(page).toMatchObject({ prompt: 'step_up', shown: payment })

      const back = await sandbox.walk(url)
      const tokens = await client.authorizationCodeGrant(sandbox.config, back, { idTokenExpected: true })
      expect(tokens.authorization_details).toEqual([{ type: 'payment', ...payment }])
    })

    test('connects a device at the level that it asks for', async () => {
      const sandbox = await aClient(sso)
      const device = await client.initiateDeviceAuthorization(sandbox.config, {
        scope: 'openid',
        acr_values: acr.code,
      })
      await connects(sandbox, String(device.verification_uri_complete))

      const tokens = await client.pollDeviceAuthorizationGrant(sandbox.config, { ...device, interval: 0.01 })
      expect(tokens.claims()).toMatchObject({ acr: acr.code })
    })

    test('names a person on the back channel, whose code completes it', async () => {
      const { config } = await aClient(sso)
      const before = sso.inbox?.mails().length ?? 0
      const request = await client.initiateBackchannelAuthentication(config, {
        scope: 'openid',
        login_hint: 'bob@example.test',
        acr_values: acr.code,
      })
      const approved = await fetch(`${sso.addresses.issuer}/approve`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ auth_req_id: request.auth_req_id, code: await newestCode(sso, before) }),
      })
      expect(await approved.json()).toEqual({ acr: acr.code })

      const tokens = await client.pollBackchannelAuthenticationGrant(config, { ...request, interval: 0.01 })
      expect(tokens.claims()).toMatchObject({ sub: 'bob', acr: acr.code })
    })

    test('hears that a level which nobody reaches is not to be had', async () => {
      const sandbox = await aClient(sso)
      await sandbox.tokens()
      const back = await sandbox.walk(sandbox.url({ acr_values: acr.nobody }))

      expect(back.searchParams.get('error')).toBe('unmet_authentication_requirements')
    })
  })

  test('opaque tokens say the level when they are asked about, and the API takes them', async () => {
    const opaque = await aClient(sso, 'sandbox-opaque')
    const tokens = await opaque.tokens({ acr_values: acr.code })

    expect(await client.tokenIntrospection(opaque.config, tokens.access_token)).toMatchObject({
      active: true,
      acr: acr.code,
    })
    expect((await opaque.callsApi(tokens.access_token, '/payments', payment)).status).toBe(201)
  })

  test('a client with default_acr_values gets the level without asking', async () => {
    const strict = await aClient(sso, 'sandbox-strict')
    const tokens = await strict.tokens()

    expect(tokens.claims()).toMatchObject({ acr: acr.code, auth_time: expect.any(Number) })
  })
})

type Client = Awaited<ReturnType<typeof aClient>>

/** Opens the address of a device, confirms its code, and does what the pages ask for. */
async function connects({ person, next }: Client, address: string): Promise<void> {
  const { browser } = person
  const submit = async (page: Response, from: URL) => {
    const html = await page.text()
    const action = /<form[^>]*action="([^"]+)"/.exec(html)?.[1] ?? ''
    const fields = [...html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)]
    const body = new URLSearchParams(fields.map(([, name = '', value = '']): [string, string] => [name, value]))
    return browser.send(new URL(action, from), { method: 'POST', body, accept: 'text/html' })
  }
  const url = new URL(address)
  const posted = await submit(await browser.send(url, { accept: 'text/html' }), url)
  const confirmed = /op\.deviceConfirmForm/.test(await posted.clone().text()) ? await submit(posted, url) : posted
  let at = (await browser.follow(new URL(confirmed.headers.get('location') ?? '', url), () => false)).url
  for (let steps = 0; at.pathname.startsWith('/interaction/') && steps < 6; steps++) at = await next(at)
}
