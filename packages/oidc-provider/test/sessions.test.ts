import { stepUp } from '@countersign/express'
import * as client from 'openid-client'
import { type Asking, aPerson, type Walk } from './a-person.js'
import { aProvider, type MadeProvider, type ProviderParts, type TestProvider } from './a-provider.js'

const running: TestProvider[] = []
afterEach(async () => {
  for (const op of running.splice(0)) await op.stop()
})

async function provider(parts: ProviderParts = {}) {
  const op = await aProvider(parts)
  running.push(op)
  return op
}

const two: Asking = { parameters: { acr_values: '2' } }
const silently: Asking = { parameters: { acr_values: '2', prompt: 'none' } }

async function alice(parts: ProviderParts = {}) {
  const op = await provider(parts)
  const person = aPerson(op)
  await person.signsIn()
  return { op, person }
}

async function aliceAtTwo(parts: ProviderParts = {}) {
  const { op, person } = await alice(parts)
  const tokens = await (await (await person.asks(two)).confirms()).tokens()
  op.clock.advance(31)
  return { op, person, tokens }
}

const otherThan = (code: string) => (code === '00000000' ? '11111111' : '00000000')
const acrOf = async (walk: Walk) => (await walk.tokens()).claims()?.acr

describe('a level of a session', () => {
  test('ends with its time, while the login lives on', async () => {
    const { op, person } = await aliceAtTwo()
    op.clock.advance(600 - 32)
    expect(await acrOf(await person.asks(silently))).toBe('2')

    op.clock.advance(2)

    expect((await person.asks(silently)).error()).toBe('interaction_required')
    expect((await (await person.asks()).tokens()).claims()).toMatchObject({ sub: 'alice', acr: '1' })
    expect((await (await person.asks()).tokens()).claims()?.amr).toBeUndefined()
  })

  test('ends at "this was not me", while the login lives on', async () => {
    const { op, person } = await aliceAtTwo()
    const link = new URL(op.inbox.messages().at(-1)?.notMeUrl.reveal() ?? '')
    expect(link.pathname).toBe('/step-up/not-me')

    const stopped = await person.browser.send(link, { method: 'POST', body: { token: link.searchParams.get('token') } })
    expect(stopped.status).toBe(200)

    expect((await person.asks(silently)).error()).toBe('interaction_required')
    expect(await acrOf(await person.asks())).toBe('1')
  })

  test('ends at a lock', async () => {
    const { op, person } = await aliceAtTwo()
    for (let round = 0; round < 2; round++) {
      op.clock.advance(200)
      const walk = await aPerson(op).asks(two)
      const other = await walk.logsIn()
      const code = await other.code()
      for (let wrong = 0; wrong < 5; wrong++) await other.answers(otherThan(code))
    }

    expect((await person.asks(silently)).error()).toBe('interaction_required')
    expect(await acrOf(await person.asks())).toBe('1')
  })

  test('ends with the cookie that carries it', async () => {
    const { person } = await aliceAtTwo()
    person.browser.drop('countersign')

    expect((await person.asks(silently)).error()).toBe('interaction_required')
  })

  test('that comes back without its cookie is asked for again, and the log says why, once', async () => {
    const errors: unknown[] = []
    const log = { info() {}, warn() {}, error: (about: object) => errors.push(about) }
    const { op, person } = await alice({ log })
    for (let round = 0; round < 2; round++) {
      const walk = await person.asks(two)
      const answered = await walk.answers(await walk.code())
      person.browser.drop('countersign')
      expect(await (await walk.on(answered)).at()).toBe('step_up')
      op.clock.advance(31)
    }

    expect(errors).toEqual([{ code: 'ERR_COUNTERSIGN_OIDC_COOKIE', cookie: 'countersign' }])
  })

  test('T11: is the session’s: another relying party gets it without a code', async () => {
    const { person } = await aliceAtTwo()

    expect(await acrOf(await person.asks({ ...silently, clientId: 'shop' }))).toBe('2')
  })

  test('names the methods of login and code together, and those of the login alone once it has ended', async () => {
    const op = await provider()
    const person = aPerson(op)
    await person.signsIn('alice', { amr: ['pwd'] })

    const { amr } = (await (await (await person.asks(two)).confirms()).tokens()).claims() ?? { amr: [] }
    expect(amr).toEqual(['pwd', 'otp'])
    op.clock.advance(601)
    expect((await (await person.asks()).tokens()).claims()?.amr).toEqual(['pwd'])
  })

  test('T8: is lost by a login that says nothing of it', async () => {
    const { person } = await aliceAtTwo()
    const walk = await (await person.asks({ parameters: { prompt: 'login' } })).logsIn()

    expect(await acrOf(walk)).toBe('1')
    expect((await person.asks(silently)).error()).toBe('interaction_required')
  })
})

