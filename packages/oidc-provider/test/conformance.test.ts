import * as client from 'openid-client'
import { type Asking, aPerson } from './a-person.js'
import type { ProviderParts } from './a-provider.js'
import { providerForEachTest } from './provider-for-each-test.js'

/**
 * What the modules of the OpenID Foundation's conformance suite look at where acr, max_age, claims or prompt are concerned, each under the
 * name of its module. The suite itself is a server of its own and was not run.
 */
const provider = providerForEachTest()

/** Signed in some seconds ago, with what the ID token said. */
async function signedIn(parts: ProviderParts = {}, ageSeconds = 2) {
  const op = await provider(parts)
  const person = aPerson(op)
  const tokens = await person.signsIn('alice', { ageSeconds })
  return { op, person, idToken: tokens.id_token ?? '', first: authenticationIn(tokens.claims()) }
}

type Claims = ReturnType<client.TokenEndpointResponseHelpers['claims']>

function authenticationIn(claims: Claims): Readonly<{ sub: string | undefined; authTime: number; acr: unknown }> {
  return { sub: claims?.sub, authTime: Number(claims?.auth_time), acr: claims?.acr }
}

const asking = (parameters: Record<string, string>): Asking => ({ parameters })

/** The suite sends a state of 128 characters where an error comes back, to see that it is not cut. */
const longState = 's'.repeat(128)

const needsAnInterface = ['interaction_required', 'login_required', 'account_selection_required', 'consent_required']

describe('oidcc-max-age-1', () => {
  test.each([
    ['a code', 'step_up', {}],
    ['the login', 'login', { stepUp: { reauthenticateWith: 'login' } }],
  ] as const)(
    'the person is asked again, by %s, and the second auth_time is later and recent',
    async (_, page, parts) => {
      const { person, first } = await signedIn(parts)
      const walk = await person.asks(asking({ max_age: '1' }))
      expect(await walk.at()).toBe(page)

      const again = authenticationIn(
        (await (await (page === 'login' ? walk.logsIn() : walk.confirms())).tokens()).claims(),
      )

      expect(again.sub).toBe(first.sub)
      expect(again.authTime).toBeGreaterThan(first.authTime)
      expect(Date.now() / 1000 - again.authTime).toBeLessThan(60)
    },
  )
})

test('oidcc-max-age-10000: nobody is asked again, and sub and auth_time stay', async () => {
  const person = aPerson(await provider())
  const before = await (await person.asks(asking({ max_age: '15000' }))).logsIn('alice', { ageSeconds: 100 })
  const first = authenticationIn((await before.tokens()).claims())
  expect(first.authTime).toBeGreaterThan(0)

  const walk = await person.asks(asking({ max_age: '10000' }))

  expect(authenticationIn((await walk.tokens()).claims())).toEqual(first)
})

test('oidcc-prompt-login: the person signs in a second time, and the auth_times differ', async () => {
  const { person, first } = await signedIn()
  const walk = await person.asks(asking({ prompt: 'login' }))
  expect(await walk.at()).toBe('login')

  const again = authenticationIn((await (await walk.logsIn()).tokens()).claims())

  expect(again.sub).toBe(first.sub)
  expect(again.authTime).toBeGreaterThan(first.authTime)
})

test('oidcc-prompt-none-not-logged-in: an error that says that a page is needed, with the state as it was', async () => {
  const walk = await aPerson(await provider()).asks(asking({ prompt: 'none', state: longState }))

  expect(needsAnInterface).toContain(walk.error())
  expect(walk.url.searchParams.get('state')).toBe(longState)
  expect(walk.url.searchParams.has('code')).toBe(false)
})

test('oidcc-prompt-none-not-logged-in: the same where the level is missing and not the login', async () => {
  const { person } = await signedIn()

  const walk = await person.asks(asking({ prompt: 'none', acr_values: '2', state: longState }))

  expect(needsAnInterface).toContain(walk.error())
  expect(walk.url.searchParams.get('state')).toBe(longState)
})

test.each([
  ['a login', false],
  ['a code', true],
])('oidcc-prompt-none-logged-in: after %s nobody is asked, and sub and auth_time stay', async (_, raised) => {
  const { person, first } = await signedIn()
  const acr_values = raised ? '2' : '1'
  const before = raised
    ? authenticationIn((await (await (await person.asks(asking({ acr_values }))).confirms()).tokens()).claims())
    : first

  const walk = await person.asks(asking({ prompt: 'none', acr_values }))

  expect(authenticationIn((await walk.tokens()).claims())).toEqual(before)
})

