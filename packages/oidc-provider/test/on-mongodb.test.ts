import { newKey } from '@countersign/core'
import { mongooseStore } from '@countersign/mongoose'
import { jest } from '@jest/globals'
import type { Connection } from 'mongoose'
import * as client from 'openid-client'
import { aConnection, describeOnMongo, dropped } from '../../mongoose/test/mongodb.js'
import { quietly } from '../../mongoose/test/quietly.js'
import { aPerson } from './a-person.js'
import { aProvider, redirectUri, resources, type TestProvider } from './a-provider.js'

const { oidcAdapter } = await quietly(() => import('@countersign/mongoose/oidc-adapter'))

jest.setTimeout(30_000)

describeOnMongo('a provider whose artefacts are in MongoDB', () => {
  let connection: Connection
  let op: TestProvider

  beforeAll(async () => {
    connection = await aConnection()
    const adapter = oidcAdapter(connection)
    await adapter.start()
    op = await aProvider({ adapter, configuration: (base) => ({ ...base, rotateRefreshToken: true }) })
  })
  afterAll(async () => {
    await op.stop()
    await dropped(connection)
  })

  test('of three redemptions of one authorization code at once, one succeeds and two are invalid_grant', async () => {
    const walk = await (await aPerson(op).asks()).logsIn()

    expect(await outcomesOf(walk.tokens)).toEqual(['invalid_grant', 'invalid_grant', 'tokens'])
  })

  test('of three uses of one pushed request at once, one gets a code and two are invalid_request_uri', async () => {
    const { browser, signsIn } = aPerson(op)
    await signsIn()
    const config = await op.client()
    const start = await client.buildAuthorizationUrlWithPAR(config, {
      redirect_uri: redirectUri,
      scope: 'openid',
      code_challenge: await client.calculatePKCECodeChallenge(client.randomPKCECodeVerifier()),
      code_challenge_method: 'S256',
    })

    const answers = await Promise.all([1, 2, 3].map(() => browser.send(start)))
    const ends = answers.map((answer) => new URL(answer.headers.get('location') ?? op.issuer).searchParams)
    expect(ends.map((end) => (end.has('code') ? 'code' : end.get('error'))).sort()).toEqual([
      'code',
      'invalid_request_uri',
      'invalid_request_uri',
    ])
  })

  test('a code that comes again later ends what it had brought', async () => {
    const walk = await (await aPerson(op).asks({ resource: resources.opaque })).logsIn()
    const { access_token } = await walk.tokens()
    expect((await client.tokenIntrospection(walk.config, access_token)).active).toBe(true)

    await expect(walk.tokens()).rejects.toMatchObject({ error: 'invalid_grant' })

    expect((await client.tokenIntrospection(walk.config, access_token)).active).toBe(false)
  })

  test('a refresh token that comes again ends the whole family', async () => {
    const { config, tokens } = await offline()
    const first = String((await tokens()).refresh_token)
    const second = await client.refreshTokenGrant(config, first)

    await expect(client.refreshTokenGrant(config, first)).rejects.toMatchObject({ error: 'invalid_grant' })

    await expect(client.refreshTokenGrant(config, String(second.refresh_token))).rejects.toMatchObject({
      error: 'invalid_grant',
    })
  })

  test('of three refreshes with one token at once, one succeeds', async () => {
    const { config, tokens } = await offline()
    const token = String((await tokens()).refresh_token)

    const outcomes = await outcomesOf(() => client.refreshTokenGrant(config, token))
    expect(outcomes).toEqual(['invalid_grant', 'invalid_grant', 'tokens'])
  })

  test('nothing that a browser or a relying party holds stands in the collection', async () => {
    const { browser, asks, signsIn } = aPerson(op)
    const held = [(await signsIn()).access_token]
    const stepping = await asks({
      pushed: true,
      scope: 'openid orders offline_access',
      resource: resources.opaque,
      parameters: { acr_values: '2', prompt: 'consent', login_hint: 'alice@example.test' },
    })
    held.push(
      browser.cookie('_session') ?? '',
      browser.cookie('_interaction') ?? '',
      browser.cookie('_interaction_resume') ?? '',
    )
    const back = await (await stepping.confirms()).consents()
    held.push(String(back.url.searchParams.get('code')), browser.cookie('_session') ?? '')
    const tokens = await back.tokens()
    held.push(tokens.access_token, String(tokens.refresh_token))

    const stored = JSON.stringify(await connection.collection('countersign_oidc').find().toArray())
    expect(held.filter((secret) => secret.length < 20 || stored.includes(secret))).toEqual([])
    expect(stored).not.toContain('alice')
  })

  async function offline() {
    const walk = await aPerson(op).asks({ scope: 'openid orders offline_access', parameters: { prompt: 'consent' } })
    return (await walk.logsIn()).consents()
  }
})

describeOnMongo('artefacts and Countersign’s own documents in one database', () => {
  let connection: Connection
  let op: TestProvider

  beforeAll(async () => {
    connection = await aConnection()
    const adapter = oidcAdapter(connection)
    await adapter.start()
    op = await aProvider({ adapter, store: mongooseStore(connection), keys: newKey() })
  })
  afterAll(async () => {
    await op.stop()
    await dropped(connection)
  })

  test('a step-up walks from end to end, and four right codes at once are one', async () => {
    const walk = await (await aPerson(op).asks({ parameters: { acr_values: '2' } })).logsIn()
    const code = await walk.code()

    const answers = await Promise.all([1, 2, 3, 4].map(() => walk.answers(code)))

    expect(answers.map(({ status }) => status).sort()).toEqual([303, 410, 410, 410])
    const [right] = answers.filter(({ status }) => status === 303)
    const tokens = right && (await (await walk.on(right)).tokens())
    expect(tokens?.claims()).toMatchObject({ sub: 'alice', acr: '2', amr: ['otp'] })
  })
})

/** What three at once come to, in order of the alphabet. */
async function outcomesOf(act: () => Promise<unknown>): Promise<string[]> {
  const acts = await Promise.allSettled([act(), act(), act()])
  return acts.map((one) => (one.status === 'fulfilled' ? 'tokens' : String(one.reason.error))).sort()
}