describe('what nobody has earned is not believed', () => {
  test.each([
    ['{ step_up: {} }', { step_up: {} }],
    ['{ step_up: { action } }', { step_up: { action: 'countersign.sign-in.1' } }],
    ['a login with the level', { login: { accountId: 'alice', acr: '2' }, step_up: {} }],
  ])('%s as a result of the host', async (_, result) => {
    const { op, person } = await alice()
    const walk = await person.asks(two)
    await op.provider.Interaction.find(walk.url.pathname.split('/')[2] ?? '').then(async (interaction) => {
      Object.assign(interaction ?? {}, { result })
      await interaction?.persist()
    })

    const { pathname } = walk.url
    const resumed = await walk.on(
      new Response(null, { status: 303, headers: { location: `/auth/${pathname.split('/')[2]}` } }),
    )

    expect(await resumed.at()).toBe('step_up')
    expect(await acrOf(await person.asks())).toBe('1')
  })

  test('a login of the host that claims the level', async () => {
    const op = await provider()
    const person = aPerson(op)

    const walk = await (await person.asks(two)).logsIn('alice', { acr: '2', amr: ['otp'] })

    expect(await walk.at()).toBe('step_up')
    expect((await (await person.asks()).tokens()).claims()).toMatchObject({ acr: '1', amr: ['otp'] })
  })

  test('the level of another person’s elevation, or of another session', async () => {
    const { op, person } = await aliceAtTwo()
    for (const account of ['bob', 'alice']) {
      const other = aPerson(op)
      await other.signsIn(account, { acr: '2' })
      other.browser.take('countersign', person.browser.cookie('countersign') ?? '', op.issuer)

      expect((await other.asks(silently)).error()).toBe('interaction_required')
    }
  })
})

describe('a code', () => {
  test('T17: of one tab is refused in another, which has a code of its own', async () => {
    const { op, person } = await alice()
    const first = await person.asks(two)
    const second = await person.asks({ ...two, clientId: 'shop' })
    const code = await first.code()
    op.clock.advance(31)
    const own = await second.code()

    const refused = await second.answers(code)
    expect([refused.status, await refused.json()]).toEqual([422, expect.objectContaining({ attemptsLeft: 4 })])

    expect(await acrOf(await second.on(await second.answers(own)))).toBe('2')
    expect(await acrOf(await first.on(await first.answers(code)))).toBe('2')
  })

  test('of one tab is worth nothing in another that has asked for none', async () => {
    const { person } = await alice()
    const first = await person.asks(two)
    const second = await person.asks({ ...two, clientId: 'shop' })
    const code = await first.code()

    expect((await second.answers(code)).status).toBe(404)
  })

  test('T17: is refused in another browser, which has no interaction', async () => {
    const { op, person } = await alice()
    const walk = await person.asks(two)
    const code = await walk.code()

    const answer = await aPerson(op).browser.send(new URL(`${walk.url.href}/answer`), {
      method: 'POST',
      body: { code },
    })

    expect([answer.status, await answer.json()]).toEqual([
      410,
      expect.objectContaining({ type: 'urn:countersign:problem:interaction-lost', startAgain: '/' }),
    ])
  })

  test('is refused for another person', async () => {
    const { op, person } = await alice()
    const code = await (await person.asks(two)).code()
    const bob = aPerson(op)
    await bob.signsIn('bob')
    const walk = await bob.asks(two)
    const own = await walk.code()

    expect((await walk.answers(code === own ? otherThan(code) : code)).status).toBe(422)
  })

  test('is refused after the logout', async () => {
    const { person } = await alice()
    const walk = await person.asks(two)
    const code = await walk.code()
    await person.signsOut()

    const answer = await walk.answers(code)

    expect([answer.status, await answer.json()]).toEqual([
      410,
      expect.objectContaining({ type: 'urn:countersign:problem:interaction-lost' }),
    ])
  })

  test('of four at once is accepted once', async () => {
    const { person } = await alice()
    const walk = await person.asks(two)
    const code = await walk.code()

    const answers = await Promise.all([1, 2, 3, 4].map(() => walk.answers(code)))

    const statuses = answers.map(({ status }) => status).sort()
    expect(statuses).toEqual([303, 410, 410, 410])
    const right = answers.find(({ status }) => status === 303)
    expect(right && (await acrOf(await walk.on(right)))).toBe('2')
  })

  test('that is wrong counts in the same budget as one at an Express guard', async () => {
    const op = await provider({
      routes(app, made) {
        const { requireStepUp, stepUpRoutes } = door(made)
        app.use(stepUpRoutes)
        app.get('/vault', requireStepUp('vault.open'), (_request, response) => void response.json({ open: true }))
      },
    })
    const person = aPerson(op)
    await person.signsIn()
    const walk = await person.asks(two)
    const code = await walk.code()
    for (let wrong = 0; wrong < 5; wrong++) await walk.answers(otherThan(code))
    op.clock.advance(200)

    const { status, answer } = await atTheVault(op, person)
    for (let wrong = 0; wrong < 4; wrong++) expect((await answer('wrong')).status).toBe(422)
    expect((await answer('wrong')).status).toBe(422)

    expect(status).toBe(403)
    expect((await answer('wrong')).status).toBe(423)
    op.clock.advance(1)
    const locked = await person.asks(two)
    expect((await locked.post('challenge')).status).toBe(423)
  })
})

