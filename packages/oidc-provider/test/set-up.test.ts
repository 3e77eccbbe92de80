import { type Countersign, createCountersign } from '@countersign/core'
import { memoryStore } from '@countersign/memory'
import { aCountersign } from '@countersign/testing'
import { jest } from '@jest/globals'
import type { Configuration, interactionPolicy } from 'oidc-provider'
import type { OidcStepUpOptions } from '../src/index.js'
import { aPerson } from './a-person.js'
import { actions, aProvider, levels, type TestProvider } from './a-provider.js'

const running: TestProvider[] = []
afterEach(async () => {
  jest.restoreAllMocks()
  for (const op of running.splice(0)) await op.stop()
})

type Options = OidcStepUpOptions<typeof actions>

async function aStepUp(options: Partial<Options> = {}) {
  jest.spyOn(console, 'warn').mockImplementation(() => {})
  const { createOidcStepUp } = await import('../src/index.js')
  return createOidcStepUp({ countersign: notStarted(), levels, ...options })
}

function notStarted(): Countersign<typeof actions> {
  return createCountersign({
    store: memoryStore(),
    channels: [{ kind: 'email', send: async () => ({ outcome: 'accepted' }) }],
    contactsOf: () => [],
    actions,
  })
}

const refusal = (code: string) => expect.objectContaining({ code, docs: expect.stringContaining(code.toLowerCase()) })

/** What a host may have written, each object frozen. */
async function aHost(more: Configuration = {}): Promise<Configuration> {
  const { interactionPolicy } = await import('oidc-provider')
  return {
    features: { devInteractions: { enabled: false } },
    interactions: { policy: interactionPolicy.base() },
    ...more,
  }
}

describe('the options cannot have', () => {
  const wrong: readonly (readonly [name: string, code: string, options: object])[] = [
    ['one level', 'OIDC_LEVELS', { levels: [{ acr: '1' }] }],
    ['a level twice', 'OIDC_LEVELS', { levels: [{ acr: '1' }, { acr: '1', stepUp: true }] }],
    ['a first level that a code reaches', 'OIDC_LEVELS', { levels: [{ acr: '1', stepUp: true }, { acr: '2' }] }],
    ['no level that a code reaches', 'OIDC_LEVELS', { levels: [{ acr: '1' }, { acr: '2' }] }],
    ['an acr with a space', 'OIDC_LEVELS', { levels: [{ acr: '1' }, { acr: 'level 2', stepUp: true }] }],
    [
      'a level of more than 900 seconds',
      'OIDC_LEVELS',
      { levels: [{ acr: '1' }, { acr: '2', stepUp: true, ttlSeconds: 901 }] },
    ],
    [
      'a time of what the login gave',
      'OIDC_LEVELS',
      {
        levels: [
          { acr: '1', ttlSeconds: 5 },
          { acr: '2', stepUp: true },
        ],
      },
    ],
    [
      'a level raised by what is spent',
      'OIDC_LEVELS',
      { levels: [{ acr: '1' }, { acr: '2', stepUp: true, raisedBy: ['payment.approve'] }] },
    ],
    [
      'a level that no factor reaches',
      'LEVEL_UNREACHABLE',
      { levels: [{ acr: '1' }, { acr: '2', stepUp: true, level: 'two-factor' }] },
    ],
    ['a path without a slash', 'OIDC_PATH', { path: 'step-up' }],
    ['a path that climbs', 'OIDC_PATH', { path: '/../step-up' }],
    ['a misspelt mode', 'OIDC_OPTION', { acrValues: 'require' }],
    ['a misspelt error', 'OIDC_OPTION', { unmetError: 'denied' }],
    [
      'a transaction by an action that is a window',
      'OIDC_TRANSACTION',
      { transactions: { payment: { action: 'vault.open', bind: () => ({}) } } },
    ],
    [
      'a transaction by an action that is not there',
      'OIDC_TRANSACTION',
      { transactions: { payment: { action: 'nothing', bind: () => ({}) } } },
    ],
    ['a transaction without "bind"', 'OIDC_TRANSACTION', { transactions: { payment: { action: 'payment.approve' } } }],
    ['something else than a Countersign', 'NOT_A_COUNTERSIGN', { countersign: {} }],
  ]
  test.each(wrong)('%s', async (_, code, options) => {
    await expect(aStepUp(options)).rejects.toEqual(refusal(`ERR_COUNTERSIGN_${code}`))
  })

  test('a Countersign that runs already', async () => {
    const { countersign } = await aCountersign({ actions })

    await expect(aStepUp({ countersign })).rejects.toEqual(refusal('ERR_COUNTERSIGN_DECLARED_LATE'))
    await countersign.stop()
  })

  test('a Countersign that has a step-up already', async () => {
    const countersign = notStarted()
    await aStepUp({ countersign })

    await expect(aStepUp({ countersign })).rejects.toEqual(refusal('ERR_COUNTERSIGN_ACTION'))
  })
})

test('a transaction whose fields are not its action’s does not compile', () => {
  const bind = () => ({ amount: '1.00', currency: 'EUR' })
  // @ts-expect-error: "payee" is missing.
  const transactions: Options['transactions'] = { payment: { action: 'payment.approve', bind } }

  expect(transactions).toBeDefined()
})

