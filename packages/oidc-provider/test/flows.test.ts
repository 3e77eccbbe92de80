import { SignJWT } from 'jose'
import type { ClientMetadata, Configuration } from 'oidc-provider'
import * as client from 'openid-client'
import { aPerson } from './a-person.js'
import { aClient, aProvider, type ProviderParts, redirectUri, resources, type TestProvider } from './a-provider.js'

const running: TestProvider[] = []
afterEach(async () => {
  for (const op of running.splice(0)) await op.stop()
})

async function provider(parts: ProviderParts = {}) {
  const op = await aProvider(parts)
  running.push(op)
  return op
}

const secret = 'a secret that is long enough for HS256'

function withFeatures(features: NonNullable<Configuration['features']>): Pick<ProviderParts, 'configuration'> {
  return { configuration: (base) => Object.assign({}, base, { features: Object.assign({}, base.features, features) }) }
}

function payloadOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
}

test('PAR: a pushed demand is met, and one that cannot mean anything is refused where it is pushed', async () => {
  const person = aPerson(await provider())
  const walk = await (await person.asks({ pushed: true, parameters: { acr_values: '2' } })).logsIn()
  expect((await (await walk.confirms()).tokens()).claims()?.acr).toBe('2')

  const malformed = { claims: JSON.stringify({ id_token: { acr: { essential: true, values: '2' } } }) }
  await expect(person.asks({ pushed: true, parameters: malformed })).rejects.toMatchObject({ error: 'invalid_request' })
})

test.each([
  ['a value that is no text', { value: 2 }],
  ['values that are no list', { essential: true, values: '2' }],
  ['values that are none', { essential: true, values: [] }],
  ['values with something else', { values: ['2', null] }],
  ['no object', '2'],
])('T15: an acr claim with %s is invalid_request, before anybody signs in', async (_, acr) => {
  const person = aPerson(await provider())

  const walk = await person.asks({ parameters: { claims: JSON.stringify({ id_token: { acr } }) } })

  expect(walk.error()).toBe('invalid_request')
})

test('T15: an acr in claims.userinfo is no demand', async () => {
  const person = aPerson(await provider())
  const claims = JSON.stringify({ userinfo: { acr: { essential: true, value: '2' } } })

  const walk = await (await person.asks({ parameters: { claims } })).logsIn()

  expect(await walk.at()).toBe('callback')
})

test('T3: without the scope openid there is nothing to ask a level for', async () => {
  const person = aPerson(await provider())

  expect((await person.asks({ scope: 'orders', parameters: { acr_values: '2' } })).error()).toBe('invalid_request')
})

test('JAR: the demand of a signed request counts, and one beside it in the address does not', async () => {
  const clients = [aClient('jar', { client_secret: secret, request_object_signing_alg: 'HS256' })]
  const op = await provider({ clients, ...withFeatures({ requestObjects: { enabled: true } }) })
  const signed = (claims: object) =>
    new SignJWT({ client_id: 'jar', response_type: 'code', redirect_uri: redirectUri, scope: 'openid', ...claims })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer('jar')
      .setAudience(op.issuer)
      .setExpirationTime('1m')
      .sign(Buffer.from(secret))
  const person = aPerson(op)
  await person.signsIn()

  const demanding = await person.asks({ clientId: 'jar', parameters: { request: await signed({ acr_values: '2' }) } })
  const beside = await person.asks({
    clientId: 'jar',
    parameters: { request: await signed({}), acr_values: '2', prompt: 'none' },
  })

  expect(await demanding.at()).toBe('step_up')
  expect(await beside.at()).toBe('callback')
})

test('DPoP: a bound token says the level, as others do', async () => {
  const person = aPerson(await provider())
  const walk = await (await person.asks({ parameters: { acr_values: '2' } })).logsIn()
  const DPoP = client.getDPoPHandle(walk.config, await client.randomDPoPKeyPair())

  const { access_token, token_type } = await (await walk.confirms()).tokens(DPoP)

  expect(token_type).toBe('dpop')
  expect(payloadOf(access_token)).toMatchObject({ acr: '2', amr: ['otp'], auth_time: expect.any(Number) })
})

