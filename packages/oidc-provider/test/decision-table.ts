import { jest } from '@jest/globals'
import type { TokenEndpointResponse, TokenEndpointResponseHelpers } from 'openid-client'
import { type Asking, aPerson } from './a-person.js'
import { aClient, type ProviderParts, redirectUri, type TestProvider } from './a-provider.js'

/** Makes a running provider: in memory, on a database, on an older library. */
export type MakeProvider = (parts?: ProviderParts) => Promise<TestProvider>

const asked = (parameters: Record<string, string>): Asking => ({ parameters })
const acrValues = (acr_values: string, more: Record<string, string> = {}) => asked({ acr_values, ...more })
const claims = (acr: object, more: Record<string, string> = {}) =>
  asked({ claims: JSON.stringify({ id_token: { acr } }), ...more })
const essential = (value: string) => claims({ essential: true, value })
const silently = { prompt: 'none' }

/** What the ID token says of the authentication. */
function claimsOf(tokens: TokenEndpointResponse & TokenEndpointResponseHelpers): { acr?: unknown; auth_time?: number } {
  return tokens.claims() ?? {}
}

/** Every row of the table of decisions, over HTTP with a relying party. */
export function decisionTable(makeProvider: MakeProvider): void {
  const running: TestProvider[] = []
  const provider = async (parts?: ProviderParts) => {
    const op = await makeProvider(parts)
    running.push(op)
    return op
  }
  afterEach(async () => {
    jest.restoreAllMocks()
    for (const op of running.splice(0)) await op.stop()
  })

  /** Somebody who signed in at the level that a login gives. */
  async function alice(parts?: ProviderParts) {
    const op = await provider(parts)
    const person = aPerson(op)
    await person.signsIn()
    return { op, person }
  }

  /** The same, raised by a code. */
  async function aliceAtTwo(parts?: ProviderParts) {
    const { op, person } = await alice(parts)
    const raised = await (await (await person.asks(acrValues('2'))).confirms()).tokens()
    op.clock.advance(31)
    return { op, person, raised }
  }

  describe('nobody is signed in', () => {
    test('the login comes first, then the step-up', async () => {
      const walk = await aPerson(await provider()).asks(acrValues('2'))
      expect(await walk.at()).toBe('login')

      const stepUp = await walk.logsIn()
      expect(await stepUp.at()).toBe('step_up')

      expect((await (await stepUp.confirms()).tokens()).claims()?.acr).toBe('2')
    })

    test('silently: login_required', async () => {
      const walk = await aPerson(await provider()).asks(acrValues('2', silently))

      expect(walk.error()).toBe('login_required')
    })
  })

  describe('the session has a wanted level', () => {
    test.each([
      ['the same, by acr_values', acrValues('2'), '2'],
      ['a stronger one, by acr_values', acrValues('1'), '2'],
      ['the same, essential', essential('2'), '2'],
      ['one of several', acrValues('3 2'), '2'],
    ])('%s: the code is issued, also silently', async (_, asking, acr) => {
      const { person } = await aliceAtTwo()

      for (const parameters of [{}, silently]) {
        const walk = await person.asks(asked({ ...asking.parameters, ...parameters }))
        expect((await walk.tokens()).claims()?.acr).toBe(acr)
      }
    })

    test('T9: an essential lower level is answered with exactly that one, and the session keeps its own', async () => {
      const { person } = await aliceAtTwo()

      expect((await (await person.asks(essential('1'))).tokens()).claims()?.acr).toBe('1')
      expect((await (await person.asks()).tokens()).claims()?.acr).toBe('2')
    })

    test('T9: of essential values the one that the session has is said before a lower one', async () => {
      const { person } = await aliceAtTwo()

      const walk = await person.asks(claims({ essential: true, values: ['1', '2'] }))

      expect((await walk.tokens()).claims()?.acr).toBe('2')
    })
  })

  describe('a level is missing that a code reaches', () => {
    test.each([
      ['T2: acr_values', acrValues('2')],
      ['an essential value', essential('2')],
      ['essential values, in their order', claims({ essential: true, values: ['3', '2'] })],
      [
        'T1: an essential value beside acr_values that would erase it',
        claims({ essential: true, value: '2' }, { acr_values: '1' }),
      ],
      ['T15: an essential value with "essential" as a text', claims({ essential: 'true', value: '2' })],
      ['values beside a value', claims({ essential: true, value: '2', values: ['2'] })],
    ])('required by %s: the step-up page, and the level after it', async (_, asking) => {
      const { person } = await alice()
      const walk = await person.asks(asking)
      expect(await walk.at()).toBe('step_up')

      expect((await (await walk.confirms()).tokens()).claims()).toMatchObject({ acr: '2', amr: ['otp'] })
    })

    test('T1: the same of a client whose default_acr_values would erase it', async () => {
      const clients = [aClient('strict', { default_acr_values: ['1'] })]
      const { person } = await alice({ clients })

      const walk = await person.asks({ clientId: 'strict', ...essential('2') })

      expect((await (await walk.confirms()).tokens()).claims()?.acr).toBe('2')
    })

    test('required by default_acr_values', async () => {
      const clients = [aClient('strict', { default_acr_values: ['2'] })]
      const { person } = await alice({ clients })

      const walk = await person.asks({ clientId: 'strict' })

      expect(await walk.at()).toBe('step_up')
    })

    test.each([
      ['acr_values', acrValues('2', silently)],
      ['an essential value', claims({ essential: true, value: '2' }, silently)],
      [
        'T1: an essential value beside acr_values',
        claims({ essential: true, value: '2' }, { acr_values: '1', ...silently }),
      ],
    ])('required by %s, silently: interaction_required', async (_, asking) => {
      const { person } = await alice()

      expect((await person.asks(asking)).error()).toBe('interaction_required')
    })

    test('voluntary: the step-up page', async () => {
      const { person } = await alice({ stepUp: { acrValues: 'voluntary' } })
      const walk = await person.asks(acrValues('2'))

      expect((await (await walk.confirms()).tokens()).claims()?.acr).toBe('2')
    })

    test.each([
      ['acr_values', acrValues('2', silently)],
      ['a value in claims that is not essential', claims({ value: '2' }, silently)],
    ])('voluntary by %s, silently: the code is issued with the level that there is', async (_, asking) => {
      const { person } = await alice({ stepUp: { acrValues: 'voluntary' } })

      expect((await (await person.asks(asking)).tokens()).claims()?.acr).toBe('1')
    })
  })

  describe('a level is missing that cannot be reached', () => {
    const cases: readonly (readonly [name: string, asking: Asking, parts: ProviderParts])[] = [
      ['a level that no code reaches', acrValues('3'), {}],
      ['a level that nobody knows', acrValues('urn:unheard-of'), {}],
      ['an essential level that no code reaches', essential('3'), {}],
      ['a person who is not eligible', acrValues('2'), { stepUp: { eligible: () => false } }],
    ]
    test.each(cases)('required, %s: unmet_authentication_requirements, also silently', async (_, asking, parts) => {
      const { person } = await alice(parts)

      for (const parameters of [{}, silently]) {
        const walk = await person.asks(asked({ ...asking.parameters, ...parameters }))
        expect(walk.error()).toBe('unmet_authentication_requirements')
      }
    })

    test('required, and the host wants it so: access_denied', async () => {
      const { person } = await alice({ stepUp: { unmetError: 'access_denied' } })

      expect((await person.asks(acrValues('3'))).error()).toBe('access_denied')
    })

    test('voluntary: the code is issued with the level that there is, also silently', async () => {
      const { person } = await alice({ stepUp: { acrValues: 'voluntary' } })

      for (const parameters of [{}, silently])
        expect((await (await person.asks(acrValues('3', parameters))).tokens()).claims()?.acr).toBe('1')
    })
  })

  describe('codes pause', () => {
    /** Ten wrong codes within the hour. */
    async function paused(parts?: ProviderParts) {
      const { op, person } = await alice(parts)
      for (let round = 0; round < 2; round++) {
        const walk = await (await aPerson(op).asks(acrValues('2'))).logsIn()
        const code = await walk.code()
        for (let wrong = 0; wrong < 5; wrong++) await walk.answers(code === '00000000' ? '11111111' : '00000000')
        op.clock.advance(200)
      }
      return person
    }

    test('required: the page says until when, and silently it is interaction_required', async () => {
      const person = await paused()

      const walk = await person.asks(acrValues('2'))

      expect([walk.response?.status, await walk.page()]).toEqual([
        403,
        expect.objectContaining({ type: 'urn:countersign:problem:step-up-locked', retryAt: expect.any(String) }),
      ])
      expect((await person.asks(acrValues('2', silently))).error()).toBe('interaction_required')
    })

    test('voluntary: the code is issued with the level that there is', async () => {
      const person = await paused({ stepUp: { acrValues: 'voluntary' } })

      expect((await (await person.asks(acrValues('2'))).tokens()).claims()?.acr).toBe('1')
    })
  })

  describe('max_age is exceeded', () => {
    async function aliceOfLongAgo(parts?: ProviderParts) {
      const op = await provider(parts)
      const person = aPerson(op)
      await person.signsIn('alice', { ageSeconds: 500 })
      return { op, person }
    }

    test('a code renews the time, and openid-client is content with it', async () => {
      const { person } = await aliceOfLongAgo()
      const walk = await person.asks(asked({ max_age: '300' }))
      expect(await walk.at()).toBe('step_up')

      const { auth_time = 0, acr } = claimsOf(await (await walk.confirms()).tokens())

      expect(Date.now() / 1000 - auth_time).toBeLessThan(60)
      expect(acr).toBe('2')
    })

    test('a level that the session has is no excuse', async () => {
      const { person } = await aliceAtTwo()
      const now = Date.now()
      jest.spyOn(Date, 'now').mockImplementation(() => now + 400_000)

      expect((await (await person.asks(acrValues('2'))).tokens()).claims()?.acr).toBe('2')
      const walk = await person.asks(acrValues('2', { max_age: '300' }))
      expect(await walk.at()).toBe('step_up')
      expect((await (await walk.confirms()).tokens()).claims()?.acr).toBe('2')
    })

    test('T6: the time is the one of the code, however long the way back takes', async () => {
      const { person } = await aliceOfLongAgo()
      const walk = await person.asks(asked({ max_age: '300' }))
      const answered = await walk.answers(await walk.code())
      const answeredAt = Math.floor(Date.now() / 1000)
      const now = Date.now()
      jest.spyOn(Date, 'now').mockImplementation(() => now + 100_000)

      const { auth_time = 0 } = claimsOf(await (await walk.on(answered)).tokens())

      expect(auth_time).toBeLessThanOrEqual(answeredAt)
    })

    test('silently: login_required', async () => {
      const { person } = await aliceOfLongAgo()

      expect((await person.asks(asked({ max_age: '300', ...silently }))).error()).toBe('login_required')
    })

    test('with reauthenticateWith "login": the login of the host, and login_required silently', async () => {
      const { person } = await aliceOfLongAgo({ stepUp: { reauthenticateWith: 'login' } })

      expect((await person.asks(asked({ max_age: '300', ...silently }))).error()).toBe('login_required')
      const walk = await person.asks(asked({ max_age: '300' }))
      expect(await walk.at()).toBe('login')
      const { auth_time = 0 } = claimsOf(await (await walk.logsIn()).tokens())
      expect(Date.now() / 1000 - auth_time).toBeLessThan(60)
    })

    test('with reauthenticateWith "login" a code leaves the time of the login alone', async () => {
      const { person } = await aliceOfLongAgo({ stepUp: { reauthenticateWith: 'login' } })

      const walk = await person.asks(acrValues('2'))
      const { auth_time = 0, acr } = claimsOf(await (await walk.confirms()).tokens())

      expect(acr).toBe('2')
      expect(Date.now() / 1000 - auth_time).toBeGreaterThan(400)
    })

    test('by default_max_age of the client', async () => {
      const { person } = await aliceOfLongAgo({
        clients: [aClient('strict', { default_max_age: 60, require_auth_time: true })],
      })

      const walk = await person.asks({ clientId: 'strict' })

      expect(await walk.at()).toBe('step_up')
    })

    test('by somebody who cannot be asked for a code: the login of the host', async () => {
      const { person } = await aliceOfLongAgo({ stepUp: { eligible: () => false } })

      expect(await (await person.asks(asked({ max_age: '300' }))).at()).toBe('login')
    })
  })

  describe('a new login is asked for', () => {
    test.each([
      ['T5: max_age=0', { max_age: '0' }],
      ['prompt=login', { prompt: 'login' }],
    ])('by %s: the login of the host, and nothing more where no level is wanted', async (_, parameters) => {
      const { person } = await alice()
      const walk = await person.asks(asked(parameters))
      expect(await walk.at()).toBe('login')

      expect(await (await walk.logsIn()).at()).toBe('callback')
    })

    test('T8: with a level, the step-up comes after it, although the session had the level before', async () => {
      const { person } = await aliceAtTwo()
      const walk = await person.asks(acrValues('2', { prompt: 'login' }))

      const stepUp = await walk.logsIn()
      expect(await stepUp.at()).toBe('step_up')

      expect((await (await stepUp.confirms()).tokens()).claims()?.acr).toBe('2')
    })

    test('by "none login": invalid_request', async () => {
      const { person } = await alice()

      expect((await person.asks(asked({ prompt: 'none login' }))).error()).toBe('invalid_request')
    })
  })

  describe('a code', () => {
    test('that is wrong is 422, stays on the page, and leaves the session as it was', async () => {
      const { person } = await alice()
      const walk = await person.asks(acrValues('2'))
      const code = await walk.code()

      const answer = await walk.answers(code === '00000000' ? '11111111' : '00000000')
      expect([answer.status, await answer.json()]).toEqual([
        422,
        expect.objectContaining({ type: 'urn:countersign:problem:wrong-code', attemptsLeft: 4 }),
      ])

      expect((await person.asks(acrValues('2', silently))).error()).toBe('interaction_required')
      expect((await (await walk.on(await walk.answers(code))).tokens()).claims()?.acr).toBe('2')
    })

    test('that is used up is 410 with a way to start again, and the session is at the first level', async () => {
      const { op, person } = await alice()
      const walk = await person.asks(acrValues('2'))
      op.clock.advance(1)
      const code = await walk.code()
      op.clock.advance(1)
      for (let wrong = 0; wrong < 5; wrong++) await walk.answers(code === '00000000' ? '11111111' : '00000000')
      op.clock.advance(31)

      expect(await walk.answers(code)).toMatchObject({ status: 410 })
      expect((await walk.post('challenge')).status).toBe(409)
      const over = await person.browser.send(walk.url)
      expect(over.status).toBe(410)
      const { type, startAgain } = Object(await over.json())
      expect(type).toBe('urn:countersign:problem:challenge-closed')
      expect((await (await person.asks()).tokens()).claims()?.acr).toBe('1')

      const again = await walk.on(new Response(null, { status: 303, headers: { location: startAgain } }))
      expect(await again.at()).toBe('step_up')
      expect((await (await again.confirms()).tokens()).claims()?.acr).toBe('2')
    })

    test('that is not given: the person aborts, and the relying party hears access_denied', async () => {
      const { person } = await alice()
      const walk = await person.asks(acrValues('2'))
      await walk.code()

      const back = await walk.aborts()

      expect(back.url.href).toContain(redirectUri)
      expect(back.error()).toBe('access_denied')
    })
  })

  describe('the server has a policy of its own', () => {
    const minimum = (clientId: string): ProviderParts => ({
      stepUp: {
        demand: ({ oidc }, requested) =>
          oidc.client?.clientId === clientId
            ? { ...requested, wanted: ['2'], essential: true, source: 'policy' }
            : requested,
      },
    })

    test('T26: a minimum for a client holds whatever the browser asks for', async () => {
      const { person } = await alice(minimum('shop'))

      expect(await (await person.asks()).at()).toBe('callback')
      const walk = await person.asks({ clientId: 'shop' })
      expect(await walk.at()).toBe('step_up')
      expect((await (await walk.confirms()).tokens()).claims()?.acr).toBe('2')
    })

    test('a minimum for a scope holds for requests with it', async () => {
      const op = await provider({
        stepUp: {
          demand: ({ oidc }, requested) =>
            oidc.requestParamScopes.has('orders')
              ? { ...requested, wanted: ['2'], essential: true, source: 'policy' }
              : requested,
        },
      })
      const person = aPerson(op)
      await (await person.asks({ scope: 'openid' })).logsIn()

      expect(await (await person.asks({ scope: 'openid' })).at()).toBe('callback')
      expect(await (await person.asks({ scope: 'openid orders' })).at()).toBe('step_up')
    })

    test('a younger login than was asked for', async () => {
      const op = await provider({ stepUp: { demand: (_, requested) => ({ ...requested, maxAge: 100 }) } })
      const person = aPerson(op)
      const walk = await (await person.asks()).logsIn('alice', { ageSeconds: 500 })
      expect(await walk.at()).toBe('callback')

      expect(await (await person.asks()).at()).toBe('step_up')
    })
  })
}
