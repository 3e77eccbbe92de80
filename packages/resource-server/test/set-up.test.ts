import express from 'express'
import express4 from 'express4'
import request from 'supertest'
import { type ResourceServerOptions, requireToken, resourceServer, tokenOf } from '../src/index.js'
import { levels } from './api.js'
import { anIssuer, audience } from './issuer.js'

const options = { issuer: 'https://id.bank.example', audience, levels }
const errorOf = (code: string, message: RegExp) =>
  expect.objectContaining({
    code,
    message: expect.stringMatching(message),
    docs: expect.stringContaining(code.toLowerCase()),
  })

/** As JavaScript would write it, unseen by the compiler. */
const made = (change: Record<string, unknown>) => () =>
  requireToken({ ...options, acr: '2', ...change } as ResourceServerOptions<typeof levels> & { acr: '2' })

describe('a guard does not start', () => {
  test('that asks for neither acr nor age', () => {
    expect(made({ acr: undefined })).toThrow(
      errorOf(
        'ERR_COUNTERSIGN_TOKEN_DEMAND',
        /asks for neither acr nor age\. Write .*\{ acr: '2', maxAgeSeconds: 300 \}/,
      ),
    )
  })

  test.each([
    [{ acr: '4' }, /the acr "4", and levels holds "1", "2", "3"/],
    [{ acr: '1', levels: undefined }, /levels holds none/],
    [{ maxAgeSeconds: 0 }, /"maxAgeSeconds: 0", and with less than 10/],
    [{ maxAgeSeconds: 9 }, /"maxAgeSeconds: 9"/],
    [{ maxAgeSeconds: '300' }, /"maxAgeSeconds: 300"/],
    [{ maxAgeSeconds: Number.NaN }, /"maxAgeSeconds: NaN"/],
  ])('that asks for what no token can meet: %j', (change, message) => {
    expect(made(change)).toThrow(errorOf('ERR_COUNTERSIGN_TOKEN_DEMAND', message))
  })

  test('T5: that asks for an age of zero, which no person is fast enough for', () => {
    const { requireToken } = resourceServer(options)

    expect(() => requireToken({ maxAgeSeconds: 0 })).toThrow(errorOf('ERR_COUNTERSIGN_TOKEN_DEMAND', /slow person/))
  })

  test('without any demand, as JavaScript could write it', () => {
    const guards: { requireToken(): void } = resourceServer(options) as never

    expect(() => guards.requireToken()).toThrow(errorOf('ERR_COUNTERSIGN_TOKEN_DEMAND', /neither acr nor age/))
  })

  test('with a demand that nobody reads', () => {
    const { requireToken } = resourceServer(options)

    expect(() => requireToken({ acr: '2', maxAge: 60 } as { acr: '2' })).toThrow(
      errorOf('ERR_COUNTERSIGN_TOKEN_OPTION', /was given "maxAge".*maxAgeSeconds/),
    )
  })

  test.each([
    undefined,
    '',
    'id.bank.example',
    'http://id.bank.example',
    'https://id.bank.example?tenant=1',
    'https://id.bank.example#top',
    'ftp://id.bank.example',
  ])('with the issuer %j', (issuer) => {
    expect(made({ issuer })).toThrow(errorOf('ERR_COUNTERSIGN_ISSUER', /issuer: 'https:\/\/id\.bank\.example'/))
  })

  test.each([undefined, '', ['https://api.example.test']])('for the audience %j', (audience) => {
    expect(made({ audience })).toThrow(errorOf('ERR_COUNTERSIGN_AUDIENCE', /audience: 'https:/))
  })

  test.each([
    ['a text', '2'],
    ['texts', ['1', '2']],
    ['a level twice', [{ acr: '2' }, { acr: '2' }]],
    ['a level with a space', [{ acr: 'a b' }]],
    ['a level that ends a quote', [{ acr: '2", error="x' }]],
    ['a level that ends the line', [{ acr: '2\r\nSet-Cookie: a=b' }]],
    ['a level for a moment', [{ acr: '2', ttlSeconds: 5 }]],
  ])('with %s for levels', (_, wrong) => {
    expect(made({ levels: wrong })).toThrow(errorOf('ERR_COUNTERSIGN_LEVELS', /weakest first/))
  })

  test.each([
    [{ algorithms: ['HS256'] }, /holds "HS256"\. Give asymmetric ones/],
    [{ algorithms: ['none'] }, /holds "none"/],
    [{ algorithms: [] }, /Give asymmetric ones/],
    [{ clockToleranceSeconds: 61 }, /from 0 to 60/],
    [{ jwksUri: 'http://id.bank.example/jwks' }, /jwksUri is "http:.*Give a URL with https/],
    [{ publicUrl: 'api' }, /publicUrl is "api"/],
    [{ dpop: true }, /dpop is true. Write 'accepted' or 'required'/],
    [{ dpop: 'required', audience: 'orders' }, /Write: publicUrl/],
    [{ introspection: { clientId: 'api' } }, /lacks clientId or clientSecret/],
    [{ introspection: { clientId: 'a', clientSecret: 'b', rememberSeconds: 3600 } }, /rememberSeconds is 3600/],
    [{ introspection: { clientId: 'a', clientSecret: 'b', cache: 1 } }, /introspection was given "cache"/],
    [{ maxAge: 60 }, /was given "maxAge"/],
  ])('with the options %j', (change, message) => {
    expect(made(change)).toThrow(errorOf('ERR_COUNTERSIGN_TOKEN_OPTION', message))
  })
})

describe('an issuer', () => {
  test.each(['http://127.0.0.1:3100', 'http://localhost:3100', 'http://[::1]:3100', 'https://id.bank.example/tenant'])(
    'may be %s',
    (issuer) => {
      expect(made({ issuer })).not.toThrow()
    },
  )
})

describe('requireToken', () => {
  test.each([
    ['5', express],
    ['4', express4],
  ])('stands alone before a route of Express %s', async (_, library) => {
    const issuer = await anIssuer()
    const guard = requireToken({ issuer: issuer.url, audience, levels, acr: '2', maxAgeSeconds: 300 })
    const app = library().get('/orders', guard, (incoming, response) => {
      response.json(tokenOf(incoming).subject)
    })
    const get = async (acr: string) =>
      request(app)
        .get('/orders')
        .auth(await issuer.token({ acr }), { type: 'bearer' })

    expect(await get('2')).toMatchObject({ status: 200, text: '"alice"' })
    expect(await get('1')).toMatchObject({ status: 401, body: { acrValues: '2' } })
    await issuer.stop()
  })

  test('has a name that a stack trace can show', () => {
    expect(made({})().name).toBe('requireTokenMiddleware')
  })

  test('does not compile with a level that is none', () => {
    // @ts-expect-error: levels names 1, 2 and 3.
    expect(() => requireToken({ ...options, acr: '4' })).toThrow()
  })

  test('does not compile with neither acr nor age', () => {
    // @ts-expect-error: one of them is needed.
    expect(() => requireToken(options)).toThrow()
  })
})

test('tokenOf throws where no guard let the request through', () => {
  expect(() => tokenOf({})).toThrow(errorOf('ERR_COUNTERSIGN_NO_TOKEN', /Put the guard before the handler/))
})