test('T20: an opaque token tells level, methods and time when it is introspected', async () => {
  const person = aPerson(await provider())
  const walk = await (await person.asks({ resource: resources.opaque, parameters: { acr_values: '2' } })).logsIn()
  const { access_token } = await (await walk.confirms()).tokens()

  const seen = await client.tokenIntrospection(walk.config, access_token)

  expect(seen).toMatchObject({ active: true, acr: '2', amr: ['otp'], auth_time: expect.any(Number) })
})

test('T4: acr, amr and auth_time stand in the ID token without being asked for', async () => {
  const person = aPerson(await provider())

  const claims = (await person.signsIn('alice', { amr: ['pwd'] })).claims()

  expect(claims).toMatchObject({ acr: '1', amr: ['pwd'], auth_time: expect.any(Number) })
})

test('hybrid: the ID token that comes through the browser says the level, too', async () => {
  const hybrid: Partial<ClientMetadata> = {
    application_type: 'native',
    response_types: ['code id_token'],
    grant_types: ['authorization_code', 'implicit'],
  }
  const clients = [aClient('hybrid', hybrid)]
  const op = await provider({
    clients,
    configuration: (base) => ({ ...base, responseTypes: ['code', 'code id_token', 'id_token'] }),
  })
  const parameters = { response_type: 'code id_token', response_mode: 'fragment', nonce: 'n', acr_values: '2' }
  const walk = await (await aPerson(op).asks({ clientId: 'hybrid', parameters })).logsIn()

  // A program on the person's own machine is asked for anew each time.
  const back = await (await walk.confirms()).consents()

  const fragment = new URLSearchParams(back.url.hash.slice(1))
  expect(payloadOf(fragment.get('id_token') ?? '')).toMatchObject({ acr: '2', amr: ['otp'] })
})

describe('device flow', () => {
  const device: Partial<ClientMetadata> = {
    grant_types: ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'],
    response_types: [],
    redirect_uris: [],
  }

  async function aDevice() {
    const op = await provider({
      clients: [aClient('device', device)],
      ...withFeatures({ deviceFlow: { enabled: true, charset: 'digits', mask: '****' } }),
    })
    const config = await op.client('device')
    return {
      op,
      start: (acr_values: string) =>
        client.initiateDeviceAuthorization(config, { scope: 'openid orders', resource: resources.jwt, acr_values }),
      grant: (code: client.DeviceAuthorizationResponse) =>
        client.pollDeviceAuthorizationGrant(config, { ...code, interval: 0 }),
    }
  }

  /** The person types the device's code at the provider. */
  async function enters(op: TestProvider, person: ReturnType<typeof aPerson>, userCode: string) {
    const page = await person.browser.send(new URL('/device', op.issuer), { accept: 'text/html' })
    const [, xsrf = ''] = /name="xsrf" value="([^"]+)"/.exec(await page.text()) ?? []
    const body = new URLSearchParams({ xsrf, user_code: userCode, confirm: 'yes' })
    const answer = await person.browser.send(new URL('/device', op.issuer), {
      method: 'POST',
      body,
      accept: 'text/html',
    })
    return person.walks(answer, new URL('/device', op.issuer))
  }

  test('the pages of the person ask for the level, and the device gets it', async () => {
    const { op, start, grant } = await aDevice()
    const person = aPerson(op)
    const code = await start('2')

    const walk = await (await enters(op, person, code.user_code)).logsIn()
    expect(await walk.at()).toBe('step_up')
    await walk.confirms()

    const tokens = await grant(code)
    expect(tokens.claims()).toMatchObject({ acr: '2', amr: ['otp'] })
    expect(payloadOf(tokens.access_token)).toMatchObject({ acr: '2' })
  })

  test('a demand that cannot be met ends the waiting of the device', async () => {
    const { op, start, grant } = await aDevice()
    const code = await start('3')

    await (await enters(op, aPerson(op), code.user_code)).logsIn()

    await expect(grant(code)).rejects.toMatchObject({ error: 'unmet_authentication_requirements' })
  })
})

