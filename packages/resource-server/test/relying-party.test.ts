import { challengesIn } from '../src/relying-party/challenges.js'
import {
  type AssertOptions,
  assertAuthentication,
  stepUpChallengeOf,
  stepUpParameters,
  type Wanted,
} from '../src/relying-party.js'
import { letTheClockRun, stopTheClock } from './api.js'

describe('a WWW-Authenticate header', () => {
  test.each([
    ['Bearer', [['bearer', {}]]],
    [
      'Bearer, DPoP algs="ES256 PS256"',
      [
        ['bearer', {}],
        ['dpop', { algs: 'ES256 PS256' }],
      ],
    ],
    ['Bearer error="a", acr_values="1 2" , max_age=5', [['bearer', { error: 'a', acr_values: '1 2', max_age: '5' }]]],
    ['bEARER Error = "a\\"b\\\\c, DPoP x=\\"1"', [['bearer', { error: 'a"b\\c, DPoP x="1' }]]],
    [
      'Negotiate YWJj==, Bearer realm="r",error=b',
      [
        ['negotiate', {}],
        ['bearer', { realm: 'r', error: 'b' }],
      ],
    ],
    ['Bearer error="a", error="b"', [['bearer', { error: 'a' }]]],
    [
      ', ,Bearer x="1",, DPoP',
      [
        ['bearer', { x: '1' }],
        ['dpop', {}],
      ],
    ],
  ])('reads as its challenges: %s', (header, challenges) => {
    const found = challengesIn(header).map(({ scheme, parameters }) => [scheme, { ...parameters }])

    expect(found).toEqual(challenges)
  })

  test.each(['', 'Bearer error="a', '"', 'Bearer error=@', '='])('that is broken holds none: %j', (header) => {
    expect(challengesIn(header)).toEqual([])
  })

  test('reaches no prototype', () => {
    const [challenge] = challengesIn('Bearer __proto__="x", constructor="y"')

    expect(Object.keys(challenge?.parameters ?? {})).toEqual(['__proto__', 'constructor'])
    expect(({} as { x?: string }).x).toBeUndefined()
  })
})

describe('a challenge', () => {
  const header = 'Bearer error="insufficient_user_authentication", acr_values="2 3", max_age="300", scope="payments"'
  const challenge = { acrValues: ['2', '3'], maxAgeSeconds: 300, scope: 'payments' }

  test('is read from the header', () => {
    expect(stepUpChallengeOf(header)).toEqual(challenge)
  })

  test('is read from a response', () => {
    expect(stepUpChallengeOf(new Response(null, { status: 401, headers: { 'www-authenticate': header } }))).toEqual(
      challenge,
    )
  })

  test('is found behind others', () => {
    expect(stepUpChallengeOf(`Basic realm="x", ${header.replace('Bearer', 'DPoP')}`)).toEqual(challenge)
  })

  test.each([
    ['nothing', undefined],
    ['no header', new Response(null, { status: 401 })],
    ['another error', 'Bearer error="invalid_token", acr_values="2"'],
    ['an error that names nothing to ask for', 'Bearer error="insufficient_user_authentication"'],
    ['an age that is no number', 'Bearer error="insufficient_user_authentication", max_age="-1"'],
    ['an error of something else', new Error('ECONNREFUSED', { cause: new Error() })],
    ['an error with something else for a cause', new Error('x', { cause: [null, 'x', { parameters: 7 }] })],
  ])('is not in %s', (_, source) => {
    expect(stepUpChallengeOf(source)).toBeUndefined()
  })
})

describe('the next authorization request', () => {
  test('has level and age of the challenge (RFC 9470, 4)', () => {
    expect(stepUpParameters({ acrValues: ['2', '3'], maxAgeSeconds: 300 })).toEqual({
      acr_values: '2 3',
      max_age: '300',
    })
  })

  test('T1: has the level once: as acr_values or as an essential claim, of which acr_values would make a voluntary one', () => {
    const parameters = stepUpParameters({ acrValues: ['2'], maxAgeSeconds: 0 }, { ask: 'essential' })

    expect(parameters).toEqual({
      claims: '{"id_token":{"acr":{"essential":true,"values":["2"]}}}',
      max_age: '0',
    })
  })

  test('has nothing where nothing is asked for', () => {
    expect(stepUpParameters({ acrValues: [] })).toEqual({})
  })
})

describe('the answer', () => {
  beforeEach(stopTheClock)
  afterEach(letTheClockRun)

  const now = () => Math.floor(Date.now() / 1000)
  const levels = [{ acr: '1' }, { acr: '2' }, { acr: '3' }]
  const asserting = (claims: object | undefined, wanted: Wanted, options?: AssertOptions) => () =>
    assertAuthentication(claims, wanted, options)
  const unmet = expect.objectContaining({ code: 'ERR_COUNTERSIGN_UNMET_AUTHENTICATION' })

  test.each<[string, object, Wanted, AssertOptions]>([
    ['has a level that was asked for', { acr: '3' }, { acrValues: ['2', '3'] }, {}],
    ['has a stronger one, by the levels', { acr: '3' }, { acrValues: ['2'] }, { levels }],
    ['has a level that the levels do not name, and was asked for', { acr: 'x' }, { acrValues: ['x'] }, { levels }],
    ['has no acr, where none was asked for', {}, {}, {}],
  ])('is good that %s', (_, claims, wanted, options) => {
    expect(asserting(claims, wanted, options)).not.toThrow()
  })

  test.each<[string, object | undefined, Wanted, AssertOptions]>([
    ['T26: has a lower level, since the browser lost the parameter', { acr: '1' }, { acrValues: ['2'] }, { levels }],
    ['has a stronger level, where nobody said which is', { acr: '3' }, { acrValues: ['2'] }, {}],
    ['has no acr', {}, { acrValues: ['2'] }, { levels }],
    ['has a list for acr', { acr: ['2'] }, { acrValues: ['2'] }, {}],
    ['is none', undefined, { acrValues: ['2'] }, {}],
    ['has no auth_time', { acr: '2' }, { acrValues: ['2'], maxAgeSeconds: 300 }, {}],
    ['has an auth_time in words', { auth_time: 'now' }, { maxAgeSeconds: 300 }, {}],
  ])('is refused that %s', (_, claims, wanted, options) => {
    expect(asserting(claims, wanted, options)).toThrow(unmet)
  })

  test('T6: is refused when it is older than asked, by more than clocks differ', () => {
    expect(asserting({ auth_time: now() - 330 }, { maxAgeSeconds: 300 })).not.toThrow()
    expect(asserting({ auth_time: now() - 331 }, { maxAgeSeconds: 300 })).toThrow(unmet)
    expect(asserting({ auth_time: now() + 31 }, { maxAgeSeconds: 300 })).toThrow(unmet)
    expect(asserting({ auth_time: now() - 301 }, { maxAgeSeconds: 300 }, { clockToleranceSeconds: 0 })).toThrow(unmet)
  })
})