describe('tokens', () => {
  test('from before the step-up stay at their level, and T21: an old refresh token never gains it', async () => {
    const op = await provider()
    const person = aPerson(op)
    const walk = await (
      await person.asks({ scope: 'openid offline_access orders', parameters: { prompt: 'consent' } })
    ).logsIn()
    const before = await (await walk.on(await walk.post('consent'))).tokens()

    await (await (await person.asks(two)).confirms()).tokens()

    const refreshed = await client.refreshTokenGrant(walk.config, String(before.refresh_token))
    expect(payloadOf(before.access_token)).toMatchObject({ acr: '1' })
    expect(payloadOf(refreshed.access_token)).toMatchObject({ acr: '1' })
    expect(refreshed.claims()?.acr).toBe('1')
  })

  test('T21: refreshed ones keep level and time of the step-up, also when the session’s has ended', async () => {
    const op = await provider()
    const person = aPerson(op)
    await person.signsIn()
    const asking = { scope: 'openid offline_access orders', parameters: { prompt: 'consent', acr_values: '2' } }
    const walk = await (await person.asks(asking)).confirms()
    const tokens = await (await walk.on(await walk.post('consent'))).tokens()
    op.clock.advance(601)

    const refreshed = await client.refreshTokenGrant(walk.config, String(tokens.refresh_token))

    const { acr, amr, auth_time } = payloadOf(tokens.access_token)
    expect({ acr, amr }).toEqual({ acr: '2', amr: ['otp'] })
    expect(payloadOf(refreshed.access_token)).toMatchObject({ acr, amr, auth_time })
    expect(refreshed.claims()).toMatchObject({ acr, auth_time })
  })
})

describe('beside Express routes of the same program', () => {
  const parts = (raise: boolean): ProviderParts => ({
    stepUp: {
      levels: [{ acr: '1' }, { acr: '2', stepUp: true, ttlSeconds: 600, raisedBy: ['vault.open'] }],
    },
    routes(app, made) {
      const { attached } = made
      const { requireStepUp, stepUpRoutes } = door(made)
      app.use(stepUpRoutes)
      app.get('/vault', requireStepUp('vault.open'), async (request, response) => {
        response.json({ raised: raise ? await attached.raise(request, '2') : 'not-asked' })
      })
      app.get('/raise', async (request, response) => {
        response.json({ raised: await attached.raise(request, '2') })
      })
    },
  })
  test('a window that was confirmed there raises the session, and a relying party gets the level silently', async () => {
    const op = await provider(parts(true))
    const person = aPerson(op)
    await person.signsIn()
    const { answer, open } = await atTheVault(op, person)
    expect((await answer(await op.inbox.lastCode())).status).toBe(200)

    expect(await (await open()).json()).toEqual({ raised: 'raised' })

    expect((await (await person.asks(silently)).tokens()).claims()).toMatchObject({ acr: '2', amr: ['otp'] })
    op.clock.advance(301)
    expect((await person.asks(silently)).error()).toBe('interaction_required')
  })

  test('nothing is raised by what nobody has confirmed', async () => {
    const op = await provider(parts(true))
    const person = aPerson(op)
    await person.signsIn()

    const raised = await person.browser.send(new URL('/raise', op.issuer))

    expect(await raised.json()).toEqual({ raised: 'not-raised' })
    expect((await person.asks(silently)).error()).toBe('interaction_required')
  })

  test('a window that was confirmed there raises nothing by itself', async () => {
    const op = await provider(parts(false))
    const person = aPerson(op)
    await person.signsIn()
    const { answer, open } = await atTheVault(op, person)
    await answer(await op.inbox.lastCode())
    await open()

    expect((await person.asks(silently)).error()).toBe('interaction_required')
  })
})

function door({ countersign, attached: { identify } }: MadeProvider) {
  return stepUp(countersign, { identify, clientLimits: 'off' })
}

/** Asks for what stands behind an Express guard, and has a code sent for it. */
async function atTheVault(op: TestProvider, { browser }: ReturnType<typeof aPerson>) {
  const open = () => browser.send(new URL('/vault', op.issuer))
  const refused = await open()
  const { ticket } = Object(await refused.json())
  const opened = await browser.send(new URL('/countersign/challenges', op.issuer), { method: 'POST', body: { ticket } })
  const { challenge } = Object(await opened.json())
  const right = await op.inbox.lastCode()
  return {
    status: refused.status,
    open,
    answer: (code: string) =>
      browser.send(new URL(`/countersign/challenges/${challenge?.id}/answer`, op.issuer), {
        method: 'POST',
        body: { code: code === 'wrong' ? otherThan(right) : code },
      }),
  }
}

function payloadOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
}