describe('a configuration', () => {
  test('T7: with the development interactions on is refused', async () => {
    const stepUp = await aStepUp()

    expect(() => stepUp.configure({})).toThrow(refusal('ERR_COUNTERSIGN_OIDC_DEV_INTERACTIONS'))
  })

  test('without a login is refused', async () => {
    const stepUp = await aStepUp()
    const host = await aHost({ interactions: { policy: [] as unknown as interactionPolicy.DefaultPolicy } })

    expect(() => stepUp.configure(host)).toThrow(refusal('ERR_COUNTERSIGN_OIDC_NO_LOGIN'))
  })

  test('that was configured before is refused', async () => {
    const stepUp = await aStepUp()
    const once = stepUp.configure(await aHost())

    expect(() => stepUp.configure(once)).toThrow(refusal('ERR_COUNTERSIGN_OIDC_CONFIGURED'))
  })

  test('T12: of the host stays as it is, so that it may be used again', async () => {
    const stepUp = await aStepUp()
    const host = await aHost({
      acrValues: Object.freeze(['9']),
      claims: Object.freeze({ openid: Object.freeze(['sub']) }),
    })
    const names = () => host.interactions?.policy?.map(({ name, checks }) => [name, checks.map(({ reason }) => reason)])
    const before = names()

    const one = stepUp.configure(host)
    const other = stepUp.configure(host)

    expect(names()).toEqual(before)
    expect(one.interactions?.policy?.map(({ name }) => name)).toEqual([
      'step_up_level',
      'login',
      'step_up',
      'consent',
      'step_up_spend',
    ])
    expect(one.acrValues).toEqual(['9', '1', '2', '3'])
    expect(one.claims).toEqual({ openid: ['sub', 'acr', 'amr', 'auth_time'] })
    expect(other.acrValues).toEqual(one.acrValues)
    expect(host).toEqual({
      ...(await aHost()),
      acrValues: ['9'],
      claims: { openid: ['sub'] },
      interactions: host.interactions,
    })
  })

  test('keeps the host’s claims in the form of an object', async () => {
    const stepUp = await aStepUp()

    const { claims } = stepUp.configure(await aHost({ claims: { openid: { sub: null }, email: ['email'] } }))

    expect(claims).toEqual({ openid: { sub: null, acr: null, amr: null, auth_time: null }, email: ['email'] })
  })

  test('chains the host’s own functions', async () => {
    const asked: string[] = []
    const op = await aProvider({
      configuration: (base) => ({
        ...base,
        extraTokenClaims: () => ({ tenant: 'acme', acr: 'forged' }),
        interactions: {
          url: (_context, { prompt, uid }) => {
            asked.push(prompt.name)
            return `/interaction/${uid}`
          },
        },
      }),
    })
    running.push(op)
    const person = aPerson(op)

    const tokens = await (
      await (await (await person.asks({ parameters: { acr_values: '2' } })).logsIn()).confirms()
    ).tokens()

    expect(JSON.parse(Buffer.from(tokens.access_token.split('.')[1] ?? '', 'base64url').toString())).toMatchObject({
      tenant: 'acme',
      acr: '2',
    })
    expect(asked).toEqual(['login'])
  })

  test('tells relying parties the levels in its metadata', async () => {
    const op = await aProvider()
    running.push(op)

    const metadata = (await op.client()).serverMetadata()

    expect(metadata).toMatchObject({ acr_values_supported: ['1', '2', '3'], claims_parameter_supported: true })
  })
})

describe('a provider', () => {
  test('is attached once', async () => {
    const op = await aProvider()
    running.push(op)

    expect(() => op.stepUp.attach(op.provider)).toThrow(refusal('ERR_COUNTERSIGN_OIDC_ATTACHED'))
  })

  test('whose router is elsewhere than its path says so at the first request', async () => {
    const op = await aProvider({
      routes(app, { attached }) {
        app.use('/elsewhere', attached.router)
        app.use((error: Error, _request: unknown, response: { json(body: object): void }, _next: unknown) =>
          response.json({ error: 'code' in error ? error.code : error.message }),
        )
      },
    })
    running.push(op)

    const answer = await fetch(`${op.issuer}/elsewhere/x`)

    expect(await answer.json()).toEqual({ error: 'ERR_COUNTERSIGN_OIDC_PATH' })
  })

  test('T14: whose demand gives back no demand answers 500, and its event names the cure', async () => {
    const op = await aProvider({ stepUp: { demand: (() => undefined) as never } })
    running.push(op)
    const errors: unknown[] = []
    op.provider.on('server_error', (_context, error) => errors.push(error))

    const walk = await aPerson(op).asks()

    expect(walk.response?.status).toBe(500)
    expect(errors).toEqual([refusal('ERR_COUNTERSIGN_OIDC_DEMAND')])
  })

  test('by a policy that was put together by hand does the same', async () => {
    const op = await aProvider()
    running.push(op)
    const policy = op.stepUp.policy()

    expect(policy.map(({ name }) => name)).toEqual(['step_up_level', 'login', 'step_up', 'consent', 'step_up_spend'])
  })
})