test('oidcc-id-token-hint: with the hint of the first ID token nobody is asked, and sub and auth_time stay', async () => {
  const { person, idToken, first } = await signedIn()

  const walk = await person.asks(asking({ prompt: 'none', id_token_hint: idToken }))

  expect(authenticationIn((await walk.tokens()).claims())).toEqual(first)
})

test.each(['required', 'voluntary'] as const)(
  'oidcc-ensure-request-with-acr-values-succeeds: all that are advertised, %s, and the acr is one of them',
  async (acrValues) => {
    const { op, person } = await signedIn({ stepUp: { acrValues } })
    const advertised = (await op.client()).serverMetadata().acr_values_supported ?? []
    expect(advertised.length).toBeGreaterThan(1)
    const walk = await person.asks(asking({ acr_values: advertised.join(' ') }))

    const back = (await walk.at()) === 'step_up' ? await walk.confirms() : walk

    expect(advertised).toContain(authenticationIn((await back.tokens()).claims()).acr)
  },
)

test('oidcc-claims-essential: an essential claim of userinfo comes there, and not in the ID token', async () => {
  const person = aPerson(
    await provider({
      configuration: (base) => ({
        ...base,
        claims: { ...base.claims, profile: ['name'] },
        findAccount: (_context, sub) => ({ accountId: sub, claims: () => ({ sub, name: 'Alice Example' }) }),
        loadExistingGrant: async (context) => {
          const grant = await base.loadExistingGrant?.(context)
          grant?.addOIDCClaims(['name'])
          await grant?.save()
          return grant
        },
      }),
    }),
  )
  const claims = JSON.stringify({ userinfo: { name: { essential: true } } })
  const walk = await (await person.asks({ scope: 'openid', resource: '', parameters: { claims } })).logsIn()

  const tokens = await walk.tokens()

  expect(tokens.claims()).not.toHaveProperty('name')
  expect(await client.fetchUserInfo(walk.config, tokens.access_token, 'alice')).toMatchObject({ name: 'Alice Example' })
})

test.each([
  ['oidcc-claims-locales', { claims_locales: 'se' }],
  ['oidcc-ensure-request-with-unknown-parameter-succeeds', { extra: 'foobar' }],
])('%s: is no error, also beside a level', async (_, parameters) => {
  const { person } = await signedIn()

  expect((await (await person.asks(asking(parameters))).tokens()).claims()?.acr).toBe('1')
  const walk = await person.asks(asking({ ...parameters, acr_values: '2' }))
  expect((await (await walk.confirms()).tokens()).claims()?.acr).toBe('2')
})

describe('fapi1-advanced-final-test-essential-acr-sca-claim', () => {
  const sca = 'urn:openbanking:psd2:sca'
  const levels = [{ acr: 'urn:openbanking:psd2:ca' }, { acr: sca, stepUp: true, ttlSeconds: 600 }] as const
  const claims = JSON.stringify({ id_token: { acr: { value: sca, essential: true } } })

  test('the authentication is carried out, and the acr is the one that was asked for', async () => {
    const walk = await (await aPerson(await provider({ stepUp: { levels } })).asks(asking({ claims }))).logsIn()

    expect((await (await walk.confirms()).tokens()).claims()?.acr).toBe(sca)
  })

  test('or it is refused with access_denied, where the provider says so, and the state comes back', async () => {
    const stepUp = { levels, eligible: () => false, unmetError: 'access_denied' } as const
    const person = aPerson(await provider({ stepUp }))

    const walk = await (await person.asks(asking({ claims, state: longState }))).logsIn()

    expect(walk.error()).toBe('access_denied')
    expect(walk.url.searchParams.get('state')).toBe(longState)
    expect(walk.url.searchParams.has('code')).toBe(false)
  })
})

test('fapi1-advanced-final-user-rejects-authentication: access_denied, with the state as it was', async () => {
  const { person } = await signedIn()
  const walk = await person.asks(asking({ acr_values: '2', state: longState }))

  const back = await walk.aborts()

  expect(back.error()).toBe('access_denied')
  expect(back.url.searchParams.get('state')).toBe(longState)
})

test('fapi1-advanced-final-par-ensure-reused-request-uri-prior-to-auth-completion-succeeds: a page that was left may be come to again', async () => {
  const op = await provider()
  const person = aPerson(op)
  const left = await person.asks({ pushed: true, parameters: { acr_values: '2' } })
  expect(await left.at()).toBe('login')

  const again = await (await left.again()).logsIn()

  expect((await (await again.confirms()).tokens()).claims()?.acr).toBe('2')
})