describe('CIBA', () => {
  const poll: Partial<ClientMetadata> = {
    grant_types: ['urn:openid:params:grant-type:ciba', 'refresh_token'],
    response_types: [],
    redirect_uris: [],
    backchannel_token_delivery_mode: 'poll',
  }

  async function aBackchannel(parts: ProviderParts = {}) {
    const opened: object[] = []
    let id = ''
    const op: TestProvider = await provider({
      clients: [aClient('ciba', poll)],
      ...withFeatures({
        ciba: {
          enabled: true,
          deliveryModes: ['poll'],
          processLoginHint: (_context, hint) => hint,
          validateRequestContext: () => {},
          validateBindingMessage: () => {},
          verifyUserCode: () => {},
          async triggerAuthenticationDevice(context, request) {
            id = request.jti
            opened.push(await op.stepUp.openBackchannel(context, request))
          },
        },
      }),
      ...parts,
    })
    const config = await op.client('ciba')
    async function start(parameters: Record<string, string> = {}) {
      const request = await client.initiateBackchannelAuthentication(config, {
        scope: 'openid',
        login_hint: 'alice',
        ...parameters,
      })
      const grant = new op.provider.Grant({ accountId: 'alice', clientId: 'ciba' })
      grant.addOIDCScope('openid')
      return { request, grantId: await grant.save() }
    }
    return {
      op,
      opened,
      start,
      complete: (code: unknown, grantId: string) => op.stepUp.completeBackchannel(op.provider, id, { grantId, code }),
      tokens: (request: client.BackchannelAuthenticationResponse) =>
        client.pollBackchannelAuthenticationGrant(config, { ...request, interval: 0 }),
    }
  }

  test.each([
    ['acr_values', { acr_values: '2' }, '2'],
    ['nothing', {}, '2'],
    ['T1: an essential value beside acr_values', { acr_values: '1', claims: essential('2') }, '2'],
    ['T9: an essential lower value', { claims: essential('1') }, '1'],
  ])('T13: who asks for %s gets the level that a code reached', async (_, parameters, acr) => {
    const { op, start, complete, tokens, opened } = await aBackchannel()
    const { request, grantId } = await start(parameters)
    expect(opened).toMatchObject([{ outcome: 'opened' }])
    const code = await op.inbox.lastCode()

    expect(await complete(code === '00000000' ? '11111111' : '00000000', grantId)).toMatchObject({
      outcome: 'wrong',
      attemptsLeft: 4,
    })
    expect(await complete(code, grantId)).toEqual({ outcome: 'completed', acr })

    expect((await tokens(request)).claims()).toMatchObject({ acr, amr: ['otp'], auth_time: expect.any(Number) })
  })

  test('T13: what cannot be reached is told, and nothing completes it', async () => {
    const { start, complete, opened } = await aBackchannel()
    const { grantId } = await start({ acr_values: '3' })

    expect(opened).toEqual([{ outcome: 'unmet' }])
    expect(await complete('12345678', grantId)).toEqual({ outcome: 'not-found' })
  })

  test('is completed once', async () => {
    const { op, start, complete } = await aBackchannel()
    const { grantId } = await start()
    const code = await op.inbox.lastCode()

    const outcomes = await Promise.all([1, 2, 3].map(() => complete(code, grantId)))

    expect(outcomes.filter(({ outcome }) => outcome === 'completed')).toHaveLength(1)
    expect(await complete(code, grantId)).toEqual({ outcome: 'not-found' })
  })

  test('the server’s own policy decides what is asked for', async () => {
    const eligible = await aBackchannel({ stepUp: { eligible: () => false } })
    await eligible.start()
    expect(eligible.opened).toEqual([{ outcome: 'unmet' }])

    const demanding = await aBackchannel({
      stepUp: { demand: (_, requested) => ({ ...requested, wanted: ['3'], essential: true, source: 'policy' }) },
    })
    await demanding.start()
    expect(demanding.opened).toEqual([{ outcome: 'unmet' }])
  })
})

function essential(value: string): string {
  return JSON.stringify({ id_token: { acr: { essential: true, value } } })
}
